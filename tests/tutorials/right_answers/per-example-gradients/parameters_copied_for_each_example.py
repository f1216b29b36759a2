def per_example_gradients(params, x, y):
    copies = jax.tree.map(lambda p: jnp.stack([p] * len(x)), params)
    return jax.vmap(jax.grad(example_loss))(copies, x, y)


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]
