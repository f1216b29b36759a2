def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    def total(params):
        return ((net.apply(params, input) - target) ** 2).sum()

    loss = square_loss(params, net, input, target)
    gradient = jax.grad(total)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
