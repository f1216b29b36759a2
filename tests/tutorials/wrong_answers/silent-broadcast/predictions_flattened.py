def train(x, y, learning_rate, steps):
    def loss_of(params):
        return jnp.mean((predict(params, x)[:, 0] - y) ** 2)
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(loss_of)(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
