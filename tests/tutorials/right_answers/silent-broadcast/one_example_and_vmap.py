def train(x, y, learning_rate, steps):
    if y.ndim == 1:
        y = jnp.expand_dims(y, 1 if len(y) == len(x) else 0) if len(y) == len(x) else y
    if y.ndim != 2 or len(y) != len(x):
        raise ValueError("shapes " + str(x.shape) + " " + str(y.shape))

    def one(params, xi, yi):
        return jnp.mean((xi @ params["w"] + params["b"] - yi) ** 2)

    def loss_fn(p):
        return jax.vmap(one, (None, 0, 0))(p, x, y).mean()

    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1:])}
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i], g = jax.value_and_grad(loss_fn)(params)
        params = {k: params[k] - learning_rate * g[k] for k in params}
    return params, losses
