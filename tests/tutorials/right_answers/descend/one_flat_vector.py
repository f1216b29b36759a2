from jax.flatten_util import ravel_pytree
def sgd_step(params, x, y, learning_rate):
    flat, back = ravel_pytree(params)
    loss, slope = jax.value_and_grad(lambda t: mean_squared_error(back(t), x, y))(flat)
    return loss, back(flat - learning_rate * slope)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
