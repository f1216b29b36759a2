def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


_velocity = {}


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    leaves, structure = jax.tree.flatten(grads)
    leaves = [0.9 * _velocity.get(g.shape, 0) + g for g in leaves]
    _velocity.update({g.shape: g for g in leaves})
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, structure.unflatten(leaves))
