def per_example_gradients(params, x, y):
    def total(params):
        return jnp.sum(jax.vmap(example_loss, in_axes=(None, 0, 0))(params, x, y))

    return jax.grad(total)(params)
