fast_net = hk.Transformed(my_haiku_net.init, jax.jit(my_haiku_net.apply))


def my_jitted_update(params, x, y, lr):
    return my_update(params, fast_net, x, y, lr)
