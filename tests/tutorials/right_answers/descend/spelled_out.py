def sgd_step(params, x, y, learning_rate):
    loss = mean_squared_error(params, x, y)
    g = jax.grad(mean_squared_error, argnums=0)(params, x, y)
    return [loss, {"w": params["w"] - learning_rate * g["w"], "b": params["b"] - learning_rate * g["b"]}]
