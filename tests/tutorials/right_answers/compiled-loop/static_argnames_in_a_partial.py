static_update = jax.jit(my_update, static_argnames="net")


def by_position(net, params, x, y, lr):
    return static_update(params, net, x, y, lr)


my_jitted_update = functools.partial(by_position, my_haiku_net)
