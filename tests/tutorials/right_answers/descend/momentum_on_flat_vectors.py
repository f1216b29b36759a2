def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


from jax.flatten_util import ravel_pytree


@jax.jit
def momentum_step(params, velocity, x, y, learning_rate, decay):
    theta, unravel = ravel_pytree(params)
    loss, slopes = jax.value_and_grad(lambda t: mean_squared_error(unravel(t), x, y))(theta)
    v = decay * ravel_pytree(velocity)[0] + slopes
    return loss, unravel(theta - learning_rate * v), unravel(v)
