@jax.jit
def my_jitted_update(params, x, y, lr):
    def loss_of(params):
        return jnp.mean(jnp.square(my_haiku_net.apply(params, x) - y))

    loss, gradient = jax.value_and_grad(loss_of)(params)
    new = {
        module: {name: leaf - lr * gradient[module][name] for name, leaf in leaves.items()}
        for module, leaves in params.items()
    }
    total = loss * 0
    for module in new:
        for name in new[module]:
            total = total + jnp.sum(new[module][name] * 0)
    return loss, jax.tree.map(lambda a, b: jax.lax.select(total == 0, a, b), new, params)
