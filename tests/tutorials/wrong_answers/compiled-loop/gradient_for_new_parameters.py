@jax.jit
def my_jitted_update(params, x, y, lr):
    return jax.value_and_grad(square_loss)(params, my_haiku_net, x, y)
