def train(x, y, learning_rate, steps):
    outputs = 1 if y.ndim < 2 else y.shape[-1]
    params = {"w": jnp.zeros((x.shape[1], outputs)), "b": jnp.zeros(outputs)}
    expected = jax.eval_shape(predict, params, x).shape
    if y.shape not in (expected, expected[:1]) or (y.ndim == 1 and outputs != 1):
        raise ValueError(f"y {y.shape} with x {x.shape}: predictions would be {expected}")
    y = y.reshape(expected)
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
