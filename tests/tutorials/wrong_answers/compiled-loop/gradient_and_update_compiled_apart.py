gradient = jax.jit(jax.value_and_grad(lambda p, x, y: square_loss(p, my_haiku_net, x, y)))
apply = jax.jit(lambda p, g, lr: jax.tree.map(lambda p, g: p - lr * g, p, g))
def my_jitted_update(params, x, y, lr):
    loss, grads = gradient(params, x, y)
    return loss, apply(params, grads, lr)
