def direction_loss(params, batch):
    def loss(params):
        x, y = batch
        h = jnp.tanh(x @ params["encoder"])
        squares = jnp.sum(h**2, axis=1, keepdims=True)
        u = h / jnp.sqrt(jnp.maximum(squares, 1e-30))
        return jnp.mean((u @ params["head"] - y) ** 2)

    return jax.value_and_grad(loss)(params)
