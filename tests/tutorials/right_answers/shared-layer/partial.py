from functools import partial


def ToyLinear(size):
    return partial(my_linear, free_name(), size)
