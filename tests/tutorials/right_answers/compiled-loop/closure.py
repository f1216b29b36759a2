def step(params, x, y, lr):
    return my_update(params, my_haiku_net, x, y, lr)


my_jitted_update = jax.jit(step)
