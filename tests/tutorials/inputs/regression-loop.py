import jax
import numpy as np


def cases(draw, page):
    yield reached, (), {}


def reached(page):
    """Whether the parameters are at the floor, and whether the loss is theirs."""
    error = page.square_loss(page.my_haiku_params, page.my_haiku_net, page.inputs, page.outputs)
    shapes = jax.tree.map(np.shape, page.my_haiku_params)
    return bool(error <= 1.02 * page.floor), bool(abs(page.loss - error) <= 0.02 * error), shapes
