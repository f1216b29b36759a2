@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, g = jax.value_and_grad(square_loss)(params, my_haiku_net, x, y)
    return loss, jax.tree.map(lambda p, g: p - lr * jnp.clip(g, -10, 10), params, g)
