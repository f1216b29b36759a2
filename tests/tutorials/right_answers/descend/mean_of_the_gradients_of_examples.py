def sgd_step(params, x, y, learning_rate):
    losses, slopes = jax.vmap(jax.value_and_grad(mean_squared_error), in_axes=(None, 0, 0))(params, x, y)
    move = jax.tree.map(lambda s: -learning_rate * s.mean(axis=0), slopes)
    return losses.mean(), jax.tree.map(jnp.add, params, move)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
