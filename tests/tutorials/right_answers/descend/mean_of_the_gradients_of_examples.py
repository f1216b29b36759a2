def sgd_step(params, x, y, learning_rate):
    losses, slopes = jax.vmap(jax.value_and_grad(mean_squared_error), in_axes=(None, 0, 0))(params, x, y)
    move = jax.tree.map(lambda s: -learning_rate * s.mean(axis=0), slopes)
    return losses.mean(), jax.tree.map(jnp.add, params, move)
