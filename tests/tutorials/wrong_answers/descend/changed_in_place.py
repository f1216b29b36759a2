def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    for name in params:
        params[name] = params[name] - learning_rate * gradient[name]
    return loss, params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
