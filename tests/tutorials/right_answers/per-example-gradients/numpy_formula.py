def per_example_gradients(params, x, y):
    x, y, w, b = (np.asarray(a, np.float64) for a in (x, y, params["w"], params["b"]))
    r = np.einsum("bd,d->b", x, w) + b - y
    return dict(b=2 * r, w=2 * np.einsum("b,bd->bd", r, x))


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)
