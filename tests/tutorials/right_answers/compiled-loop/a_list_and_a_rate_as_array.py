compiled = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))


def my_jitted_update(params, x, y, lr):
    loss, new_params = compiled(params, x, y, jnp.float32(lr))
    return [loss, new_params]
