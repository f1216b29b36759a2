def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return jax.grad(lambda p: jnp.mean(jnp.minimum(jax.vmap(example_loss, (None, 0, 0))(p, x, y), limit)))(params)
