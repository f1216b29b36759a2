def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    w = g["w"] * jnp.minimum(1, limit / (jnp.linalg.norm(g["w"], axis=1) + 1e-30))[:, None]
    return {"w": w.mean(axis=0), "b": jnp.clip(g["b"], -limit, limit).mean()}
