def sgd_step(params, x, y, learning_rate):
    e = x @ params["w"] + params["b"] - y
    n = e.size
    w = params["w"] - learning_rate * 2 / n * (x.T @ e)
    b = params["b"] - learning_rate * 2 / n * jnp.ones(len(x)) @ e
    return jnp.sum(jnp.square(e)) / n, dict(w=w, b=b)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
