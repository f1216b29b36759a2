def direction_loss(params, batch):
    x, y = batch
    total = 0.0
    for row, target in zip(x, y):
        h = jnp.tanh(row @ params["encoder"])
        square = h @ h
        safe = jnp.where(square > 0, square, 1.0)
        u = h / jnp.sqrt(safe)
        total = total + (u @ params["head"] - target) ** 2
    return total / len(y)
