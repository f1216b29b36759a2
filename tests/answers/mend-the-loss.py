# %% right: compiled and scaled
@jax.jit
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(jnp.einsum("bd,dh->bh", x, params["encoder"]))
    largest = jax.lax.stop_gradient(jnp.abs(h).max(axis=1, keepdims=True))
    h = h / jnp.where(largest > 0, largest, 1.0)  # the direction stays
    length = jnp.linalg.norm(jnp.where(largest > 0, h, 1.0), axis=1, keepdims=True)
    u = jnp.where(largest > 0, h / length, 0.0)
    return jnp.sum(jnp.square(u @ params["head"] - y)) / y.size

# %% right: rsqrt of a product
def direction_loss(params, batch):
    h = jnp.tanh(batch[0] @ params["encoder"])
    square = jnp.einsum("bh,bh->b", h, h)
    inverse = jnp.where(square > 0, jax.lax.rsqrt(jnp.where(square > 0, square, 1)), 0)
    heads = jnp.where(square > 0, h @ params["head"], 0)
    return jnp.mean(jnp.square(inverse * heads - batch[1]))

# %% right: vmap and cond
def direction(h):
    return jax.lax.cond(
        jnp.any(h != 0),
        lambda h: h / jnp.sqrt(jnp.sum(jnp.where(jnp.any(h != 0), h, 1.0) ** 2)),
        lambda h: 0 * h,
        h,
    )


def direction_loss(params, batch):
    x, y = batch
    u = jax.vmap(direction)(jnp.tanh(x @ params["encoder"]))
    return ((u @ params["head"] - y) ** 2).mean()

# %% wrong: no tanh -> is there a tanh?
jnp.tanh(x @ params["encoder"])
# becomes
x @ params["encoder"]

# %% wrong: the sum -> the sum over the rows is not divided by their number.
return jnp.mean(
# becomes
return jnp.sum(

# %% wrong: the square of the length -> h is divided by the square of its length.
length = jnp.sqrt(jnp.where(some, squares, 1.0))
# becomes
length = jnp.where(some, squares, 1.0)

# %% wrong: divided by the largest feature -> h is divided by its largest feature.
squares = jnp.sum(h**2, axis=1, keepdims=True)
# becomes
squares = jnp.max(h**2, axis=1, keepdims=True)

# %% wrong: that of the start -> which encoder is W?
params["encoder"]
# becomes
first_params["encoder"]

# %% wrong: no error in such a row -> in a row without features u is 0, and not its error.
return jnp.mean((u @ params["head"] - y) ** 2)
# becomes
return jnp.mean(jnp.where(some[:, 0], (u @ params["head"] - y) ** 2, 0.0))

# %% wrong: left out of the mean -> a row without features counts in the mean
return jnp.mean((u @ params["head"] - y) ** 2)
# becomes
errors = jnp.where(some[:, 0], (u @ params["head"] - y) ** 2, 0.0)
return jnp.sum(errors) / jnp.maximum(jnp.sum(some), 1)

# %% wrong: a gradient of zeros -> a row without features adds to the gradient of W.
jnp.where(some, h / length, 0.0)
# becomes
h / length

# %% wrong: stopped -> the encoder gets no gradient: is it stopped?
jnp.tanh(x @ params["encoder"])
# becomes
jnp.tanh(x @ jax.lax.stop_gradient(params["encoder"]))

# %% wrong: a root at 0 -> What is the derivative of a root at 0?
jnp.sqrt(jnp.where(some, squares, 1.0))
# becomes
jnp.sqrt(squares)

# %% wrong: the length is a constant -> the length of h counts as a constant.
jnp.sqrt(jnp.where(some, squares, 1.0))
# becomes
jax.lax.stop_gradient(jnp.sqrt(jnp.where(some, squares, 1.0)))

# %% wrong: of shape (1,) -> has the shape (1,), not ()
return jnp.mean((u @ params["head"] - y) ** 2)
# becomes
return jnp.mean((u @ params["head"] - y) ** 2)[None]

# %% wrong: at most eight rows
x, y = batch
# becomes
x, y = batch[0][:8], batch[1][:8]

# %% wrong: they are zero -> Is u the direction of a small h too
some = squares > 0
# becomes
some = squares > 1e-9

# %% wrong: NumPy -> NumPy gets no numbers: use jax.numpy.
some = squares > 0
# becomes
some = np.asarray(squares) > 0

# %% wrong: empty rows dropped -> no shape may depend on the numbers in an array.
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    some = jnp.any(h != 0, axis=1)
    h, y = h[some], y[some]
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: epsilon changes small rows -> with nothing added to its length?
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.sqrt(jnp.sum(h**2, axis=1, keepdims=True) + 1e-6)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: if on data -> no `if` may depend on the numbers in an array.
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jnp.linalg.norm(h, axis=1, keepdims=True)
    if (n == 0).any():
        n = jnp.where(n == 0, 1.0, n)
    u = h / n
    return jnp.mean((u @ params["head"] - y) ** 2)
