def per_example_gradients(params, x, y):
    g = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    n = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    return {"w": g["w"] / n[:, None], "b": g["b"] / n}
