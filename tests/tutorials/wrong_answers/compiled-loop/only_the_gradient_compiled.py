value_and_gradient = jax.jit(jax.value_and_grad(lambda params, x, y: square_loss(params, my_haiku_net, x, y)))


def my_jitted_update(params, x, y, lr):
    loss, gradient = value_and_gradient(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - lr * g, params, gradient)
