# %% right: all at once
def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits.astype(jnp.float32), axis=-1)
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))

# %% right: by hand
def mean_loss(logits, labels):
    z = logits.astype("float32")
    z = z - jax.lax.stop_gradient(z.max(axis=-1, keepdims=True))
    chosen = jnp.sum(z * jax.nn.one_hot(labels, z.shape[-1]), axis=-1)
    return jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=-1)) - chosen)

# %% right: fori_loop
def mean_loss(logits, labels):
    def add(i, total):
        batch = logits[i].astype("float32")
        each = jax.nn.logsumexp(batch, axis=1) - batch[jnp.arange(batch.shape[0]), labels[i]]
        return total + each.mean() / labels.shape[0]

    return jax.lax.fori_loop(0, labels.shape[0], add, jnp.float32(0))

# %% breaks: Each row should have one number | cast at the end
jax.nn.log_softmax(logits.astype("float32"))
# becomes
jax.nn.log_softmax(logits).astype("float32")

# %% breaks: Each row should have one number | a total of the dtype of the logits
total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
# becomes
half = lambda total, batch: (add(total, batch)[0].astype(logits.dtype), None)
total, _ = jax.lax.scan(half, jnp.zeros((), logits.dtype), (logits, labels))
total = total.astype("float32")

# %% breaks: In the second row even `float32` fails | a logarithm of softmax
jax.nn.log_softmax(logits.astype("float32"))
# becomes
jnp.log(jax.nn.softmax(logits.astype("float32")))

# %% breaks: In the second row even `float32` fails | a small number is added
jax.nn.log_softmax(logits.astype("float32"))
# becomes
jnp.log(jax.nn.softmax(logits.astype("float32")) + 1e-7)

# %% breaks: Define `mean_loss` again | over the wrong axis
logits.astype("float32"))
# becomes
logits.astype("float32"), axis=0)

# %% breaks: Define `mean_loss` again | another dtype in the carry
jnp.zeros((), "float32")
# becomes
jnp.zeros((), logits.dtype)

# %% breaks: Define `mean_loss` again | at most 32 classes
logits.astype("float32"))
# becomes
logits[:, :32].astype("float32"))

# %% breaks: Define `mean_loss` again | at most 256 examples in a batch
jnp.sum(chosen)
# becomes
jnp.sum(chosen[:256])

# %% breaks: Define `mean_loss` again | at most 4,096 batches
(logits, labels))
return
# becomes
(logits[:4096], labels[:4096]))
return

# %% breaks: Define `mean_loss` again | no shift
jax.nn.log_softmax(logits.astype("float32"))
# becomes
logits - jnp.log(jnp.exp(logits.astype("float32")).sum(axis=1, keepdims=True))

# %% breaks: it returns a `float32` of shape `()` | 16 bits
return total / labels.size
# becomes
return (total / labels.size).astype(logits.dtype)

# %% breaks: it returns a `float32` of shape `()` | of shape (1,)
return total / labels.size
# becomes
return (total / labels.size)[None]

# %% breaks: it returns a `float32` of shape `()` | the sum
return total / labels.size
# becomes
return total

# %% breaks: it returns a `float32` of shape `()` | the sign is lost
total - jnp.sum(chosen)
# becomes
total + jnp.sum(chosen)

# %% breaks: it works under `jax.jit` and `jax.grad` | NumPy
logits.astype("float32"))
# becomes
np.asarray(logits, "float32"))

# %% breaks: it works under `jax.jit` and `jax.grad` | stopped
jnp.sum(chosen)
# becomes
jax.lax.stop_gradient(jnp.sum(chosen))

# %% asks nothing
# `mean_loss` goes through batches
# The formula is right, and yet

# %% wrong: numpy in float64
def mean_loss(logits, labels):
    z = np.asarray(logits, np.float64)
    z = z - z.max(axis=-1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return jnp.float32(-np.take_along_axis(logs, np.asarray(labels)[..., None], -1).mean())
