def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    both = jax.tree.map(
        lambda p, v, g: (p - learning_rate * (decay * v + g), decay * v + g), params, velocity, gradient
    )
    return loss, *both
