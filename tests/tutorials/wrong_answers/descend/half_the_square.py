def sgd_step(params, x, y, learning_rate):
    def half(params):
        return 0.5 * jnp.mean((predict(params, x) - y) ** 2)

    loss, gradient = jax.value_and_grad(half)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
