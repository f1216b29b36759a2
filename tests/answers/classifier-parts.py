# %% right: absolute difference
def my_loss(params, net, x, labels):
    f = net.apply(params, x).astype(float)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    assert f.shape == labels.shape
    return 1 - jnp.abs((f >= 0).astype(int) - labels.astype(int)).mean()

# %% right: static network
@jax.jit(static_argnums=1)

def my_loss(params, net, x, labels):
    f = jnp.float32(net.apply(params, x))
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
    return f.astype('float32'), labels != 0


def my_loss(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return jnp.where(is_one, 0.01 * f - 1, 0.01 * f + 1).ravel() @ f.ravel()


def my_accuracy(params, net, x, labels):
    f, is_one = logits_and_truth(params, net, x, labels)
    return 1 - jnp.mean(jnp.logical_xor(f >= 0, is_one))

# %% wrong: a key -> the logits are `net.apply(params, x)`
net.apply(params, x).astype
# becomes
net.apply(params, None, x).astype

# %% wrong: unsigned labels wrap round -> 1 - 2y wraps round below 0
labels.astype(f.dtype)
# becomes
labels

# %% wrong: the loss of 64 rows
sign * f + 0.01 * f**2
# becomes
(sign * f + 0.01 * f**2)[:64]

# %% wrong: the accuracy of 64 rows
(f >= 0) == (labels == 1)
# becomes
(f[:64] >= 0) == (labels[:64] == 1)

# %% wrong: mean for sum -> that is the mean, not the sum
return jnp.sum
# becomes
return jnp.mean

# %% wrong: one loss for each example -> that is one loss for each example
return jnp.sum(sign * f + 0.01 * f**2)
# becomes
return sign * f + 0.01 * f**2

# %% wrong: the sign is the other way round -> the sign is the other way round
1 - 2 * labels.astype(f.dtype)
# becomes
2 * labels.astype(f.dtype) - 1

# %% wrong: no regulariser -> the regulariser, 0.01 f**2 of the logits, is missing
sign * f + 0.01 * f**2
# becomes
sign * f

# %% wrong: no square -> the regulariser has no square
0.01 * f**2
# becomes
0.01 * f

# %% wrong: a count -> that is the number of right predictions
jnp.mean
# becomes
jnp.sum

# %% wrong: zero predicts label 0 -> f = 0 predicts label 1
(f >= 0)
# becomes
(f > 0)

# %% wrong: a threshold of one half -> the threshold is 0.5
(f >= 0)
# becomes
(f >= 0.5)

# %% wrong: all pairs -> every logit meets all labels
(labels == 1)
# becomes
(labels.ravel() == 1)

# %% wrong: the loss broadcasts -> it should stop with an error
chex.assert_equal_shape([f, labels])
sign
# becomes
sign

# %% wrong: the loss reshapes -> it should stop with an error
chex.assert_equal_shape([f, labels])
sign
# becomes
labels = labels.reshape(f.shape)
sign

# %% wrong: one row broadcasts -> it should stop with an error
chex.assert_equal_shape([f, labels])
sign
# becomes
assert labels.ndim == 2 or len(labels) == 1
sign

# %% wrong: the accuracy broadcasts -> it should stop with an error
chex.assert_equal_shape([f, labels])
return
# becomes
return

# %% wrong: a float for the loss -> the loss is a float, not a float32
return jnp.sum(sign * f + 0.01 * f**2)
# becomes
return float(jnp.sum(sign * f + 0.01 * f**2))

# %% wrong: NumPy for the accuracy -> on a label, no NumPy
jnp.mean((f >= 0) == (labels == 1))
# becomes
np.mean((np.asarray(f) >= 0) == (np.asarray(labels) == 1))

# %% wrong: the loss, too -> the loss is a bfloat16, not a float32
.astype(jnp.float32)
# becomes


# %% wrong: converted at the end -> float16 cannot hold it: convert the logits before
f = net.apply(params, x).astype(jnp.float32)  # (B, 1)
chex.assert_equal_shape([f, labels])
sign = 1 - 2 * labels.astype(f.dtype)  # (B, 1), -1 where the label is 1
return jnp.sum(sign * f + 0.01 * f**2)
# becomes
f = net.apply(params, x)
chex.assert_equal_shape([f, labels])
sign = 1 - 2 * labels.astype(f.dtype)
return jnp.sum((sign * f + 0.01 * f**2).astype(jnp.float32))

# %% wrong: rounded to bfloat16
net.apply(params, x).astype(jnp.float32)
# becomes
net.apply(params, x).astype(jnp.bfloat16).astype(jnp.float32)

# %% wrong: returned as the logits -> the loss is a bfloat16, not a float32
return jnp.sum(sign * f + 0.01 * f**2)
# becomes
return jnp.sum(sign * f + 0.01 * f**2).astype(net.apply(params, x).dtype)

# %% wrong: argmax of one column -> What does argmax give?
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f) + 0.01 * jnp.sum(f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean(jnp.argmax(f, axis=1, keepdims=True) == labels)

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

# %% wrong: labels without gradient to logits -> the gradient is 0. What stops it?
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    f = jnp.round(f * 1e5) / 1e5
    return jnp.sum((1 - 2 * labels.astype(f.dtype)) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    chex.assert_equal_shape([f, labels])
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: loss of the global network -> name 'my_net' is not defined
def my_loss(params, net, x, labels):
    f = my_net.apply(params, x)
    return jnp.sum(f)


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

# %% wrong: logits are clipped at 1000 -> With 1 logits of float32 and int8 labels, what my_loss returns
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise ValueError(f"logits {f.shape}, labels {labels.shape}")
    f = jnp.clip(f.astype(jnp.float32), -1000, 1000)
    y = labels.astype(f.dtype)
    return jnp.sum((1 - 2 * y) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise ValueError(f"logits {f.shape}, labels {labels.shape}")
    return jnp.mean((f >= 0) == (labels == 1))

# %% wrong: the sign bit decides, so -0.0 predicts label 0 -> what my_accuracy returns
def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise ValueError(f"logits {f.shape}, labels {labels.shape}")
    f = f.astype(jnp.float32)
    y = labels.astype(f.dtype)
    return jnp.sum((1 - 2 * y) * f + 0.01 * f**2)


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    if f.shape != labels.shape:
        raise ValueError(f"logits {f.shape}, labels {labels.shape}")
    return jnp.mean(~jnp.signbit(f) == (labels == 1))
