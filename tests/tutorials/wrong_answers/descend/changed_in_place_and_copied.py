def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    params["w"] -= learning_rate * gradient["w"]
    params["b"] -= learning_rate * gradient["b"]
    return loss, dict(params)
