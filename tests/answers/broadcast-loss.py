# %% right: reshape like the targets
def one_output_loss(params, batch):
    x, y = batch
    return jnp.mean((one_output_net.apply(params, x).reshape(y.shape) - y) ** 2)

# %% right: squeeze
def one_output_loss(params, batch):
    x, y = batch
    e = jnp.squeeze(one_output_net.apply(params, x), axis=-1) - y
    return e @ e / len(e)

# %% right: vmap over rows
def one_output_loss(params, batch):
    def error(x, y):
        return one_output_net.apply(params, x)[0] - y
    return jnp.mean(jax.vmap(error)(*batch) ** 2)

# %% right: without haiku
def one_output_loss(params, batch):
    x, y = batch
    return jnp.square(x @ params["linear"]["w"][:, 0] + params["linear"]["b"] - y).sum() / y.size

# %% breaks: Define `one_output_loss(params, batch)` | the output of the first row
[:, 0]  # (B,)
# becomes
[0]

# %% breaks: Define `one_output_loss(params, batch)` | the root of the mean
return mean_squared_error(predictions, y)
# becomes
return jnp.sqrt(mean_squared_error(predictions, y))

# %% breaks: Define `one_output_loss(params, batch)` | another network
one_output_net.apply(params, x)
# becomes
one_output_net.apply(best_line, x)

# %% breaks: Define `one_output_loss(params, batch)` | divided by 128
return mean_squared_error(predictions, y)
# becomes
return jnp.sum((predictions - y) ** 2) / 128

# %% breaks: Define `one_output_loss(params, batch)` | at most 128 rows
return mean_squared_error(predictions, y)
# becomes
return mean_squared_error(predictions[:128], y[:128])

# %% breaks: It returns one number | one for each row
return mean_squared_error(predictions, y)
# becomes
return (predictions - y) ** 2

# %% breaks: It returns one number | of shape (1,)
return mean_squared_error(predictions, y)
# becomes
return mean_squared_error(predictions, y)[None]

# %% breaks: It returns one number | no gradient
return mean_squared_error(predictions, y)
# becomes
return mean_squared_error(jax.lax.stop_gradient(predictions), y)

# %% breaks: It returns one number | NumPy
return mean_squared_error(predictions, y)
# becomes
return mean_squared_error(np.array(predictions), np.array(y))

# %% asks nothing
# A common form of this mistake
# The cell evaluates the loss at the best line

# %% wrong: mean of the errors squared
def one_output_loss(params, batch):
    x, y = batch
    return jnp.mean(one_output_net.apply(params, x)[:, 0] - y) ** 2

# %% wrong: still broadcasts
def one_output_loss(params, batch):
    x, y = batch
    return jnp.mean((one_output_net.apply(params, x) - y) ** 2)

# %% wrong: sum
def one_output_loss(params, batch):
    x, y = batch
    return jnp.sum((one_output_net.apply(params, x)[:, 0] - y) ** 2)
