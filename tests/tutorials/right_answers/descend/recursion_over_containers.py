def _map(f, *trees):
    if isinstance(trees[0], dict):
        return {name: _map(f, *(tree[name] for tree in trees)) for name in trees[0]}
    if isinstance(trees[0], (list, tuple)):
        return type(trees[0])(_map(f, *parts) for parts in zip(*trees, strict=True))
    return f(*trees)


def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, _map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = _map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, _map(lambda p, v: p - learning_rate * v, params, velocity), velocity
