def sgd_step(params, x, y, learning_rate):
    gradient = jax.grad(mean_squared_error)(params, x, y)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
