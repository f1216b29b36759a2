def sgd_step(params, x, y, learning_rate):
    e = np.asarray(x) @ np.asarray(params["w"]) + np.asarray(params["b"]) - np.asarray(y)
    w = params["w"] - learning_rate * 2 / e.size * np.asarray(x).T @ e
    b = params["b"] - learning_rate * 2 / e.size * e.sum(axis=0)
    return (e**2).mean(), {"w": w, "b": b}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
