# %% right: absolute difference
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    assert f.shape == labels.shape
    return 1 - jnp.abs((f >= 0).astype(int) - labels.astype(int)).mean()

# %% right: loop over rows
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    total = 0.0
    for o, y in zip(f[:, 0], labels[:, 0]):
        total = total + jnp.where(y == 1, -o, o) + 0.01 * o**2
    return total


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% right: static network
@jax.jit(static_argnums=1)

def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% right: true shapes and where
def logits_and_truth(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise TypeError(f"{f.shape} and {labels.shape}")
    return f, labels != 0


def my_loss(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return jnp.where(is_one, 0.01 * f - 1, 0.01 * f + 1).ravel() @ f.ravel()


def my_accuracy(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return 1 - jnp.mean(jnp.logical_xor(f >= 0, is_one))

# %% wrong: accuracy as a count
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((f >= 0) == (labels == 1))

# %% wrong: accuracy of all pairs
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels.ravel() == 1))

# %% wrong: accuracy without shape check
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: argmax of one column
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean(jnp.argmax(f, axis=1, keepdims=True) == labels)

# %% wrong: if on a label
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    total = 0.0
    for o, y in zip(f[:, 0], labels[:, 0]):
        if y == 1:
            total = total - o
        else:
            total = total + o
    return total + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: int8 for all
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    if labels.dtype == jnp.uint8:
        labels = labels.astype(jnp.int8)
    return jnp.sum((1 - 2 * labels) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: key at apply
def my_loss(params, net, x, labels):
    f = net.apply(params, None, x)
    return jnp.sum(f)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: labels without gradient to logits
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    f = jnp.round(f * 1e5) / 1e5
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: loss of the global network
def my_loss(params, net, x, labels):
    f = my_net.apply(params, x)
    return jnp.sum(f)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: mean for sum
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: no regulariser
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: no shape check
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: one loss per example
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return (1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: python float
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return float(jnp.sum((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2))


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: regulariser of the weights
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * sum(jnp.sum(p**2) for p in jax.tree.leaves(params))


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: sigmoid cross entropy
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum(jax.nn.softplus((1 - 2 * labels.astype(f.dtype)) * f))


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: sign turned round
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((2 * labels.astype(f.dtype) - 1) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: threshold one half
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0.5) == (labels == 1))

# %% wrong: uint8 wraps round
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: zero is label 0
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f > 0) == (labels == 1))

# %% inputs
import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, size, dtype in (
        (1, 1, "int32"),
        (5, 60, "int8"),
        (5, 3, "uint8"),
        (9, 500, "uint16"),
        (2, 10, "uint32"),
    ):
        given = some(draw, rows, size, dtype)
        yield "my_loss", given, {}
        yield "my_accuracy", given, {}
        yield slope, given, {}
        yield flat, given, {}
    for name in ("my_loss", "my_accuracy"):
        yield compiled, (name, *some(draw, 8, 100, "uint8")), {}


def some(draw, rows, size, dtype):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
    x = draw.normal(size=(rows, 3))
    x[: rows // 3] = 0  # where the logit is 0
    w = jnp.float32(size * draw.normal(size=(3, 1)))
    params = {"linear": {"w": w, "b": jnp.zeros(1)}}
    return params, net, jnp.float32(x), jnp.array(draw.integers(0, 2, (rows, 1)), dtype)


def slope(page, params, *others):
    return jax.grad(page.my_loss)(params, *others)


def compiled(page, name, *arguments):
    return jax.jit(getattr(page, name), static_argnums=1)(*arguments)


def flat(page, params, net, x, labels):
    """Whether both functions refuse labels of shape (B,)."""
    refused = []
    for function in (page.my_loss, page.my_accuracy):
        try:
            function(params, net, x, labels[:, 0])
            refused.append(False)
        except Exception:
            refused.append(True)
    return refused
