def train(x, y, learning_rate, steps):
    targets = y[:, None] if y.ndim == 1 else y
    if targets.ndim != 2 or targets.shape[0] != x.shape[0]:
        raise ValueError(f"Rows of x {x.shape} and y {y.shape} differ.")
    K = targets.shape[1]
    params = {"w": jnp.zeros((x.shape[1], K)), "b": jnp.zeros(K)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, targets)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(loss.item())
    return [params, tuple(losses)]
