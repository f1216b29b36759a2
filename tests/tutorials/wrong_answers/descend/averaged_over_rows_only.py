def sgd_step(params, x, y, learning_rate):
    error = predict(params, x) - y
    gradient = {"w": 2 * x.T @ error / len(x), "b": 2 * error.mean(axis=0)}
    return jnp.mean(error**2), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
