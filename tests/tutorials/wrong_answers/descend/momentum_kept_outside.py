velocity = {}


def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = {}
    for name in params:
        velocity[name] = 0.9 * velocity.get(name, 0.0) + gradient[name]
        new_params[name] = params[name] - learning_rate * velocity[name]
    return loss, new_params
