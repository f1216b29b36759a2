static_update = jax.jit(my_update, static_argnums=1)


def my_jitted_update(params, x, y, lr):
    return static_update(params, my_haiku_net, x, y, lr)
