def per_example_gradients(params, x, y):
    low = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(low, x.astype(jnp.bfloat16), y.astype(jnp.bfloat16))
