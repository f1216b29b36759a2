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

# %% wrong: empty rows dropped
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    some = jnp.any(h != 0, axis=1)
    h, y = h[some], y[some]
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: empty rows get no error
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    squares = jnp.sum(h**2, axis=1)
    some = squares > 0
    u = h / jnp.sqrt(jnp.where(some, squares, 1.0))[:, None]
    return jnp.mean(jnp.where(some, (u @ params["head"] - y) ** 2, 0.0))

# %% wrong: encoder still from outside
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ first_params["encoder"])
    squares = jnp.sum(h**2, axis=1, keepdims=True)
    u = jnp.where(squares > 0, h / jnp.sqrt(jnp.where(squares > 0, squares, 1.0)), 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: epsilon after the norm
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / (jnp.linalg.norm(h, axis=1, keepdims=True) + 1e-12)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: epsilon changes small rows
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.sqrt(jnp.sum(h**2, axis=1, keepdims=True) + 1e-6)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: if on data
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jnp.linalg.norm(h, axis=1, keepdims=True)
    if (n == 0).any():
        n = jnp.where(n == 0, 1.0, n)
    u = h / n
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: length without gradient
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jax.lax.stop_gradient(jnp.linalg.norm(h, axis=1, keepdims=True))
    u = jnp.where(n > 0, h / jnp.where(n > 0, n, 1.0), 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: nan_to_num around the loss
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.nan_to_num(jnp.mean((u @ params["head"] - y) ** 2))

# %% wrong: only the encoder mended
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: python loop
def direction_loss(params, batch):
    x, y = batch
    total = 0.0
    for row, target in zip(x, y):
        h = jnp.tanh(row @ params["encoder"])
        square = h @ h
        safe = jnp.where(square > 0, square, 1.0)
        u = h / jnp.sqrt(safe)
        total = total + (u @ params["head"] - target) ** 2
    return total / len(y)

# %% wrong: returns value and gradient
def direction_loss(params, batch):
    def loss(params):
        x, y = batch
        h = jnp.tanh(x @ params["encoder"])
        squares = jnp.sum(h**2, axis=1, keepdims=True)
        u = h / jnp.sqrt(jnp.maximum(squares, 1e-30))
        return jnp.mean((u @ params["head"] - y) ** 2)

    return jax.value_and_grad(loss)(params)

# %% wrong: rows of zeros leave the mean
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    s = (h ** 2).sum(1)
    ok = s > 0
    u = h / jnp.sqrt(jnp.where(ok, s, 1.0))[:, None]
    return jnp.sum(jnp.where(ok, (u @ params["head"] - y) ** 2, 0)) / jnp.maximum(ok.sum(), 1)

# %% wrong: tanh dropped
def direction_loss(params, batch):
    x, y = batch
    h = x @ params["encoder"]
    squares = jnp.sum(h**2, axis=1, keepdims=True)
    u = jnp.where(squares > 0, h / jnp.sqrt(jnp.where(squares > 0, squares, 1.0)), 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: tiny inside the root
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    u = h / jnp.sqrt(jnp.sum(h**2, axis=1, keepdims=True) + 1e-20)
    return jnp.mean((u @ params["head"] - y) ** 2)

# %% wrong: where after the division
def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])
    n = jnp.linalg.norm(h, axis=1, keepdims=True)
    u = jnp.where(n > 0, h / n, 0.0)
    return jnp.mean((u @ params["head"] - y) ** 2)
