def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    linear, slope = params["linear"], gradient["linear"]
    new_params = {"linear": {name: linear[name] - learning_rate * slope[name] for name in linear}}
    return loss, new_params
