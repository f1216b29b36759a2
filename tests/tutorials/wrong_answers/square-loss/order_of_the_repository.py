def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    grads = jax.grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, square_loss(new_params, net, input, target)
