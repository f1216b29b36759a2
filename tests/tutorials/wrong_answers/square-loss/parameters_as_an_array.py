def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, params - learning_rate * gradient
