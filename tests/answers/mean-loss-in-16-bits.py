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

# %% wrong: carry of another dtype
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(logs, labels[:, None], axis=1)
        return total - jnp.sum(chosen), None

    total, _ = jax.lax.scan(add, jnp.zeros((), logits.dtype), (logits, labels))
    return total / labels.size

# %% wrong: cast after log_softmax
def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits, axis=-1).astype("float32")
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))

# %% wrong: exponentials without a shift
def mean_loss(logits, labels):
    z = logits.astype("float32")
    chosen = jnp.take_along_axis(z, labels[..., None], axis=-1)[..., 0]
    return jnp.mean(jnp.log(jnp.sum(jnp.exp(z), axis=-1)) - chosen)

# %% wrong: numpy in float64
def mean_loss(logits, labels):
    z = np.asarray(logits, np.float64)
    z = z - z.max(axis=-1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return jnp.float32(-np.take_along_axis(logs, np.asarray(labels)[..., None], -1).mean())

# %% wrong: only the losses in float32
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(logs, labels[:, None], axis=1)
        return total - jnp.sum(chosen).astype(total.dtype), None

    total, _ = jax.lax.scan(add, jnp.zeros((), logits.dtype), (logits, labels))
    return (total / labels.size).astype("float32")

# %% wrong: over the wrong axis
def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits.astype("float32"), axis=1)
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1))

# %% wrong: result in 16 bits
def mean_loss(logits, labels):
    logs = jax.nn.log_softmax(logits.astype("float32"), axis=-1)
    return -jnp.mean(jnp.take_along_axis(logs, labels[..., None], axis=-1)).astype(logits.dtype)

# %% wrong: sign lost
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(logs, labels[:, None], axis=1)
        return total + jnp.sum(chosen), None

    total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
    return total / labels.size

# %% wrong: softmax with a small number added
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        probabilities = jax.nn.softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(probabilities, labels[:, None], axis=1)
        return total - jnp.sum(jnp.log(chosen + 1e-7)), None

    total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
    return total / labels.size

# %% wrong: sum for mean
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        logs = jax.nn.log_softmax(logits.astype("float32"))
        chosen = jnp.take_along_axis(logs, labels[:, None], axis=1)
        return total - jnp.sum(chosen), None

    total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
    return total

# %% wrong: unchanged
def mean_loss(logits, labels):
    def add(total, batch):
        logits, labels = batch
        probabilities = jax.nn.softmax(logits)
        chosen = jnp.take_along_axis(probabilities, labels[:, None], axis=1)
        return total - jnp.sum(jnp.log(chosen)), None

    total, _ = jax.lax.scan(add, jnp.zeros((), logits.dtype), (logits, labels))
    return total / labels.size

# %% inputs
import jax
import jax.numpy as jnp

RTOL = 2e-3


def cases(draw, page):
    for dtype in ("bfloat16", "float16", "float32"):
        for shape, size in (
            ((1, 1, 1), 1),
            ((2, 3, 4), 3),
            ((4, 1, 3), 300),
            ((700, 1, 2), 1),
            ((1, 400, 2), 30),
        ):
            logits = jnp.asarray(size * draw.uniform(-1, 1, shape), dtype)
            labels = jnp.asarray(draw.integers(shape[2], size=shape[:2]))
            yield loss, (logits, labels), {}
        labels = jnp.zeros((1, 1), int)
        for wrong in (-8.0, 200.0):
            yield loss, (jnp.array([[[0.0, wrong]]], dtype), labels), {}
    yield compiled, (jnp.array([[[0.5, 2.0, -1.0]]], "bfloat16"), labels), {}


def loss(page, logits, labels):
    value = page.mean_loss(logits, labels)
    return value, value.dtype == "float32"


def compiled(page, logits, labels):
    value, slopes = jax.jit(jax.value_and_grad(page.mean_loss))(logits, labels)
    return value, slopes.astype("float32"), slopes.dtype == logits.dtype
