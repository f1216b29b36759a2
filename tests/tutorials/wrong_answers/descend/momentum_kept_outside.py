velocity = {}


def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = {}
    for name in params:
        velocity[name] = 0.9 * velocity.get(name, 0.0) + gradient[name]
        new_params[name] = params[name] - learning_rate * velocity[name]
    return loss, new_params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
