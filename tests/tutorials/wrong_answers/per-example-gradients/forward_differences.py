def per_example_gradients(params, x, y):
    losses = jax.vmap(example_loss, in_axes=(None, 0, 0))
    h = 1e-2
    base = losses(params, x, y)
    w = jnp.stack([(losses({"w": params["w"].at[d].add(h), "b": params["b"]}, x, y) - base) / h for d in range(x.shape[1])], 1)
    b = (losses({"w": params["w"], "b": params["b"] + h}, x, y) - base) / h
    return {"w": w, "b": b}


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}
