def train(x, y, learning_rate, steps):
    y = jnp.reshape(y, (len(x), 1))
    def body(params, _):
        loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
        return jax.tree.map(lambda p, g: p - learning_rate * g, params, g), loss
    return jax.lax.scan(body, {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}, length=steps)
