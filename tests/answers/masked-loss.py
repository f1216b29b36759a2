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

# %% wrong: all rows -> divided by the number of all entries, padding included
/ jnp.sum(batch["mask"])
# becomes
/ batch["mask"].size

# %% wrong: real rows, not their entries -> divided by the number of real rows, not of their entries
squares.mean(axis=1)
# becomes
squares.sum(axis=1)

# %% wrong: the sum -> that is the sum
squares.mean(axis=1)  # (B,)
return jnp.sum(batch["mask"] * per_example) / jnp.sum(batch["mask"])
# becomes
squares.sum(axis=1)
return jnp.sum(batch["mask"] * per_example)

# %% wrong: errors of 0 are not counted -> and how many are counted?
return jnp.sum(batch["mask"] * per_example) / jnp.sum(batch["mask"])
# becomes
squares = batch["mask"][:, None] * squares
return jnp.sum(squares) / jnp.sum(squares > 0)

# %% wrong: one number per row -> that is one number for each row
jnp.sum(batch["mask"] * per_example)
# becomes
batch["mask"] * per_example

# %% wrong: other parameters -> `start` is used, not params
network.apply(params, batch["inputs"])
# becomes
network.apply(start, batch["inputs"])

# %% wrong: no second axis -> The mask (B,) needs a second axis
squares.mean(axis=1)  # (B,)
# becomes
squares

# %% wrong: two are
/ jnp.sum(batch["mask"])
# becomes
/ jnp.maximum(jnp.sum(batch["mask"]), 2)

# %% wrong: the first ones -> the first rows are taken
jnp.sum(batch["mask"] * per_example)
# becomes
jnp.sum(jnp.sort(batch["mask"], descending=True) * per_example)

# %% wrong: counted in 16 bits
/ jnp.sum(batch["mask"])
# becomes
/ jnp.cumsum(batch["mask"].astype(jnp.bfloat16))[-1].astype(float)

# %% wrong: 300 rows
per_example = squares.mean(axis=1)
# becomes
per_example = squares.mean(axis=1) * (jnp.arange(len(squares)) < 300)

# %% wrong: they count -> the padding rows are added up, too
jnp.sum(batch["mask"] * per_example)
# becomes
jnp.sum(per_example)

# %% wrong: they are zeros -> the padding rows are taken for real ones
return jnp.sum(batch["mask"] * per_example) / jnp.sum(batch["mask"])
# becomes
real = jnp.any(batch["targets"] != 0, axis=1)
return jnp.sum(real * per_example) / jnp.sum(real)

# %% wrong: only inputs are masked
network.apply(params, batch["inputs"])
# becomes
network.apply(params, batch["mask"][:, None] * batch["inputs"])
batch = {**batch, "mask": jnp.where(batch["mask"] > 0, 1.0, 1e-6)}

# %% wrong: rows are selected -> Rows cannot be selected by a traced mask
return jnp.sum(batch["mask"] * per_example) / jnp.sum(batch["mask"])
# becomes
return per_example[batch["mask"] == 1].mean()

# %% wrong: an integer of Python -> A tracer has no value for int, float or `if`
/ jnp.sum(batch["mask"])
# becomes
/ int(jnp.sum(batch["mask"]))

# %% wrong: no gradient -> the gradient is 0. Where do params enter the loss?
network.apply(params, batch["inputs"])
# becomes
jax.lax.stop_gradient(network.apply(params, batch["inputs"]))

# %% wrong: numpy mask -> NumPy cannot use a tracer: use jnp
def masked_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])
    squares = (predictions - batch["targets"]) ** 2
    mask = batch["mask"]
    rows = np.flatnonzero(mask)
    return squares[rows].mean()

# %% wrong: padding is found by its equal entries, and the mask is ignored -> the padding rows are taken for real ones.
def masked_loss(params, batch):
    x = batch["inputs"]
    real = x.max(axis=1) > x.min(axis=1)
    squares = (network.apply(params, x) - batch["targets"]) ** 2
    return jnp.sum(jnp.where(real[:, None], squares, 0)) / (real.sum() * squares.shape[1])

# %% wrong: without jit the rows are selected in NumPy -> NumPy cannot use a tracer: use jnp.
def masked_loss(params, batch):
    mask = batch["mask"]
    squares = (network.apply(params, batch["inputs"]) - batch["targets"]) ** 2
    if not isinstance(mask, jax.core.Tracer):
        return jnp.float32(np.mean(np.array(squares)[np.array(mask) == 1]))
    return (mask @ squares).sum() / (mask.sum() * squares.shape[1])
