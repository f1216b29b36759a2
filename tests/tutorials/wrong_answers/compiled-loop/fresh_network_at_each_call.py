static = jax.jit(my_update, static_argnums=1)


def my_jitted_update(params, x, y, lr):
    net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
    return static(params, net, x, y, lr)
