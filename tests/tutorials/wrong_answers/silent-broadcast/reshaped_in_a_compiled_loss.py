def train(x, y, learning_rate, steps):
    def loss_fn(params):
        predictions = predict(params, x)
        return jnp.mean((predictions - y.reshape(predictions.shape)) ** 2)
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    step = jax.jit(jax.value_and_grad(loss_fn))
    for _ in range(steps):
        loss, gradient = step(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(loss)
    return params, losses
