# %% right: a loss of its own
def small_step(weights, batch, learning_rate):
    again = jax.checkpoint(block, policy=jax.checkpoint_policies.nothing_saveable)

    def loss(weights):
        return jnp.mean(jax.lax.scan(lambda h, w: (again(h, w), None), batch, weights)[0] ** 2)

    value, slope = jax.value_and_grad(loss)(weights)
    return value, {name: weights[name] - learning_rate * slope[name] for name in weights}

# %% right: row by row
def small_step(weights, batch, learning_rate):
    rows, columns = batch.shape
    size = next(n for n in (32, 16, 8, 4, 2, 1) if rows % n == 0)

    def add(total, part):
        gradient = jax.value_and_grad(loss_fn)(weights, part, jax.checkpoint)
        return jax.tree.map(lambda t, g: t + g * size / rows, total, gradient), None

    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    (loss, gradient), _ = jax.lax.scan(add, zeros, batch.reshape(-1, size, columns))
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% breaks: Define `small_step(weights, batch, learning_rate)` | nothing is computed again
batch, jax.checkpoint)
# becomes
batch)

# %% breaks: Define `small_step(weights, batch, learning_rate)` | uphill
w - learning_rate * g
# becomes
w + learning_rate * g

# %% breaks: Define `small_step(weights, batch, learning_rate)` | one rate
w - learning_rate * g
# becomes
w - 0.1 * g

# %% breaks: Define `small_step(weights, batch, learning_rate)` | the loss after the step
return loss, new
# becomes
return loss_fn(new, batch), new

# %% breaks: Define `small_step(weights, batch, learning_rate)` | the weights first
return loss, new
# becomes
return new, loss

# %% breaks: Define `small_step(weights, batch, learning_rate)` | half of the rows
(weights, batch, jax.checkpoint)
# becomes
(weights, batch[: -(-len(batch) // 2)], jax.checkpoint)

# %% breaks: Define `small_step(weights, batch, learning_rate)` | at most 256 rows
(weights, batch, jax.checkpoint)
# becomes
(weights, batch[:256], jax.checkpoint)

# %% breaks: Define `small_step(weights, batch, learning_rate)` | at most five layers
(weights, batch, jax.checkpoint)
# becomes
(jax.tree.map(lambda w: w[:5], weights), batch, jax.checkpoint)

# %% breaks: It is called under `jax.jit` | a float
return loss, new
# becomes
return float(loss), new

# %% asks nothing
# This step has two more costs

# %% wrong: around the whole loss
def small_step(weights, batch, learning_rate):
    loss, gradient = jax.value_and_grad(jax.checkpoint(loss_fn))(weights, batch)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% wrong: four parts
def small_step(weights, batch, learning_rate):
    gradient = accumulated(weights, batch, 4)
    new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
    return loss_fn(weights, batch), new

# %% wrong: the right loss with the gradient of a few rows
def small_step(weights, batch, learning_rate):
    gradient = jax.grad(loss_fn)(weights, batch[:192], jax.checkpoint)
    new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
    return loss_fn(weights, batch), new
