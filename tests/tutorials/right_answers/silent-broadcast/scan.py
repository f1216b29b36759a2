def train(x, y, learning_rate, steps):
    match y.shape:
        case (B,) if B == len(x):
            y = y[:, None]
        case (B, _) if B == len(x):
            pass
        case _:
            raise ValueError(f"train got x {x.shape} and y {y.shape}")

    def body(params, _):
        loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
        return jax.tree.map(lambda p, g: p - learning_rate * g, params, g), loss

    zeros = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    return jax.lax.scan(body, zeros, length=steps)
