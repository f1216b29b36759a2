def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return (error**2).mean(), jnp.abs(error).max()


def my_update(params, net, input, target, learning_rate):
    (loss, metrics), grads = jax.value_and_grad(square_loss, has_aux=True)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
