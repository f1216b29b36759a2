def my_jitted_update(params, x, y, lr):
    step = jax.jit(functools.partial(my_update, net=my_haiku_net))
    return step(params, input=x, target=y, learning_rate=lr)
