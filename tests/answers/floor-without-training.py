# %% right: a bias for each unit
def params_at_the_floor(x, y):
    line, _ = least_squares(x, y)
    d, k = x.shape[1], y.shape[1]
    first, last = np.zeros((d, 5), np.float32), np.zeros((5, k), np.float32)
    lift = np.zeros(5, np.float32)
    for i in range(d):
        first[i, i] = 1
        lift[i] = -min(float(x[:, i].min()), 0)
        last[i] = line["w"][i]
    return {
        "linear": {"w": first, "b": lift},
        "linear_1": {"w": last, "b": np.array(line["b"]) - lift @ last},
    }

# %% right: least squares on the open units
def params_at_the_floor(x, y):
    low, high = x.min(axis=0), x.max(axis=0)
    scale = 1 / (high - low)  # each input from 0 to 1
    w = jnp.pad(jnp.diag(scale), [(0, 0), (0, 5 - x.shape[1])])
    b = jnp.pad(-low * scale, (0, 5 - x.shape[1]))
    line, _ = least_squares((x @ w + b)[:, : x.shape[1]], y)
    after = jnp.concatenate([line["w"], jnp.zeros((5 - x.shape[1], y.shape[1]))])
    return {"linear": {"w": w, "b": b + 0.01}, "linear_1": {"w": after, "b": line["b"] - 0.01 * after.sum(0)}}

# %% right: in NumPy
def params_at_the_floor(x, y):
    x, y = np.array(x, float), np.array(y, float)
    (b, *w) = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y)[0]
    w = np.resize(np.concatenate([w, np.zeros((5, y.shape[1]))]), (5, y.shape[1]))
    low = np.append(x.min(axis=0), np.zeros(5))[:5]
    tree = {"linear": {"w": np.eye(x.shape[1], 5), "b": -low}, "linear_1": {"w": w, "b": b + low @ w}}
    return jax.tree.map(jnp.float32, tree)

# %% wrong: three inputs -> for any D and K
jnp.eye(x.shape[1], 5)
# becomes
jnp.eye(3, 5)

# %% wrong: six outputs -> x has D columns, y has K
return {
# becomes
after = after if y.shape[1] == 1 else jnp.resize(after, (5, 6))
return {

# %% wrong: as many units as inputs -> The layers go from D to 5, and from 5 to K
jnp.eye(x.shape[1], 5)  # input i goes to unit i
# becomes
jnp.eye(x.shape[1])

# %% wrong: another name -> not linear and linear_1
"linear_1": {
# becomes
"linear_2": {

# %% wrong: nothing is lifted -> What keeps it open?
jnp.full(5, jnp.abs(x).max())
# becomes
jnp.zeros(5)

# %% wrong: the lift stays -> which bias takes the lift back?
line["b"] - lift @ after
# becomes
line["b"]

# %% wrong: lifted twice -> which bias takes the lift back?
line["b"] - lift @ after
# becomes
line["b"] + lift @ after

# %% wrong: a little above -> It is off by a constant
"b": line["b"] - lift @ after
# becomes
"b": line["b"] - lift @ after + 0.01

# %% wrong: as the largest input -> What keeps it open?
jnp.abs(x).max()
# becomes
x.max()

# %% wrong: three deviations
jnp.abs(x).max()
# becomes
3 * x.std()

# %% wrong: one lift for sums of inputs -> Is each unit open for all of them?
copy = jnp.eye(x.shape[1], 5)  # input i goes to unit i
lift = jnp.full(5, jnp.abs(x).max())  # and is not negative there
after = jnp.pad(line["w"], [(0, 5 - x.shape[1]), (0, 0)])
# becomes
copy = jnp.tril(jnp.ones((x.shape[1], 5)))
lift = jnp.full(5, jnp.abs(x @ copy).max())
after = jnp.pad(jnp.linalg.inv(copy[:, : x.shape[1]]) @ line["w"], [(0, 5 - x.shape[1]), (0, 0)])

# %% wrong: a bias of ten -> What keeps it open?
jnp.abs(x).max()
# becomes
10.0

# %% wrong: a bias of ten thousand -> A bias is so large that digits of x are lost
jnp.abs(x).max()
# becomes
1e4

# %% wrong: a bias of a million -> A bias is so large that digits of x are lost
jnp.abs(x).max()
# becomes
1e6

# %% wrong: normal equations -> Columns vary by thousandths: which digits has x.T @ x?
line, _ = least_squares(x, y)
# becomes
ones = jnp.hstack([x, jnp.ones((len(x), 1))])
line = jnp.linalg.solve(ones.T @ ones, ones.T @ y)
line = {"w": line[:-1], "b": line[-1]}

# %% wrong: trained
def params_at_the_floor(x, y):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([5, y.shape[1]])(x)))
    params = net.init(jax.random.key(0), x)
    step = jax.jit(lambda params: my_update(params, net, x, y, 3e-2))
    for _ in range(300):
        _, params = step(params)
    return dict(zip(("linear", "linear_1"), params.values(), strict=True))

# %% wrong: the line itself -> the layers are called linear, not linear and linear_1
def params_at_the_floor(x, y):
    line, _ = least_squares(x, y)
    return {"linear": line}

# %% wrong: numbers of the page
def params_at_the_floor(x, y):
    w = jnp.pad(fitted["w"], [(0, 2), (0, 0)])
    return {"linear": {"w": jnp.eye(3, 5), "b": jnp.full(5, 10.0)}, "linear_1": {"w": w, "b": fitted["b"] - 10 * w.sum(0)}}
