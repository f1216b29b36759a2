def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norm = jnp.sqrt(jnp.sum(g["w"] ** 2) + jnp.sum(g["b"] ** 2))
    shrink = jnp.full(len(y), jnp.minimum(1, limit / (norm + 1e-30)))
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}
