# %% right: new axis if needed
def train(x, y, learning_rate, steps):
    targets = y[:, None] if y.ndim == 1 else y
    if targets.ndim != 2 or targets.shape[0] != x.shape[0]:
        raise ValueError(f"Rows of x {x.shape} and y {y.shape} differ.")
    K = targets.shape[1]
    params = {"w": jnp.zeros((x.shape[1], K)), "b": jnp.zeros(K)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, targets)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(loss.item())
    return [params, tuple(losses)]

# %% right: numpy formula
def train(x, y, learning_rate, steps):
    B, D = x.shape
    if y.shape[:1] != (B,) or len(y.shape) > 2:
        raise ValueError(f"expected {(B,)} or {(B, 'K')} with x {x.shape}, got {y.shape}")
    x, y = np.asarray(x), np.asarray(y).reshape(B, -1)
    w, b, losses = np.zeros((D, y.shape[1])), np.zeros(y.shape[1]), []
    for _ in range(steps):
        e = x @ w + b - y
        losses.append(np.square(e).mean())
        w, b = w - 2 * learning_rate * x.T @ e / e.size, b - 2 * learning_rate * e.sum(axis=0) / e.size
    return {"w": w, "b": b}, losses

# %% right: one example and vmap
def train(x, y, learning_rate, steps):
    if y.ndim == 1:
        y = jnp.expand_dims(y, 1 if len(y) == len(x) else 0) if len(y) == len(x) else y
    if y.ndim != 2 or len(y) != len(x):
        raise ValueError("shapes " + str(x.shape) + " " + str(y.shape))

    def one(params, xi, yi):
        return jnp.mean((xi @ params["w"] + params["b"] - yi) ** 2)

    def loss_fn(p):
        return jax.vmap(one, (None, 0, 0))(p, x, y).mean()

    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1:])}
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i], g = jax.value_and_grad(loss_fn)(params)
        params = {k: params[k] - learning_rate * g[k] for k in params}
    return params, losses

# %% wrong: an assertion
def train(x, y, learning_rate, steps):
    assert y.ndim in (1, 2) and y.shape[0] == x.shape[0], (x.shape, y.shape)
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: checked after the first step
def train(x, y, learning_rate, steps):
    if y.ndim == 1:
        y = y[:, None]
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        if predict(params, x).shape != y.shape:
            raise ValueError(f"{x.shape} {y.shape}")
        losses.append(float(loss))
    return params, losses

# %% wrong: closed form
def train(x, y, learning_rate, steps):
    best, floor = least_squares(x, y.reshape(-1, 1))
    return best, [float(floor)] * steps

# %% wrong: everything flat
def train(x, y, learning_rate, steps):
    params = dict(w=jnp.zeros(x.shape[1]), b=jnp.zeros(()))
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(lambda p: jnp.mean((x @ p["w"] + p["b"] - y.squeeze()) ** 2))(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: losses after the steps
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape}")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        gradient = jax.grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(mean_squared_error(params, x, y))
    return params, losses

# %% wrong: losses forgotten
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape}")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return params

# %% wrong: message without shapes
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError("x and y do not fit")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: new axis for every y
def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y[:, None])
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: new axis if needed
def train(x, y, learning_rate, steps):
    if y.ndim == 1:
        y = y[:, None]
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(loss.item())
    return [params, tuple(losses)]

# %% wrong: one bias for all outputs
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape}")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: one column of everything
def train(x, y, learning_rate, steps):
    y = y.reshape(-1, 1)
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: parameters not passed on
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape}")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return new_params, losses

# %% wrong: predictions flattened
def train(x, y, learning_rate, steps):
    def loss_of(params):
        return jnp.mean((predict(params, x)[:, 0] - y) ** 2)
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(loss_of)(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: refuses the column
def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    if predict(params, x).shape != y.shape:
        raise ValueError("shapes differ")
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: sum instead of mean
def train(x, y, learning_rate, steps):
    if y.ndim not in (1, 2) or y.shape[0] != x.shape[0]:
        raise ValueError(f"x {x.shape} and y {y.shape}")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(lambda p: jnp.sum((predict(p, x) - y)**2))(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: transposed if it fits
def train(x, y, learning_rate, steps):
    if y.ndim == 1:
        y = y[:, None]
    if y.shape[0] != len(x):
        y = y.T
    if y.ndim != 2 or len(y) != len(x):
        raise ValueError(f"{x.shape} {y.shape}")
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% inputs
import jax.numpy as jnp


def cases(draw, page):
    for B, D, K, scale, steps in (
        (1, 1, 1, 1, 2),
        (5, 2, 1, 10, 3),
        (4, 3, 3, 1, 2),
        (3, 3, 2, 0.01, 1),
        (2, 1, 4, 1, 0),
    ):
        x, y = (jnp.array(draw.normal(size=size), float) for size in ((B, D), (B, K)))
        yield trained, (x, scale * y, 0.1, steps), {}
        yield trained, (x, scale * y[:, 0], 0.05, steps), {}
    yield trained, (jnp.ones((3, 2)), jnp.array([1, 2, 4]), 0.1, 2), {}
    for B, shape in (
        (6, (1,)),
        (6, (12,)),
        (6, (1, 6)),
        (6, (6, 1, 1)),
        (6, (3, 2)),
        (6, (7, 1)),
        (6, ()),
        (1, (2,)),
        (2, (1, 2)),
    ):
        yield refused, (jnp.ones((B, 2)), jnp.ones(shape)), {}


def trained(page, *arguments):
    params, losses = page.train(*arguments)
    return params, jnp.array(losses, float)


def refused(page, x, y):
    """Whether there is a ValueError with both shapes in its message."""
    try:
        page.train(x, y, 0.1, 2)
    except ValueError as error:
        return str(x.shape) in str(error) and str(y.shape) in str(error)
    return False
