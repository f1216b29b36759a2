def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, [p - learning_rate * g for p, g in zip(params, gradient)]
