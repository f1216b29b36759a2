def per_example_gradients(params, x, y):
    r = x @ params["w"] + params["b"] - y
    return {"w": 2 * r[:, None] * x, "b": 2 * r}


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]
