def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.mean(jnp.mean(jnp.abs(error) ** 2, axis=1), axis=0)


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = {}
    for module, leaves in params.items():
        new_params[module] = {}
        for name, leaf in leaves.items():
            new_params[module][name] = leaf - learning_rate * gradient[module][name]
    return loss, new_params
