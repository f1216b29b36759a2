def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    def loss_fn(params, batch):
        error = net.apply(params, batch[0]) - batch[1]
        return jnp.mean(error**2), {"largest": jnp.abs(error).max()}

    (loss, _), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, (input, target))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
