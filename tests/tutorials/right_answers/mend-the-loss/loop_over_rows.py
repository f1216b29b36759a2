def direction_loss(params, batch):
    total = 0.0
    for row, target in zip(*batch):
        h = jnp.tanh(row @ params["encoder"])
        some = h @ h > 0
        length = jnp.sqrt(jnp.sum(jnp.where(some, h, 1.0) ** 2))
        total += (jnp.where(some, h, 0.0) / length @ params["head"] - target) ** 2
    return total / len(batch[1])
