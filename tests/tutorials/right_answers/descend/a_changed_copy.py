def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = dict(params)
    for name, slope in gradient.items():
        new_params[name] -= learning_rate * slope
    return loss, new_params
