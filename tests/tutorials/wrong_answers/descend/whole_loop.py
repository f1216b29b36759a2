def sgd_step(params, x, y, learning_rate):
    for _ in range(100):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, params
