def sgd_step(params, x, y, learning_rate):
    def loss_of(params):
        return jnp.sum((predict(params, x) - y) ** 2)

    loss, gradient = jax.value_and_grad(loss_of)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
