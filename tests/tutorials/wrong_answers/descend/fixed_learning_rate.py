def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)
    return loss, params
