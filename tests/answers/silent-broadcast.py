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

# %% wrong: three axes are flattened into outputs -> should raise a ValueError with both shapes
def train(x, y, learning_rate, steps):
    rows = y.shape[:1] == x.shape[:1]
    if not rows or y.ndim > 2 and y.size == len(x):
        raise ValueError(f"x {x.shape} and y {y.shape} do not fit")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: stops when the loss no longer falls -> what train returns
def train(x, y, learning_rate, steps):
    if y.shape[:1] != x.shape[:1] or y.ndim > 2:
        raise ValueError(f"x {x.shape} and y {y.shape} do not fit")
    y = y.reshape(len(x), -1)
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
        if len(losses) > 20 and losses[-1] >= losses[-2]:
            break
    return params, losses

# %% wrong: a compiled step kept for its shapes, with the first learning rate -> Is it the mean squared error, before each step?
_steps = {}


def train(x, y, learning_rate, steps):
    if y.shape[:1] != x.shape[:1] or y.ndim > 2:
        raise ValueError(f"x {x.shape} and y {y.shape} do not fit")
    y = y.reshape(len(x), -1)
    if (x.shape, y.shape) not in _steps:

        @jax.jit
        def step(params, x, y):
            loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
            return jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient), loss

        _steps[x.shape, y.shape] = step
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        params, loss = _steps[x.shape, y.shape](params, x, y)
        losses.append(float(loss))
    return params, losses

# %% wrong: two inputs -> w should have shape (D, K)
y = y.reshape(len(x), -1)  # (B, K), the shape of the predictions
# becomes
x, y = x[:, :2], y.reshape(len(x), -1)

# %% wrong: the first rows
losses = []
# becomes
losses, x, y = [], x[:64], y[:64]

# %% wrong: another rate -> the rate is 0.08, whatever learning_rate is
learning_rate * g
# becomes
0.08 * g

# %% wrong: no vector -> Is a y of shape (B,) or (B, K) refused
y.ndim not in (1, 2)
# becomes
y.ndim != 2

# %% wrong: no column -> Is a y of shape (B,) or (B, K) refused
y.ndim not in (1, 2)
# becomes
y.ndim != 1

# %% wrong: one output -> b (K,): one column a target
y = y.reshape(len(x), -1)
# becomes
y = y.reshape(len(x), -1)[:, :1]

# %% wrong: four outputs -> b (K,): one column a target
y = y.reshape(len(x), -1)
# becomes
y = y.reshape(len(x), -1)[:, :4]

# %% wrong: fewer outputs than rows -> Is a y of shape (B,) or (B, K) refused
len(y) != len(x):
# becomes
len(y) != len(x) or y.size >= len(x) ** 2 > 1:

# %% wrong: an assertion -> a ValueError with both shapes, and raises AssertionError
if y.ndim not in (1, 2) or len(y) != len(x):
    raise ValueError(f"y of shape {y.shape} does not go with x of shape {x.shape}")
# becomes
assert y.ndim in (1, 2) and len(y) == len(x), f"{y.shape} and {x.shape}"

# %% wrong: only the shape of y -> with both shapes, and raises ValueError
raise ValueError(f"y of shape {y.shape} does not go with x of shape {x.shape}")
# becomes
raise ValueError(f"y has the shape {y.shape}, not {len(x)} rows")

# %% wrong: three axes -> a ValueError with both shapes, and raises nothing
y.ndim not in (1, 2) or 
# becomes

# %% wrong: several targets for each row -> a ValueError with both shapes, and raises nothing
len(y) != len(x):
# becomes
y.size % len(x):

# %% wrong: transposed if it fits -> a ValueError with both shapes, and raises nothing
if y.ndim not in (1, 2)
# becomes
y = y.T if y.ndim == 2 and y.shape[1] == len(x) else y
if y.ndim not in (1, 2)

# %% wrong: one row meets all -> a ValueError with both shapes, and raises TypeError
len(y) != len(x):
# becomes
len(y) not in (1, len(x)):

# %% wrong: where there are steps -> and 0 steps, train should raise a ValueError
if y.ndim
# becomes
if steps and y.ndim

# %% wrong: small ones -> Both should begin as zeros
jnp.zeros((x.shape[1], y.shape[1]))
# becomes
jnp.full((x.shape[1], y.shape[1]), 0.1)

# %% wrong: the mean -> Both should begin as zeros
jnp.zeros(y.shape[1])
# becomes
jnp.mean(y, axis=0)

# %% wrong: one step less -> that is one step less
range(steps)
# becomes
range(1, steps)

# %% wrong: at least one -> and change in steps alone
range(steps)
# becomes
range(max(steps, 1))

# %% wrong: at most ten
range(steps)
# becomes
range(min(steps, 10))

# %% wrong: one bias -> b (K,): one column a target
jnp.zeros(y.shape[1])
# becomes
jnp.zeros(1)

# %% wrong: a vector for one output -> w should have shape (D, K), b (K,)
return params, losses
# becomes
return jax.tree.map(jnp.squeeze, params), losses

# %% wrong: each step from zeros -> does each step go on from the one before?
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
# becomes
params = jax.tree.map(jnp.zeros_like, params)
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)

# %% wrong: no losses -> It should return a pair
return params, losses
# becomes
return params

# %% wrong: losses after the steps -> these are the losses after each step
losses.append(float(loss))
# becomes
losses.append(float(mean_squared_error(params, x, y)))

# %% wrong: sums -> the losses are sums, not means
jax.value_and_grad(mean_squared_error)(params, x, y)
# becomes
jax.value_and_grad(lambda *args: y.size * mean_squared_error(*args))(params, x, y)

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

# %% wrong: closed form -> and change in steps alone
def train(x, y, learning_rate, steps):
    best, floor = least_squares(x, y.reshape(-1, 1))
    return best, [float(floor)] * steps

# %% wrong: everything flat -> w should have shape (D, K), b (K,)
def train(x, y, learning_rate, steps):
    params = dict(w=jnp.zeros(x.shape[1]), b=jnp.zeros(()))
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(lambda p: jnp.mean((x @ p["w"] + p["b"] - y.squeeze()) ** 2))(params)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: new axis for every y -> every prediction still meets the targets of all rows
def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y[:, None])
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: new axis if needed -> b (K,): one column a target
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

# %% wrong: one column of everything -> and which shapes meet?
def train(x, y, learning_rate, steps):
    y = y.reshape(-1, 1)
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses

# %% wrong: predictions flattened -> every prediction still meets the targets of all rows
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

# %% wrong: refuses the column -> Is a y of shape (B,) or (B, K) refused
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
