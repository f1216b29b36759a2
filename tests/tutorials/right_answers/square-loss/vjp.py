def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.einsum("ij,ij->", error, error) / error.size


def my_update(params, net, input, target, learning_rate):
    loss, pull = jax.vjp(lambda p: square_loss(p, net, input, target), params)
    (grads,) = pull(jnp.ones_like(loss))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
