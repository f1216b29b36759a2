def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    if predict(params, x).shape != y.shape:
        raise ValueError("shapes differ")
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
