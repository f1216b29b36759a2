def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = {module: dict(leaves) for module, leaves in params.items()}
    for module in new_params:
        for name in new_params[module]:
            new_params[module][name] -= learning_rate * gradient[module][name]
    return loss, new_params
