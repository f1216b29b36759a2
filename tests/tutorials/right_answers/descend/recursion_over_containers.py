def map_leaves(f, *trees):
    if isinstance(trees[0], dict):
        return {name: map_leaves(f, *(tree[name] for tree in trees)) for name in trees[0]}
    if isinstance(trees[0], (list, tuple)):
        return type(trees[0])(map_leaves(f, *parts) for parts in zip(*trees, strict=True))
    return f(*trees)


def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, map_leaves(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = map_leaves(lambda v, g: decay * v + g, velocity, gradient)
    return loss, map_leaves(lambda p, v: p - learning_rate * v, params, velocity), velocity
