def per_example_gradients(params, x, y):
    def step(carry, pair):
        return carry, jax.grad(example_loss)(params, *pair)

    return jax.lax.scan(step, None, (x, y))[1]


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
