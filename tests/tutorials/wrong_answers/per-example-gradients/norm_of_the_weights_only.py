def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.linalg.norm(g["w"], axis=1)
    shrink = jnp.minimum(1, limit / (norms + 1e-30))
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}
