def per_example_gradients(params, x, y):
    losses, pull_back = jax.vjp(lambda p: jax.vmap(example_loss, (None, 0, 0))(p, x, y), params)
    (gradients,) = jax.vmap(pull_back)(jnp.eye(len(losses)))
    return gradients
