from collections import OrderedDict


def per_example_gradients(params, x, y):
    slopes = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return OrderedDict(b=slopes["b"], w=slopes["w"])
