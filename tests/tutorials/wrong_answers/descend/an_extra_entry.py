def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, dict(w=params["w"] - learning_rate * gradient["w"], b=params["b"] - learning_rate * gradient["b"], step=1)
