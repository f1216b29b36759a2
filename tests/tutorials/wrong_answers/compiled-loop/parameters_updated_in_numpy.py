gradient = jax.jit(jax.value_and_grad(lambda p, x, y: square_loss(p, my_haiku_net, x, y)))
def my_jitted_update(params, x, y, lr):
    loss, grads = gradient(params, x, y)
    return loss, jax.tree.map(lambda p, g: np.asarray(p) - np.float32(lr) * np.asarray(g), params, grads)
