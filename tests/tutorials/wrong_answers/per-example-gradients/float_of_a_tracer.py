def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return float(jnp.sum(x * params["w"]) + params["b"] - y) ** 2

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}
