def train(x, y, learning_rate, steps):
    y = jnp.ravel(y)
    def one(params, xi, yi): return (xi @ params["w"] + params["b"] - yi)[0] ** 2
    def loss_fn(p): return jax.vmap(one, (None, 0, 0))(p, x, y).mean()
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros((1,))}
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i], g = jax.value_and_grad(loss_fn)(params)
        params = {k: params[k] - learning_rate * g[k] for k in params}
    return params, losses
