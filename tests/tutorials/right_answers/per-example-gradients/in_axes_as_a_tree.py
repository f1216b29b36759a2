def per_example_gradients(params, x, y):
    axes = ({"w": None, "b": None}, 0, 0)
    return jax.vmap(jax.grad(example_loss), in_axes=axes)(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    rows = jnp.column_stack([g["w"], g["b"]])
    norms = jnp.linalg.norm(rows, axis=1, keepdims=True)
    mean = (rows / jnp.maximum(1, norms / limit)).mean(axis=0)
    return {"w": mean[:-1], "b": mean[-1]}
