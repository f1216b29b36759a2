compiled_loss = jax.jit(lambda params, x, y: square_loss(params, my_haiku_net, x, y))


def my_jitted_update(params, x, y, lr):
    loss, gradient = jax.value_and_grad(compiled_loss)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - lr * g, params, gradient)
