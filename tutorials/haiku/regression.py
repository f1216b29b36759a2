# %% [markdown]
# # A regression, and how low it can go
#
# How low can a training loss go, and at what learning rate? For the mean squared error of a straight line there is a
# formula, so you can know both before you train.

# %% tags=["short"]
import jax
import jax.numpy as jnp

x = jax.random.normal(jax.random.key(0), (128, 3))
y = x.sum(1) + jax.random.normal(jax.random.key(1), 128)


def mean_square(w):
    return jnp.mean((x @ w - y) ** 2)


best = jnp.linalg.lstsq(x, y)[0]
hessian = jax.hessian(mean_square)(best)
limit = 2 / jnp.linalg.eigvalsh(hessian)[-1]
print("floor", mean_square(best), " largest rate", limit)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - compare where training ends with a floor that you computed;
# - work out from a loss's curvature which rates are too large;
# - measure on fresh data whether a network has fitted the noise.
#
# You need: [`my_update`](../haiku/update.py), [`jax.jit`](../jax/compilation.py) and [rates that
# diverge](../jax/descent.py).
#
# </div>

# %% [markdown]
# ## Draw data whose answer you know
#
# There is nothing new about Haiku here: if you only want to read and run Haiku code, skip to [Compile the whole step
# with `jax.jit`](../haiku/compiled_training.py), and come back when a loss puzzles you.

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.flatten_util import ravel_pytree

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# Each input is a row of three numbers. Its target is a row of six: $12 x + 6$, written twice side by side,
# plus noise of variance 1.

# %%
from snippets.data import regression_data

inputs, outputs = regression_data(jax.random.key(0))
print("inputs", inputs.shape, " outputs", outputs.shape)

# %% [markdown]
# Before you train, compute two reference points: the error of the mean of the targets, which uses no input at
# all, and the error of the true rule, which misses only by the noise.

# %%
rule = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6
error_of_the_mean = jnp.mean((outputs - outputs.mean(axis=0)) ** 2)
error_of_the_rule = jnp.mean((outputs - rule) ** 2)
print("mean of the targets", error_of_the_mean)
print("true rule          ", error_of_the_rule)

# %% [markdown]
# Training has to get from about {{ error_of_the_mean:.0f}} to about {{ error_of_the_rule:.0f}}.
#
# ## Compute the floor before you train
#
# The rule is linear in the inputs, so you can compute how well a linear model can do at best. With weights $W$
# and biases $b$, over $B$ examples and $K$ outputs,
#
# $$\text{floor} = \min_{W, b} \; \frac{1}{B K} \sum_{i,j} \big( (x_i W + b)_j - y_{ij} \big)^2$$
#
# This *least squares* problem needs no training loop: subtract the means, and `jnp.linalg.lstsq` solves it.

# %%
from snippets.linear import least_squares

fitted, floor = least_squares(inputs, outputs)
print("weights", fitted["w"], sep="\n")
print("biases ", fitted["b"])
print("floor  ", floor)

# %% tags=["hidden"]
assert floor < error_of_the_rule
assert jnp.abs(fitted["b"] - 6).max() < 0.6
assert jnp.abs(fitted["w"] - 12 * jnp.tile(jnp.eye(3), 2)).max() < 0.6

# %% [markdown]
# The fit is close to the 12s and the 6s of the rule. The floor, {{ floor:.3f}}, is a little *lower* than the
# {{ error_of_the_rule:.3f}} of the true rule, because the line was fitted to these 128 rows, noise included. Each
# output has four free numbers (three weights and a bias), and four numbers fitted to 128 rows absorb 4/128 of the
# noise on average.
#
# ## Check the shapes before you train
#
# Now the network: two linear layers with a ReLU between them. The folded cell brings back `square_loss` and
# `my_update` from the last page.

# %% tags=["recap"]
from snippets.networks import two_layer_net

my_haiku_net = hk.without_apply_rng(hk.transform(two_layer_net))
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)


def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return loss, new_params


# %% [markdown]
# The network can at least do what the line does, because a ReLU changes nothing where its input is positive: with
# large biases, the whole network is linear on the data.
#
# A training loop may also run on targets of the wrong shape. Suppose that you pass one column instead of six:

# %%
one_column = outputs[:, :1]
print("six columns", square_loss(my_haiku_params, my_haiku_net, inputs, outputs))
print("one column ", square_loss(my_haiku_params, my_haiku_net, inputs, one_column))

# %% [markdown]
# There is no error, because the column is *broadcast*: repeated until it matches all six outputs. Training
# would bring this loss down too, and the network would learn six copies of the first output.
#
# So let the loss refuse such targets. The next one does, in the form that you will find in much Haiku code: it takes
# `(params, batch)` and closes over the network.

# %%
from snippets.losses import mean_squared_error


def loss_fn(params, batch):
    x, y = batch
    return mean_squared_error(my_haiku_net.apply(params, x), y)


print("six columns", loss_fn(my_haiku_params, (inputs, outputs)))

# %% raises="ValueError" match="predictions have shape"
loss_fn(my_haiku_params, (inputs, one_column))

# %% [markdown]
# Under `jit` the shapes are compared only while the function is traced. `chex.assert_equal_shape` compares those of
# arrays of your choice.
#
# ## Exercise: repair a loss that broadcasts
#
# A common form of this mistake has a network with one output for each example, and targets in a flat array. Here the
# examples have weights, too. The cell evaluates the loss at the best line for these targets, where it should be close
# to 1, whatever the weights are.

# %%
one_output_net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
best_line = {"linear": {"w": fitted["w"][:, :1], "b": fitted["b"][:1]}}


def flat_loss(params, batch):
    x, y, weights = batch  # (B, D), (B,), (B,)
    squares = (one_output_net.apply(params, x) - y) ** 2
    return jnp.mean(weights * squares) / jnp.mean(weights)


flat_batch = inputs, outputs[:, 0], 1.0 + (inputs[:, 1] > 0)
print("loss of the best line:", flat_loss(best_line, flat_batch))

# %% [markdown]
# Define `one_output_loss(params, batch)`: the weighted mean $\sum_i w_i e_i^2 / \sum_i w_i$ of the squared errors of
# `one_output_net`, on inputs of shape `(B, D)`, with targets and weights of shape `(B,)`, for any `B` and `D` from 1
# up. No weight is negative, and at least one is positive.
#
# - It returns one number, of shape `()`, can be differentiated and compiled, and `jax.vmap` maps it over a stack of
#   batches.
# - It raises a `ValueError` if targets or weights have another shape, such as `(B, 1)`, `(1, B)`, `(1,)` with a larger
#   `B`, or `()`.
#
# <details>
# <summary>Hint</summary>
#
# Go through the two lines of `flat_loss` and write the shape behind each operation. Which shapes should they be?
#
# </details>


# %% exercise="broadcast-loss" kind="repair" minutes="8"
def one_output_loss(params, batch):
    x, y, weights = batch  # (B, D), (B,), (B,)
    ### BEGIN SOLUTION
    predictions = one_output_net.apply(params, x)[:, 0]  # (B,)
    if not predictions.shape == y.shape == weights.shape:
        raise ValueError(f"{predictions.shape} meets {y.shape} and {weights.shape}.")
    return jnp.sum(weights * (predictions - y) ** 2) / jnp.sum(weights)
    ### END SOLUTION


# %% check="broadcast-loss"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "one_output_loss",
    "Check the shapes before you train",
    {
        "on traced array": "NumPy and float need values, and a tracer has none: compute with jnp.",
        "Gradient only": "It cannot be differentiated: a loss is one number.",
        "predictions have shape": "Give `mean_squared_error` two arrays of one shape.",
        "matmul": "What are the shapes of the two that are multiplied?",
        "retriev": "Does it apply one_output_net to params, its argument?",
        "ValueError": "It refuses shapes that are right: inputs (B, D), targets and weights (B,).",
        "": "It gets inputs (B, D), targets and weights (B,), for any B and D from 1 up.",
    },
)


def compiled_with_gradient(loss):
    return jax.jit(jax.value_and_grad(loss))


def mapped(loss):
    return jax.vmap(loss, in_axes=(None, 0))


def what_it_raises(loss):
    def attempt(params, batch):
        try:
            loss(params, batch)
        except ValueError:
            return "ValueError"
        except Exception as problem:
            return type(problem).__name__
        return "nothing"

    return attempt


def _case(rows, columns, size):
    draw = np.random.default_rng(rows)
    w, b, x, y = (
        np.float32(size * draw.normal(size=shape))
        for shape in ((columns, 1), 1, (rows, columns), rows)
    )
    weights = np.float32(draw.permutation(0.3 + np.arange(rows) % 5))
    weights[: rows // 3] = 0
    share = np.float64(weights) / weights.sum()
    errors = np.float64(x) @ w[:, 0] + b - y  # (B,)
    pairs = np.float64(x) @ w + b - y  # (B, B)
    right = share @ errors**2
    params, batch = {"linear": {"w": w, "b": b}}, (x, y, weights)
    params, batch = jax.tree.map(jnp.array, (params, batch))
    when = f"With {rows} rows and {columns} columns, "
    mistakes = {
        "predictions and targets still broadcast. What is the shape of their difference?": (
            (pairs**2) @ share
        ).mean(),
        "the weights have no effect. Which shape have weights times squares?": (
            errors**2
        ).mean(),
        "that is one number for each row; a loss is one number.": share * errors**2,
        "it is divided by the number of rows.": weights @ errors**2 / rows,
        "the weights are squared, too.": weights**2 @ errors**2 / weights.sum(),
        "that is the root of the mean.": np.sqrt(right),
        "": "Does each prediction meet the target and the weight of its own row, and only these?",
    }
    _check.agrees(_check.call(params, batch, when=when), right, mistakes, when)
    both = _check.call(params, batch, by=compiled_with_gradient, when=when)
    _check.agrees(both[0], right, mistakes, when, "the loss under jax.jit")
    slopes = 2 * (share * errors)[:, None]  # (B, 1)
    slopes = {"linear": {"w": x.T @ slopes, "b": slopes.sum(axis=0)}}
    told = {
        "it is 0. Where do params enter the loss?": jax.tree.map(np.zeros_like, slopes)
    }
    told[""] = "Does the loss depend on params through the predictions of all rows?"
    _check.agrees(both[1], slopes, told, when, "the gradient of the loss")
    stack = jax.tree.map(lambda a: jnp.stack([a, a[::-1]]), batch)
    results = _check.call(params, stack, by=mapped, when=when)
    told = {"": "Under jax.vmap an array has the shapes of one batch."}
    _check.agrees(results, np.full(2, right), told, when, "what jax.vmap gives")
    for places, name in ([1], "targets"), ([2], "weights"), ([1, 2], "both"):
        shapes = {(rows, 1), (1, rows), (1,), (), (rows + 1,)} - {(rows,)}
        for shape in sorted(shapes):
            other = (jnp.ones(shape) if i in places else a for i, a in enumerate(batch))
            other = tuple(other)
            raised = _check.call(params, other, by=what_it_raises)
            told = f"{when}and {name} of shape {shape}, it raises {raised}, not a ValueError."
            _check.require(raised == "ValueError", told)


_many = int(np.random.default_rng().integers(129, 200))
_check.over(_case, (7, 5, 1.0), (1, 4, 30.0), (_many, 1, 1e3), (4, 4, 0.01))
print("Agrees with the weighted mean in NumPy, and refuses all shapes that broadcast.")

# %% [markdown]
# ## Exercise: reach the floor without training
#
# You know the best line, and the network can do what a line does. So you can write down parameters at the floor, and
# need no step of training. Define `params_at_the_floor(x, y)` for inputs `x` of shape `(B, D)`, with `D` from 1 to 5,
# and targets `y` of shape `(B, K)`. It returns parameters for a network like `my_haiku_net`: a linear layer of 5, a
# ReLU, a linear layer of `K`, so that
#
# - the mean squared error of the network on `x` and `y` is that of the best line, within 0.1%;
# - the network agrees with the best line not only on the rows of `x`, but wherever each input lies between the smallest
#   and the largest in its column.
#
# The numbers in `x` may be of any size from 0.01 to 1000. Remember that `float32` keeps about seven digits: beside a
# million, 0.01 is lost.
#
# <details>
# <summary>Hint: the first layer</summary>
#
# A unit can copy one input. Which bias keeps what it gets from being negative, and is not larger than needed?
#
# </details>
#
# <details>
# <summary>Hint: the second layer</summary>
#
# It gets the inputs plus that bias, and the line expects the inputs alone. Which bias of its own corrects that? If there
# are more units than inputs, the rest must not count.
#
# </details>


# %% exercise="floor-without-training" kind="build" minutes="12"
def params_at_the_floor(x, y):
    """Parameters for D inputs, 5 units and K outputs, at the floor of x (B, D), y (B, K)."""
    ### BEGIN SOLUTION
    line, _ = least_squares(x, y)
    copy = jnp.eye(x.shape[1], 5)  # input i goes to unit i
    lift = jnp.full(5, jnp.abs(x).max())  # and is not negative there
    after = jnp.pad(line["w"], [(0, 5 - x.shape[1]), (0, 0)])  # (5, K)
    return {
        "linear": {"w": copy, "b": lift},
        "linear_1": {"w": after, "b": line["b"] - lift @ after},
    }
    ### END SOLUTION


# %% check="floor-without-training"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "params_at_the_floor",
    "Exercise: reach the floor without training",
    {
        "incompatible shapes": "x has D columns, y has K, and there are 5 units.",
        "dot_general": "x has D columns, y has K, and there are 5 units.",
        "": "It gets x (B, D) and y (B, K), for D from 1 to 5 and any K.",
    },
)


def _network_in_numpy(params, x):
    first, last = (jax.tree.map(np.float32, params[m]) for m in ("linear", "linear_1"))
    hidden = np.maximum(x @ first["w"] + first["b"], 0)
    return hidden @ last["w"] + last["b"], hidden


_draw, _many = np.random.default_rng(2), int(np.random.default_rng().integers(7, 12))
_cases = [(128, 3, 6, 1, 0), (50, 5, 2, 0.01, 0), (300, 2, 1, 1e3, 0)]
_cases += [(64, 1, _many, 1, -2), (90, 4, 3, 300, 1), (90, 4, 3, 1, 1000)]
_names = "linear", "linear_1"
for _rows, _columns, _outputs, _size, _offset in _cases:
    _x = _draw.normal(size=(_rows, _columns)) + _offset
    _x *= np.where(np.arange(_columns) % 2, -_size, _size) / abs(_x).max()
    _w, _b = (
        _draw.normal(size=(_columns, _outputs)) / _size,
        _draw.normal(size=_outputs),
    )
    _y = _x @ _w + _b + 0.1 * _draw.normal(size=(_rows, _outputs))
    _x, _y = np.float32(_x), np.float32(_y)
    _ones = np.column_stack([np.float64(_x) / _size, np.ones(_rows)])
    _best = np.linalg.lstsq(_ones, np.float64(_y))[0]  # (D + 1, K)
    _least = ((_ones @ _best - _y) ** 2).mean()
    _when = f"With x {_x.shape} of numbers up to {_size} and y {_y.shape}, "
    _params = _check.call(jnp.array(_x), jnp.array(_y), when=_when)
    _called = [*map(str, _params if isinstance(_params, dict) else _names)]
    _told = f"the layers are called {' and '.join(_called)}, not linear and linear_1."
    _check.require({*_called} == {*_names}, _when + _told)
    _form = {"linear": {"w": (_columns, 5), "b": (5,)}}
    _form["linear_1"] = {"w": (5, _outputs), "b": (_outputs,)}
    _form = jax.tree.map(np.zeros, _form, is_leaf=lambda s: isinstance(s, tuple))
    _zeros = jax.tree.map(lambda p: np.zeros(np.shape(p)), _params)
    _told = {"": "The layers go from D to 5, and from 5 to K, for any D and K."}
    _check.agrees(_zeros, _form, _told, _when, "its tree")
    _out, _hidden = _network_in_numpy(_params, _x)
    _error = ((_out - _y) ** 2).mean(dtype=float)
    _told = f"{_when}the error is {_error / _least:.5g} times the floor."
    _closed = ((_hidden == 0).sum(axis=0) > 1) & (_hidden > 0).any(axis=0)
    _told += " A unit is 0 for some rows. What keeps it open?" * bool(_closed.any())
    _off = _out - _ones @ _best
    if np.ptp(_off, axis=0).max() < 0.05 * abs(_off).max():
        _told += " It is off by a constant: which bias takes the lift back?"
    if _hidden.max() > 100 * _size:
        _told += " A bias is so large that digits of x are lost."
    if _offset == 1000:
        _told += " Columns vary by thousandths: which digits has x.T @ x?"
    _check.require(_error < 1.001 * _least, _told)
    _corners = np.float32(_draw.choice([0, 1], (500, _columns)))
    _corners = _x.min(0) + _corners * (_x.max(0) - _x.min(0))
    _line = np.column_stack([_corners / _size, np.ones(500)]) @ _best
    _out, _hidden = _network_in_numpy(_params, _corners)
    _told = {"": "Which inputs reach a unit? Is each unit open for all of them?"}
    _what = "the output of the network between the smallest and largest inputs"
    _check.agrees(_out, _line, _told, _when, _what)
print("At the floor for six data sets, and a line between their extremes.")

# %% [markdown]
# ## Look at the way down
#
# From here on the page trains many networks, with a function that compiles the whole loop into one program, as
# [the next page](../haiku/compiled_training.py) explains. `fit` repeats one step of gradient descent on
# `loss_fn` and returns the trained parameters and the loss before each step.

# %%
from snippets.training import fit

batch = inputs, outputs
start = my_haiku_net.init(jax.random.key(0), inputs)
params, losses = fit(loss_fn, start, batch, 3e-2, steps=1500)
print("first", losses[0], " last", losses[-1], " floor", floor)

# %% tags=["plot"] alt="The loss falls steeply for about a hundred steps, then creeps to the floor and at last below it."
# Caption: On a linear axis the loss would seem to have settled long before it reaches
# the floor.
figure, axes = plt.subplots(layout="constrained")
axes.loglog(1 + np.arange(losses.size), losses, "C0")
axes.axhline(floor, color="C1", linestyle="--")
axes.text(1, floor * 1.15, "floor: the best straight line", color="C1")
axes.set(xlabel="step", ylabel="training loss (mean squared error)")
for axis in (axes.xaxis, axes.yaxis):
    axis.set_major_formatter("{x:g}")
plt.show()

# %% tags=["hidden"]
assert losses[100] < 0.3 * losses[0]
assert losses[300] > 1.05 * floor
assert losses[-1] < 1.05 * floor

# %% [markdown]
# After a hundred steps the loss is down to {{ losses[100]:.1f}}, but the rest of the way takes many hundreds. On a
# linear axis the loss would seem to have settled by step 300, and yet it is {{ losses[300] / floor - 1:.0%}} above the
# floor, as only the dashed line shows.
#
# ## Read the largest rate off the curvature
#
# Why the rate 3e-2? For a single parameter you know the answer from [Gradient descent by hand](../jax/descent.py): if
# the second derivative of the loss is $\lambda$ everywhere, a step with the rate $\eta$ multiplies the distance to the
# minimum by $1 - \eta \lambda$. Above $\eta = 2 / \lambda$ this factor is below $-1$, so the steps overshoot by more
# and more. With many parameters the most curved direction sets the limit, and $\lambda$ becomes the largest eigenvalue
# of the *Hessian*, the matrix of all second derivatives.
#
# The Hessian of a network changes with the parameters, so compute the limit where training starts and where it ends,
# and then test it.
#
# `jax.hessian` computes that matrix for a function of one vector. `ravel_pytree` turns the tree of parameters
# into such a vector and returns the way back.


# %%
@jax.jit
def most_curved(params):
    vector, unravel = ravel_pytree(params)  # (56,)
    hessian = jax.hessian(lambda v: loss_fn(unravel(v), batch))(vector)  # (56, 56)
    eigenvalues, directions = jnp.linalg.eigh(hessian)  # in ascending order
    return eigenvalues[-1], directions[:, -1]  # (), (56,)


curvature, direction = most_curved(params)
limit = 2 / curvature
print("at the start    ", 2 / most_curved(start)[0])
print("after 1500 steps", limit)

# %% [markdown]
# Here the limit shrinks during training, because the two layers multiply each other, so that the valley gets narrower
# as their weights grow. Near the floor the limit is {{ limit:.3f}}, and the 3e-2 of this run is just inside.
#
# Test the limit on the network itself. The figure shows the loss along its most curved direction, where each
# run starts 0.2 away from the trained parameters and takes ten steps. Move the slider, or scroll through the
# figures in the notebook: at which rate is a single step enough, and at which do the steps begin to climb?

# %% tags=["plot", "frames"] alt="The loss along its most curved direction is a valley, with ten steps of gradient descent from one side."
# Caption: Beyond the limit each step lands farther up the other side of the valley.
vector, unravel = ravel_pytree(params)
across = np.linspace(-0.5, 0.5, 63)
height_at = jax.vmap(lambda s: loss_fn(unravel(vector + s * direction), batch))
valley = jax.jit(height_at)(across)


@jax.jit
def ten_steps(rate):
    """The distance along `direction` and the loss: before each step, and at the end."""

    def step(v, _):
        value, gradient = jax.value_and_grad(lambda v: loss_fn(unravel(v), batch))(v)
        return v - rate * gradient, ((v - vector) @ direction, value)

    return jax.lax.scan(step, vector + 0.2 * direction, length=11)[1]


shares = [0.1, 0.3, 0.5, 0.75, 0.95, 1.0, 1.05]
runs = {share: ten_steps(share * limit) for share in shares}
for share, (at, height) in runs.items():
    print(f"rate {share * limit:.4f}, {share:.0%} of the limit")
    figure, axes = plt.subplots(layout="constrained")
    axes.plot(across, valley, "C0")
    axes.plot(at, height, "C1o-", linewidth=1, markersize=5)
    axes.plot(at[0], height[0], "C2o", markersize=9)
    axes.annotate("start", (0.24, height[0] - 0.3), color="C2")
    axes.set(xlim=(-0.5, 0.5), ylim=(0, 8))
    axes.set(xlabel="distance along the most curved direction", ylabel="training loss")
    axes.set_title(f"loss after ten steps: {height[-1]:.2f}")
    plt.show()

# %% tags=["hidden"]
_at = {share: np.abs(run[0]) for share, run in runs.items()}
assert _at[0.5][1] < 0.05 * 0.2
assert _at[0.95][-1] < 0.2 < _at[1.05][-1]

# %% [markdown]
# At half of the limit, $\eta = 1 / \lambda$, the factor $1 - \eta \lambda$ is 0, and the first step leaves
# {{ abs(float(runs[0.5][0][1])) / 0.2:.1%}} of the distance. At smaller rates the run stays on its side; at larger
# ones each step lands on the other side. At 95% of the limit the distance still shrinks, to
# {{ abs(float(runs[0.95][0][-1])):.2f}} after ten steps. At 105% it grows, and the loss climbs from
# {{ runs[1.05][1][0]:.1f}} to {{ runs[1.05][1][-1]:.1f}}.
#
# All of this was for the mean. What if the loss is the *sum* of the squared errors over the $N = 768$ entries of the
# outputs, or their *norm*, the square root of that sum? All three are lowest at the same parameters, and their
# gradients differ [by a factor](../haiku/update.py#one-direction-three-lengths-of-step): $N$ for the sum, $N / (2
# \, \text{norm})$ for the norm. A step along a gradient that is $N$ times as large is the step of the mean with $N$
# times the rate, so the limit is $N$ times lower. For the norm, insert its value at the floor.

# %%
n, norm_at_the_floor = outputs.size, jnp.sqrt(outputs.size * floor)
factors = {"mean": 1.0, "sum": n, "norm": n / (2 * norm_at_the_floor)}
limits = {name: float(limit / factor) for name, factor in factors.items()}
for name in limits:
    print(f"largest rate for the {name}: {limits[name]:.1e}")

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The rate 1e-2 is well inside the limit for the mean. What do the losses of the first steps look like if you
# minimise the sum at this rate?
#
# - [{{ exploding[-1] < exploding[0] }}] They fall, in longer steps than for the mean.
# - [{{ jnp.isfinite(exploding).all() }}] They go up and down, and stay at about the same level.
# - [{{ exploding[1] > exploding[0] }}] They grow, until they are too large for `float32`.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# They explode. A rate of 1e-2 for the sum takes the steps that {{ 1e-2 * n:.1f}} would take for the mean, which
# is far above the limit even at the start, so each step overshoots by more than the last, until the numbers are
# too large for `float32`. The cell below prints them.
#
# </details>


# %% tags=["predict"]
def errors(params, batch):
    x, y = batch
    return my_haiku_net.apply(params, x) - y  # (B, 6)


def sum_loss(params, batch):
    return jnp.sum(errors(params, batch) ** 2)


_, exploding = fit(sum_loss, start, batch, 1e-2, steps=7)
for total in exploding:
    print(total)

# %% tags=["hidden"]
assert np.isnan(exploding[-1])

# %% [markdown]
# This training loop does not notice nan and runs to its end. While you look for the reason, ask JAX for an error:

# %% raises="FloatingPointError" match="nan"
with jax.debug_nans(True):
    fit(sum_loss, start, batch, 1e-2, steps=20)

# %% [markdown]
# ## Minimise the mean, the sum and the norm
#
# Now test the three limits: minimise each loss at nine rates, for 3000 steps from the same start. To compare
# them, measure the mean squared error at the end, in units of the floor.


# %%
def norm_loss(params, batch):
    return jnp.sqrt(jnp.sum(errors(params, batch) ** 2))


three_losses = {"mean": loss_fn, "sum": sum_loss, "norm": norm_loss}
rates = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
final = {name: [] for name in three_losses}
for name, minimised in three_losses.items():
    for rate in rates:
        trained, _ = fit(minimised, start, batch, rate, steps=3000)
        final[name].append(float(loss_fn(trained, batch) / floor))

# %% tags=["plot", "cover"] alt="Nine rates for each of three losses: those close to the floor are just left of its computed limit."
# Caption: The limit that one Hessian gives is where training stops working, for each of
# the three losses.
from snippets.drawing import array, canvas, note

worst = 2.5  # powers of ten above the floor; the strongest colour
far = np.nan_to_num(np.log10(np.maximum(list(final.values()), 1)), nan=worst)
axes, cell, left = canvas(16.5), 3.3, 5.6
array(axes, left, 2.6, np.minimum(far, worst), color="C1", cell=cell)
for top, (name, row) in zip((2.6, 5.9, 9.2), final.items(), strict=True):
    note(axes, left - 0.8, top + cell / 2, name, "right")
    for column, value in enumerate(row):
        middle = left + (column + 0.5) * cell
        if np.isnan(value):
            note(axes, middle, top + cell / 2, "nan")
        elif value < 1.02:
            axes.plot(middle, top + cell / 2, "C2o", markersize=9)
    column = np.interp(np.log10(limits[name]), np.log10(rates), np.arange(9) + 0.5)
    edge = left + column * cell
    axes.plot([edge, edge], [top, top + cell], "C0", linewidth=4)
for column, rate in enumerate(rates):
    label = np.format_float_scientific(rate, exp_digits=1, trim="-")
    note(axes, left + (column + 0.5) * cell, 13.4, label)
note(axes, left + 4.5 * cell, 15.2, "learning rate")
note(axes, left, 1.2, "stronger: farther above the floor", "left", color="C1")
axes.plot(23.2, 1.2, "C2o", markersize=9)
note(axes, 24, 1.2, "within 2%", "left", color="C2")
axes.plot([31.8, 31.8], [0.5, 1.9], "C0", linewidth=4)
note(axes, 32.4, 1.2, "limit", "left", color="C0")
plt.show()

# %% tags=["hidden"]
for _name, _row in final.items():
    _share = np.array(rates) / limits[_name]
    assert min(np.array(_row)[_share < 1]) < 1.3
    assert not (np.array(_row)[_share > 2] < 1.5).any()

# %% [markdown]
# The bars are the computed limits. Just below its bar, each loss reached the floor. Far below it 3000 steps were too
# few, and far above it the loss oscillated or ended in nan. The bar is not sharp, because a run that oscillates can
# move to where the valley is wider. The mean is the convenient choice, because its limit depends little on how many
# rows there are.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# At 1e-2 the norm ends at {{ final["norm"][6]:.1f}} times the floor. Why does it neither explode nor settle?
#
# - [{{ 1e-2 < limits["norm"] }}] It is below its limit, and 3000 steps were too few to settle.
# - [{{ n / (2 * norm_loss(start, batch)) < factors["norm"] }}] Its steps are those of a rate for the mean that falls as the
#   loss rises.
# - [{{ abs(1e-2 / limits["norm"] - 1) < 0.1 }}] It is at its limit, where each step lands as far from the minimum as the last.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The factor of its gradient is $N / (2 \, \text{norm})$, with the norm in the denominator, so as the error falls, the
# steps of the norm become those of an ever larger rate. At the floor a rate of 1e-2 for the norm is one of
# {{ 1e-2 * n / (2 * norm_at_the_floor):.2f}} for the mean, {{ 1e-2 / limits["norm"]:.0f}} times the limit, so the loss
# climbs. But where the loss is higher the norm is larger and the steps are shorter, so the loss falls, and the run
# oscillates in between. Below the limit it settles.
#
# </details>
#
# ## Exercise: predict the largest rates
#
# Here are five more losses of the same network. `twice` holds every example two times.

# %%
twice = jax.tree.map(lambda array: jnp.concatenate([array, array]), batch)
more_losses = {
    "half of the mean": (lambda p, batch: jnp.mean(errors(p, batch) ** 2) / 2, batch),
    "sum over outputs, mean over examples": (
        lambda p, batch: jnp.mean(jnp.sum(errors(p, batch) ** 2, axis=1)),
        batch,
    ),
    "mean, every example twice": (loss_fn, twice),
    "sum, every example twice": (sum_loss, twice),
    "norm, every example twice": (norm_loss, twice),
}

# %% [markdown]
# Replace each `...` in `largest_rate` by a number: the largest rate at which training with this loss can settle
# at the floor. The limits of this page are in `limits`: {{ limits["mean"]:.4g }} for the mean,
# {{ limits["sum"]:.4g }} for the sum and {{ limits["norm"]:.4g }} for the norm; you may compute with them. An answer
# within 10% counts.
#
# <details>
# <summary>Hint</summary>
#
# How many times as large is the gradient of each loss as that of the mean over `batch`, at the same parameters?
# Count the terms that are added, and what they are divided by.
#
# </details>

# %% exercise="rate-limits" kind="predict" minutes="8"
# largest_rate = {
#     "half of the mean": ...,
#     "sum over outputs, mean over examples": ...,
#     "mean, every example twice": ...,
#     "sum, every example twice": ...,
#     "norm, every example twice": ...,
# }
### BEGIN SOLUTION
largest_rate = {
    "half of the mean": 2 * limits["mean"],
    "sum over outputs, mean over examples": limits["mean"] / 6,
    "mean, every example twice": limits["mean"],
    "sum, every example twice": limits["sum"] / 2,
    "norm, every example twice": limits["norm"] / 2**0.5,
}
### END SOLUTION

# %% [markdown]
# The check computes the gradient of each loss and compares their norms.

# %% check="rate-limits"
from publishing.teaching.checking import predicted


@jax.jit
def _steepness(params):
    """The norm of the gradient of each loss, in units of that of the mean."""
    every = {"mean": (loss_fn, batch), **more_losses}
    lengths = {
        name: jnp.linalg.norm(ravel_pytree(jax.grad(loss)(params, data))[0])
        for name, (loss, data) in every.items()
    }
    return {name: length / lengths["mean"] for name, length in lengths.items()}


with jax.default_matmul_precision("highest"):
    _steep = _steepness(params)
predicted(
    globals(),
    "largest_rate",
    {name: limits["mean"] / float(_steep[name]) for name in more_losses},
    {
        "half of the mean": "How steep is half of a loss, and does a steeper loss need a larger or a smaller rate?",
        "sum over outputs, mean over examples": "The mean divides by 128 and by 6. By what does this loss divide?",
        "mean, every example twice": "There are twice as many terms. By what is their sum divided?",
        "sum, every example twice": "There are twice as many terms, and nothing is divided by their number.",
        "norm, every example twice": "The gradient of the sum is divided by twice the norm, and the norm grows too.",
    },
    rtol=0.1,
)
print(
    "All five agree within 10% with the limits that the gradients of the losses give."
)

# %% [markdown]
# ## Below the floor, and worse on fresh data
#
# The network ended at {{ losses[-1] / floor:.1%}} of the floor, the best that a line can do. It has 56 parameters and the
# line has only 24, so did it find something that the line missed? Draw 10,000 fresh rows by the same rule and compare,
# training from five initialisations.

# %%
fresh = regression_data(jax.random.key(1), 10_000)
fresh_inputs, fresh_outputs = fresh
line_on_fresh = mean_squared_error(
    fresh_inputs @ fitted["w"] + fitted["b"], fresh_outputs
)
print(f"line     training {floor:.3f}  fresh {line_on_fresh:.3f}")

trainings, tests = [], []
for key in jax.random.split(jax.random.key(0), 5):
    initial = my_haiku_net.init(key, inputs)
    trained, its_losses = fit(loss_fn, initial, batch, 3e-2, steps=1500)
    trainings.append(float(its_losses[-1]))
    tests.append(float(loss_fn(trained, fresh)))
    print(f"network  training {trainings[-1]:.3f}  fresh {tests[-1]:.3f}")

# %% [markdown]
# On the 128 training rows, {{ sum(loss < floor for loss in trainings) }} of the five networks beat the line by a little.
# On fresh rows all five lose to it, by {{ min(tests) / line_on_fresh - 1:.0%}} or more. This is *overfitting*: what the
# network learned about its training rows does not hold for others. Where does it go wrong? Because you made the data yourself, you can
# compare with the rule, without noise:

# %%
fresh_rule = 12 * jnp.concatenate([fresh_inputs, fresh_inputs], axis=1) + 6
predictions = {
    "network": my_haiku_net.apply(params, fresh_inputs),
    "straight line": fresh_inputs @ fitted["w"] + fitted["b"],
}

distance = jnp.linalg.norm(fresh_inputs, axis=1)  # (10000,)
far = distance > jnp.quantile(distance, 0.9)
off = {}
for name, values in predictions.items():
    off[name] = jnp.mean((values - fresh_rule) ** 2, axis=1)  # (10000,)
    print(f"{name:13} median {jnp.median(off[name]):.3f}  mean {off[name].mean():.3f}")
share = off["network"][far].sum() / off["network"].sum()
print(f"share of the tenth of rows farthest from 0: {share:.0%}")

# %% tags=["plot"] alt="On fresh rows the predictions of the line stay on the diagonal; those of the network leave it far from the middle."
# Caption: Where there were few training rows, the network bends away from the rule, and
# the line does not.
figure, panels = plt.subplots(
    1, 2, figsize=(5.6, 3.4), sharex=True, sharey=True, layout="constrained"
)
for axes, (title, values) in zip(panels, predictions.items(), strict=True):
    axes.plot(
        fresh_rule[:2000].ravel(),
        values[:2000].ravel(),
        "C0.",
        markersize=3,
        rasterized=True,
    )
    axes.axline((0, 0), slope=1, color="C1", linewidth=1)
    axes.set(title=title)
figure.supxlabel("true (rule without noise)", size="medium")
panels[0].set_ylabel("predicted")
plt.show()

# %% tags=["hidden"]
assert min(trainings) < floor
assert min(tests) > line_on_fresh
assert share > 0.4
assert off["network"].mean() > 1.5 * off["straight line"].mean()

# %% [markdown]
# In a typical row the network is not much worse than the line: the medians of the squared errors are
# {{ jnp.median(off["network"]):.3f}} and {{ jnp.median(off["straight line"]):.3f}}. But its mean is
# {{ off["network"].mean() / off["straight line"].mean():.0f}} times as large, and {{ share:.0%}} of the total comes from
# the tenth of the rows that lie farthest out, where there was little training data.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The network is below the floor in training, and worse than the line on fresh data. How can both be true, and
# which number should you report?
#
# - [{{ min(trainings) < floor and min(tests) > line_on_fresh }}] It follows the noise of its rows: report the fresh error.
# - [{{ line_on_fresh > 1.5 * floor }}] Fresh rows are harder for every model: report the training loss.
# - [{{ min(tests) < line_on_fresh }}] Some starts are unlucky: report the best fresh error of the five.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The training targets contain noise, and a model that fits the noise has a lower training loss. The line has only
# 24 numbers with which to follow the noise, 4 for each output. The network has 56, and its ReLUs can bend
# anywhere. Because a bend at the edge of the data touches few training rows, a little noise is enough to put it
# there; farther out, where some of the fresh rows are, the prediction continues along the bend. The rule has no
# bends, so the line, which cannot have any, is the better model.
#
# Report the error on fresh data. The floor remains a target for the *optimiser*: a run that ends far above it may need
# more steps or a lower rate, or be stuck, because its ReLUs are 0 for all rows. A run that ends below it says nothing
# about rows that it has not seen.
#
# </details>
#
# ## What can go wrong
#
# - The loss is nan from some step on, usually because the steps are too long. Look at the first losses, check that the
#   loss is a mean, and lower the rate. `with jax.debug_nans(True):` finds the call that returned nan, here
#   `FloatingPointError: invalid value (nan) encountered in scan`.
# - The loss stops falling far above the floor and oscillates, often because the rate is above the limit there. Lower
#   it.
# - With mini-batches the loss usually stays above the floor, because the batches pull in different directions and the
#   rate does not fall. Lower it towards the end, or use larger batches.
# - `TypeError: sub got incompatible shapes for broadcasting: (128, 6), (128, 3).` Predictions and targets differ in
#   shape. With `(128, 1)` this loss gives no message, unless it compares the shapes.
# - The loss never changes: usually, the loop does not pass the new parameters to the next step.
# - The training loss is excellent and fresh data disagree: the network has probably fitted noise.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - A training loop passes the new parameters to the next step. Compare where it ends with a number that you computed
#   beforehand; the best mean squared error of a line has a closed form.
# - The largest eigenvalue of the Hessian limits the rate of gradient descent. The gradients of sum, mean and norm
#   differed by a factor, and so did their limits. The limit can shrink during training.
# - Targets that broadcast may train without an error. Let the loss compare shapes.
# - A training loss below the floor is not a success. Measure on fresh data.
#
# Next: [Compile the whole step with `jax.jit`](../haiku/compiled_training.py) explains what `fit` does, and
# what can go wrong when you compile a step.
