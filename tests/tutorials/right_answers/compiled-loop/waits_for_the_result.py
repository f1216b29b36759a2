compiled = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))


def my_jitted_update(params, x, y, lr):
    return jax.block_until_ready(compiled(params, x, y, lr))
