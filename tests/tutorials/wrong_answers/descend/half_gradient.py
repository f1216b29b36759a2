def sgd_step(params, x, y, learning_rate):
    error = predict(params, x) - y
    gradient = {"w": x.T @ error / error.size, "b": error.sum(axis=0) / error.size}
    return jnp.mean(error**2), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
