from collections import OrderedDict
def sgd_step(params, x, y, learning_rate):
    loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, OrderedDict(w=params["w"] - learning_rate * g["w"], b=params["b"] - learning_rate * g["b"])
