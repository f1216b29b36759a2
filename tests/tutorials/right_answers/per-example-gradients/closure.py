def per_example_gradients(params, x, y):
    def gradient(one_x, one_y):
        return jax.grad(example_loss)(params, one_x, one_y)

    return jax.vmap(gradient)(x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
