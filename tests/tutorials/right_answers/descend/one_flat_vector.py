from jax.flatten_util import ravel_pytree
def sgd_step(params, x, y, learning_rate):
    flat, back = ravel_pytree(params)
    loss, slope = jax.value_and_grad(lambda t: mean_squared_error(back(t), x, y))(flat)
    return loss, back(flat - learning_rate * slope)
