def per_example_gradients(params, x, y):
    copies = {"w": jnp.tile(params["w"], (len(x), 1)), "b": jnp.full(len(x), params["b"])}
    return jax.grad(lambda p: jnp.sum(jax.vmap(example_loss)(p, x, y)))(copies)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
