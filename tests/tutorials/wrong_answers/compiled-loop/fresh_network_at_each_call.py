static = jax.jit(my_update, static_argnums=1)


def my_jitted_update(params, x, y, lr):
    net = hk.without_apply_rng(hk.transform(two_layer_net))
    return static(params, net, x, y, lr)
