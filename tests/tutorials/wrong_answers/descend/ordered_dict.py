from collections import OrderedDict
def sgd_step(params, x, y, learning_rate):
    loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, OrderedDict(w=params["w"] - learning_rate * g["w"], b=params["b"] - learning_rate * g["b"])


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity
