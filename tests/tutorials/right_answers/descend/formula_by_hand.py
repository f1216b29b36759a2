def sgd_step(params, x, y, learning_rate):
    e = x @ params["w"] + params["b"] - y
    n = e.size
    w = params["w"] - learning_rate * 2 / n * (x.T @ e)
    b = params["b"] - learning_rate * 2 / n * jnp.ones(len(x)) @ e
    return jnp.sum(jnp.square(e)) / n, dict(w=w, b=b)
