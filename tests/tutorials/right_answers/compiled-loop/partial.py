partial_update = jax.jit(functools.partial(my_update, net=my_haiku_net))


def my_jitted_update(params, x, y, lr):
    return partial_update(params, input=x, target=y, learning_rate=lr)
