def square_loss(params, net, input, target):
    return jnp.abs(net.apply(params, input) - target).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params
