# %% right: reshape, with a check of each
def one_output_loss(params, batch):
    x, y, weights = batch
    for each in (y, weights):
        if each.shape != x.shape[:1]:
            raise ValueError(f"{each.shape}, not {x.shape[:1]}")
    errors = one_output_net.apply(params, x).reshape(y.shape) - y
    return jnp.average(errors**2, weights=weights)

# %% right: columns, and a dot product
def one_output_loss(params, batch):
    x, y, weights = batch
    if y.ndim != 1 or weights.ndim != 1 or not len(x) == len(y) == len(weights):
        raise ValueError("targets and weights are (B,)")
    e = one_output_net.apply(params, x) - y[:, None]
    return weights @ jnp.squeeze(e, axis=-1) ** 2 / weights.sum()

# %% right: vmap over rows
def one_output_loss(params, batch):
    def square(x, y):
        if y.shape:
            raise ValueError("one target for each row")
        return (one_output_net.apply(params, x)[0] - y) ** 2

    x, y, weights = batch
    if y.shape != weights.shape:
        raise ValueError("one weight for each target")
    return (jax.vmap(square)(x, y) * weights).sum() / weights.sum()

# %% wrong: the output of the first row
[:, 0]  # (B,)
# becomes
[0].repeat(len(x))

# %% wrong: the root of the mean -> that is the root of the mean
return jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights)
# becomes
return jnp.sqrt(jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights))

# %% wrong: another network -> Does it apply one_output_net to params, its argument?
one_output_net.apply(params, x)
# becomes
one_output_net.apply(best_line, x)

# %% wrong: no weights -> the weights have no effect
return jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights)
# becomes
return mean_squared_error(predictions, y)

# %% wrong: divided by the rows -> it is divided by the number of rows
/ jnp.sum(weights)
# becomes
/ len(x)

# %% wrong: weights are squared -> the weights are squared, too
weights * (predictions - y) ** 2
# becomes
(weights * (predictions - y)) ** 2

# %% wrong: at most 128 rows
jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights)
# becomes
jnp.sum((weights * (predictions - y) ** 2)[:128]) / jnp.sum(weights[:128])

# %% wrong: three columns -> for any B and D from 1 up
predictions = one_output_net.apply(params, x)[:, 0]
# becomes
predictions = (x @ params["linear"]["w"][:3] + params["linear"]["b"])[:, 0]

# %% wrong: each is positive
weights * (predictions - y) ** 2
# becomes
jnp.maximum(weights, 0.1) * (predictions - y) ** 2

# %% wrong: weighted or not
return jnp.sum(weights *
# becomes
weights = 1.0 * (weights > 0)
return jnp.sum(weights *

# %% wrong: one for each row -> that is one number for each row
return jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights)
# becomes
return weights * (predictions - y) ** 2 / jnp.sum(weights)

# %% wrong: of shape (1,)
return jnp.sum(weights * (predictions - y) ** 2)
# becomes
return jnp.sum(weights * (predictions - y) ** 2, keepdims=True)

# %% wrong: no gradient -> it is 0. Where do params enter the loss?
predictions - y
# becomes
jax.lax.stop_gradient(predictions) - y

# %% wrong: NumPy -> NumPy and float need values
jnp.sum(weights * (predictions - y) ** 2)
# becomes
np.sum(np.array(weights * (predictions - y) ** 2))

# %% wrong: nothing refused -> it raises nothing, not a ValueError
raise ValueError(f"{predictions.shape} meets {y.shape} and {weights.shape}.")
# becomes
pass

# %% wrong: weights are not compared -> and weights of shape (), it raises nothing
predictions.shape == y.shape == weights.shape
# becomes
predictions.shape == y.shape

# %% wrong: targets are not compared -> and targets of shape (), it raises nothing
predictions.shape == y.shape == weights.shape
# becomes
predictions.shape == weights.shape

# %% wrong: compares sizes -> it raises nothing, not a ValueError
predictions.shape == y.shape == weights.shape
# becomes
predictions.size == y.size == weights.size

# %% wrong: compares lengths -> it raises TypeError, not a ValueError
predictions.shape == y.shape == weights.shape
# becomes
y.ndim and weights.ndim and len(predictions) == len(y) == len(weights)

# %% wrong: an assert -> it raises AssertionError, not a ValueError
if not predictions.shape == y.shape == weights.shape:
raise ValueError(f"{predictions.shape} meets {y.shape} and {weights.shape}.")
# becomes
assert predictions.shape == y.shape == weights.shape

# %% wrong: reshapes what it should refuse -> it raises TypeError, not a ValueError
def one_output_loss(params, batch):
    x, y, weights = batch
    y, weights = y.reshape(len(x)), weights.reshape(len(x))
    return jnp.average((one_output_net.apply(params, x)[:, 0] - y) ** 2, weights=weights)

# %% wrong: targets as columns only -> Which shape have weights times squares?
def one_output_loss(params, batch):
    x, y, weights = batch
    if y.shape != weights.shape or y.shape != x.shape[:1]:
        raise ValueError("shapes")
    squares = (one_output_net.apply(params, x) - y[:, None]) ** 2
    return jnp.mean(weights * squares) / jnp.mean(weights)

# %% wrong: the function of the course -> What are the shapes of the two that are multiplied?
def one_output_loss(params, batch):
    x, y, weights = batch
    return weights @ mean_squared_error(one_output_net.apply(params, x)[:, 0], y) / weights.sum()

# %% wrong: the loss of the page -> predictions and targets still broadcast
one_output_loss = flat_loss

# %% wrong: targets and weights are compared with each other, not with the predictions -> and both of shape
def one_output_loss(params, batch):
    x, y, weights = batch  # (B, D), (B,), (B,)
    if y.shape != weights.shape:
        raise ValueError(f"targets {y.shape} and weights {weights.shape}")
    squares = (one_output_net.apply(params, x)[:, 0] - y) ** 2
    return jnp.sum(weights * squares) / jnp.sum(weights)

# %% wrong: a flat array of another length meets a TypeError of JAX -> it raises TypeError, not a ValueError.
def one_output_loss(params, batch):
    x, y, weights = batch  # (B, D), (B,), (B,)
    for array in (y, weights):
        if array.ndim != 1 or (array.size == 1 and len(x) > 1):
            raise ValueError(f"the shape {array.shape} would be broadcast")
    squares = (one_output_net.apply(params, x)[:, 0] - y) ** 2
    return jnp.sum(weights * squares) / jnp.sum(weights)
