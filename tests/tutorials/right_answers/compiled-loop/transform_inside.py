@jax.jit
def my_jitted_update(params, x, y, lr):
    net = hk.without_apply_rng(hk.transform(two_layer_net))
    return my_update(params, net, x, y, lr)
