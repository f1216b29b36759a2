# %% right: compiled
@jax.jit
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return (squares * mask[:, None]).sum() / (jnp.ones_like(squares) * mask[:, None]).sum()

# %% right: nanmean
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.nanmean(jnp.where(mask[:, None] == 1, squares, jnp.nan))

# %% right: python loop
def masked_loss(params, batch):
    total, count = 0.0, 0.0
    predictions = network.apply(params, batch["inputs"])
    for p, y, m in zip(predictions, batch["targets"], batch["mask"]):
        total += m * ((p - y) ** 2).mean()
        count += m
    return total / count

# %% right: rescaled
def masked_loss(params, batch):
    return padded_loss(params, batch) / batch["mask"].mean()

# %% right: vmap over the rows
def masked_loss(params, batch):
    def one(x, y, real):
        return jnp.where(real > 0, jnp.mean((network.apply(params, x) - y) ** 2), 0.0)

    return jax.vmap(one)(batch["inputs"], batch["targets"], batch["mask"]).sum() / batch["mask"].sum()

# %% right: where
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.mean(squares, where=mask[:, None] == 1)

# %% wrong: divided by all entries
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.mean(squares * mask[:, None])

# %% wrong: divided by the real rows
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None]) / mask.sum()

# %% wrong: gradient stopped
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jax.lax.stop_gradient(jnp.sum(squares * mask[:, None]) / (mask.sum() * 6))

# %% wrong: inputs masked only
def masked_loss(params, batch):
    mask = batch["mask"][:, None]
    error = network.apply(params, batch["inputs"] * mask) - batch["targets"] * mask
    return jnp.sum(error**2) / (mask.sum() * 6)

# %% wrong: mask ignored
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return squares.mean()

# %% wrong: mask without a second axis
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    return jnp.sum(batch["mask"] * squares) / jnp.sum(batch["mask"]) / 6

# %% wrong: number of rows as an int
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    real = int(mask.sum())
    return squares[:real].mean()

# %% wrong: numpy mask
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    rows = np.flatnonzero(mask)
    return squares[rows].mean()

# %% wrong: one number per row
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return mask * squares.mean(axis=1)

# %% wrong: rows selected
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return squares[mask == 1].mean()

# %% wrong: start instead of params
def masked_loss(params, batch):
    predictions = network.apply(start, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None]) / (mask.sum() * 6)

# %% wrong: sum
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    return jnp.sum(squares * mask[:, None])

# %% wrong: targets of zero taken for padding
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    real = jnp.any(batch["inputs"] != 0, axis=1)
    return jnp.mean(squares, where=real[:, None])
