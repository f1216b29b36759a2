def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], len(y))), "b": jnp.zeros(len(y))}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
