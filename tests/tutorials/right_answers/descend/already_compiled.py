@jax.jit
def sgd_step(params, x, y, learning_rate):
    loss, pull_back = jax.vjp(lambda p: mean_squared_error(p, x, y), params)
    (gradient,) = pull_back(jnp.ones_like(loss))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
