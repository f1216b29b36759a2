@jax.jit
def my_jitted_update(params, x, y, lr):
    def loss_of(params):
        return jnp.mean(jnp.square(my_haiku_net.apply(params, x) - y))

    loss, gradient = jax.value_and_grad(loss_of)(params)
    return loss, {
        module: {name: leaf - lr * gradient[module][name] for name, leaf in leaves.items()}
        for module, leaves in params.items()
    }
