# %% right: rows of zeros at the end
def small_step(weights, batch, learning_rate):
    parts = -(-len(batch) // 64)
    missing = 64 * parts - len(batch)
    rows = jnp.pad(batch, ((0, missing), (0, 0))).reshape(parts, 64, -1)
    real = (jnp.arange(64 * parts) < len(batch)).reshape(parts, 64, 1)

    def loss(weights, rows, real):
        last, _ = jax.lax.scan(lambda x, w: (block(x, w), None), rows, weights)
        return jnp.sum(real * last**2) / batch.size

    def add(i, total):
        return jax.tree.map(jnp.add, total, jax.value_and_grad(loss)(weights, rows[i], real[i]))

    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    value, slope = jax.lax.fori_loop(0, parts, add, zeros)
    return value, {name: weights[name] - learning_rate * slope[name] for name in weights}

# %% right: the largest divisor
def small_step(weights, batch, learning_rate):
    rows, columns = batch.shape
    size = next(n for n in (32, 16, 8, 4, 2, 1) if rows % n == 0)

    def add(total, part):
        gradient = jax.value_and_grad(loss_fn)(weights, part)
        return jax.tree.map(lambda t, g: t + g * size / rows, total, gradient), None

    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    (loss, gradient), _ = jax.lax.scan(add, zeros, batch.reshape(-1, size, columns))
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% wrong: uphill -> the step leads uphill.
w - learning_rate * g
# becomes
w + learning_rate * g

# %% wrong: one rate -> the rate is always 0.1.
w - learning_rate * g
# becomes
w - 0.1 * g

# %% wrong: the loss after the step -> the loss is the one after the step.
loss, gradient = total
return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
# becomes
loss, gradient = total
new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
return loss_fn(new, batch), new

# %% wrong: the weights first -> the weights come first: the order is loss, weights.
return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
# becomes
return jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient), loss

# %% wrong: a mean of the parts -> loss and gradient have one wrong factor
rows.size / batch.size  # rows of zeros add nothing: their block is 0
# becomes
1 / parts

# %% wrong: the sum of the parts -> loss and gradient have one wrong factor
rows.size / batch.size  # rows of zeros add nothing: their block is 0
# becomes
1

# %% wrong: what remains is left out -> What if there are fewer rows than in one part?
parts = -(-len(batch) // 32)
padded = jnp.pad(batch, ((0, 32 * parts - len(batch)), (0, 0)))
# becomes
parts = len(batch) // 32
padded = batch[: 32 * parts]

# %% wrong: at most 256 rows
padded.reshape(parts, 32, -1)
# becomes
padded.reshape(parts, 32, -1)[:8]

# %% wrong: at most five layers
jax.value_and_grad(loss_fn)(weights, rows)
# becomes
jax.value_and_grad(loss_fn)(jax.tree.map(lambda w: w.at[5:].set(0), weights), rows)

# %% wrong: in parts only where they fit -> what is kept for many rows
total, _ = jax.lax.scan(add, zeros, padded.reshape(parts, 32, -1))
# becomes
if len(batch) % 32:
    total, _ = add(zeros, batch)
else:
    total, _ = jax.lax.scan(add, zeros, batch.reshape(parts, 32, -1))

# %% wrong: filled up to 512 rows -> or for rows that are not there?
parts = -(-len(batch) // 32)
# becomes
parts = -(-len(batch) // 512) * 16

# %% wrong: computed again -> what is done twice
(loss_fn)(weights, rows)
# becomes
(loss_fn)(weights, rows, jax.checkpoint)

# %% wrong: the loss in a pass of its own -> what is done twice
return loss, jax.tree
# becomes
return loss_fn(weights, batch), jax.tree

# %% wrong: a float -> no array is made a float.
return loss, jax.tree
# becomes
return float(loss), jax.tree

# %% wrong: a second gradient for what remains -> or as large as weights?
def small_step(weights, batch, learning_rate):
    def add(total, rows):
        found = jax.value_and_grad(loss_fn)(weights, rows)
        return jax.tree.map(lambda t, g: t + g * rows.size / batch.size, total, found), None

    whole = len(batch) // 32 * 32
    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    total, _ = jax.lax.scan(add, zeros, batch[:whole].reshape(-1, 32, batch.shape[1]))
    (loss, gradient), _ = add(total, batch[whole:]) if whole < len(batch) else (total, None)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% wrong: products kept, the rest again -> what is kept for many rows
def small_step(weights, batch, learning_rate):
    def keep(block):
        return jax.checkpoint(block, policy=jax.checkpoint_policies.dots_saveable)

    loss, gradient = jax.value_and_grad(loss_fn)(weights, batch, keep)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% wrong: each block again -> what is done twice
def small_step(weights, batch, learning_rate):
    loss, gradient = jax.value_and_grad(loss_fn)(weights, batch, jax.checkpoint)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)

# %% wrong: at most 1024 rows -> who adds the rows that remain?
def small_step(weights, batch, learning_rate):
    size, rows = 32, len(batch)
    parts = min(-(-rows // size), 32)
    last = parts * size
    chunks = jnp.pad(batch, ((0, max(last - rows, 0)), (0, 0)))[:last]

    def total(weights, x):
        final, _ = jax.lax.scan(lambda x, layer: (block(x, layer), None), x, weights)
        return jnp.sum(final**2) / (rows * batch.shape[1])

    def add(carry, x):
        return jax.tree.map(jnp.add, carry, jax.value_and_grad(total)(weights, x)), None

    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    (loss, grads), _ = jax.lax.scan(add, zeros, chunks.reshape(parts, size, -1))
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, grads)

# %% wrong: checkpointed inside a cond -> what is done twice
def small_step(weights, batch, learning_rate):
    def work(weights, batch):
        return jax.value_and_grad(loss_fn)(weights, batch, jax.checkpoint)

    def rest(weights, batch):
        return jnp.zeros((), batch.dtype), weights

    some = jnp.isfinite(batch).any()  # a batch without numbers needs no step
    loss, grads = jax.lax.cond(some, work, rest, weights, batch)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, grads)

# %% wrong: twice, in a while_loop -> count the steps of its while_loop
def small_step(weights, batch, learning_rate):
    size, rows = 32, len(batch)
    parts = -(-rows // size)
    chunks = jnp.pad(batch, ((0, parts * size - rows), (0, 0))).reshape(parts, size, -1)

    def total(weights, x):
        inner = jax.checkpoint(block)
        final, _ = jax.lax.scan(lambda x, layer: (inner(x, layer), None), x, weights)
        return jnp.sum(final**2) / batch.size

    def add(carry):
        part, sums = carry
        found = jax.value_and_grad(total)(weights, chunks[part])
        return part + 1, jax.tree.map(jnp.add, sums, found)

    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    start = jnp.zeros((), jnp.int32), zeros
    _, (loss, grads) = jax.lax.while_loop(lambda carry: carry[0] < parts, add, start)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, grads)
