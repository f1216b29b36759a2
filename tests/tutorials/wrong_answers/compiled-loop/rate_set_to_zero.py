@jax.jit
def my_jitted_update(params, x, y, lr):
    loss = square_loss(params, my_haiku_net, x, y)
    return my_update(params, my_haiku_net, x, y, jnp.where(jnp.isfinite(loss), lr, 0.0))
