def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

