compiled = jax.jit(my_update, static_argnames=("net", "learning_rate"))


def my_jitted_update(params, x, y, lr):
    return compiled(params, my_haiku_net, x, y, lr)
