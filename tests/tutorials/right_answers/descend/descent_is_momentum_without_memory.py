def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, pull_back = jax.vjp(lambda tree: mean_squared_error(tree, x, y), params)
    shrunk = jax.tree.map(lambda v: decay * v, velocity)
    velocity = jax.tree.map(jnp.add, shrunk, pull_back(jnp.ones(()))[0])
    return [loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity]


def sgd_step(params, x, y, learning_rate):
    return momentum_step(params, jax.tree.map(jnp.zeros_like, params), x, y, learning_rate, 0.0)[:2]
