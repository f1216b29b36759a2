# %% right: all at once
def loss_and_norm(logits, labels):
    def loss(z):
        logs = jax.nn.log_softmax(z, axis=-1)
        return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))

    value, slopes = jax.value_and_grad(loss)(logits.astype(jnp.float32))
    return value, jnp.sqrt((slopes**2).sum())

# %% right: by hand
def loss_and_norm(logits, labels):
    z = logits.astype("float32")
    z = z - jax.lax.stop_gradient(z.max(axis=-1, keepdims=True))
    hot = jax.nn.one_hot(labels, z.shape[-1])
    slopes = (jax.nn.softmax(z) - hot) / labels.size
    loss = jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=-1)) - jnp.sum(z * hot, axis=-1))
    return loss, jnp.linalg.norm(slopes.ravel())

# %% right: fori_loop
def loss_and_norm(logits, labels):
    def add(i, totals):
        batch = logits[i].astype("float32")
        each = optax.softmax_cross_entropy_with_integer_labels(batch, labels[i])
        slopes = jnp.exp(jax.nn.log_softmax(batch)).at[jnp.arange(len(batch)), labels[i]].add(-1)
        return totals[0] + each.sum(), totals[1] + jnp.vdot(slopes, slopes)

    loss, square = jax.lax.fori_loop(0, len(labels), add, (jnp.float32(0), jnp.float32(0)))
    return loss / labels.size, jnp.sqrt(square) / labels.size

# %% wrong: cast at the end -> are float32 and bfloat16, not both float32.
(loss_of)(logits.astype("float32"))
# becomes
(lambda z: loss_of(z).astype("float32"))(logits)

# %% wrong: a total of 16 bits -> in which dtype does the total grow?
total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
# becomes
half = lambda total, batch: (add(total, batch)[0].astype("bfloat16"), None)
total, _ = jax.lax.scan(half, jnp.zeros((), "bfloat16"), (logits, labels))
total = total.astype("float32")

# %% wrong: a logarithm of softmax -> which exponential overflows, or is rounded to 0 or 1?
jax.nn.log_softmax(logits)
# becomes
jnp.log(jax.nn.softmax(logits))

# %% wrong: a small number is added -> is a small number added, or a probability clipped?
jax.nn.log_softmax(logits)
# becomes
jnp.log(jax.nn.softmax(logits) + 1e-7)

# %% wrong: over the wrong axis -> the softmax is taken over the examples, not the classes.
log_softmax(logits)
# becomes
log_softmax(logits, axis=0)

# %% wrong: at most 32 classes
log_softmax(logits)
# becomes
log_softmax(logits[:, :32])

# %% wrong: at most 256 examples in a batch
jnp.sum(chosen)
# becomes
jnp.sum(chosen[:256])

# %% wrong: at most 4,096 batches
(logits, labels))
return
# becomes
(logits[:4096], labels[:4096]))
return

# %% wrong: no shift -> which exponential overflows, or is rounded to 0 or 1?
jax.nn.log_softmax(logits)
# becomes
logits - jnp.log(jnp.exp(logits).sum(axis=1, keepdims=True))

# %% wrong: the loss alone -> it returns no pair of a loss and a norm.
return loss, optax.tree.norm(gradient)
# becomes
return loss

# %% wrong: 16 bits -> are bfloat16 and float32, not both float32.
return loss, optax.tree.norm(gradient)
# becomes
return loss.astype(logits.dtype), optax.tree.norm(gradient)

# %% wrong: of shape (1,) -> has the shape (1,), not ()
return loss, optax.tree.norm(gradient)
# becomes
return loss[None], optax.tree.norm(gradient)

# %% wrong: the sum -> are the losses added up, or averaged?
return total / labels.size
# becomes
return total

# %% wrong: the sign is lost -> which sign has the logarithm of a probability?
total - jnp.sum(chosen)
# becomes
total + jnp.sum(chosen)

# %% wrong: the squared norm -> the root of the sum is missing.
optax.tree.norm(gradient)
# becomes
optax.tree.norm(gradient) ** 2

# %% wrong: the norm of the last batch -> that is the norm for the last batch alone.
optax.tree.norm(gradient)
# becomes
optax.tree.norm(gradient[-1])

# %% wrong: squared in 16 bits -> in which dtype are the entries squared?
optax.tree.norm(gradient)
# becomes
optax.tree.norm(gradient.astype(logits.dtype)).astype("float32")

# %% wrong: a gradient of 16 bits -> by which dtype is the gradient rounded?
optax.tree.norm(gradient)
# becomes
optax.tree.norm(gradient.astype(logits.dtype).astype("float32"))

# %% wrong: shifted in 16 bits -> in which dtype is the largest logit subtracted?
(logits.astype("float32"))
# becomes
((logits - logits.max(axis=-1, keepdims=True)).astype("float32"))

# %% wrong: NumPy -> no `if` and no NumPy function may depend on the logits.
(logits.astype("float32"))
# becomes
(np.asarray(logits, "float32"))

# %% wrong: stopped -> the gradient is 0: is it stopped?
return loss, optax
# becomes
return jax.lax.stop_gradient(loss), optax

# %% wrong: the gradient of the logits as they come -> in which dtype are the entries squared?
def loss_and_norm(logits, labels):
    def loss(z):
        return optax.losses.softmax_cross_entropy_with_integer_labels(
            z.astype("float32"), labels
        ).mean()

    value, slopes = jax.value_and_grad(loss)(logits)
    return value, optax.tree.norm(slopes).astype("float32")

# %% wrong: mended by a small number -> is a small number added, or a probability clipped?
def loss_and_norm(logits, labels):
    def loss(z):
        chances = jax.nn.softmax(z) + 1e-8
        return -jnp.log(jnp.take_along_axis(chances, labels[..., None], axis=-1)).mean()

    value, slopes = jax.value_and_grad(loss)(logits.astype("float32"))
    return value, jnp.sqrt((slopes**2).sum())
