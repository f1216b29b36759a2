# %% [markdown]
# # Test and debug what you train
#
# A mistake in a training step often raises no error, and the loss may still fall, only not as far as it could. Here are
# tools and six short tests that report such mistakes:

# %% tags=["short"]
import chex
import jax
import jax.numpy as jnp


def loss_fn(predictions, y):
    chex.assert_equal_shape([predictions, y])
    return jnp.mean((predictions - y) ** 2)


try:
    jax.jit(loss_fn)(jnp.ones((8, 1)), jnp.ones(8))
except AssertionError as problem:
    print(problem)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - state shapes, types and values with `chex`, and say what still works under `jax.jit`;
# - find where a `nan` comes from, and check a gradient against differences;
# - write tests for a training step, and say what each of them can show.
#
# You need: [an update](../haiku/update.py), [tracing](../jax/compilation.py), and [keys](../jax/random_keys.py).
#
# </div>
#
# ## The loss falls, and the step is wrong
#
# In this small regression the network should learn the sine of a sum. The loss adds a little noise to the inputs, so
# the step takes a key.

# %%
import unittest
from typing import NamedTuple

import chex
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.experimental import checkify
from jax.test_util import check_grads


# %%
def net_fn(x):  # (B, 4)
    h = jnp.tanh(hk.Linear(32)(x))  # (B, 32)
    return hk.Linear(1)(h)  # (B, 1)


network = hk.without_apply_rng(hk.transform(net_fn))
x = jax.random.normal(jax.random.key(0), (8, 4))  # (B, 4)
y = jnp.sin(x.sum(axis=1))  # (B,)
batch = x, y
start = network.init(jax.random.key(1), x)


# %% [markdown]
# The step is made from a loss, so that it can have other losses later.


# %%
def loss_fn(params, key, batch):
    x, y = batch
    noisy = x + 0.02 * jax.random.normal(key, x.shape)
    predictions = network.apply(params, noisy)
    return jnp.mean((predictions - y) ** 2)


def make_step(loss_fn, rate=0.1):
    def train_step(params, key, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, key, batch)
        params = jax.tree.map(lambda p, g: p - rate * g, params, grads)
        return params, {"loss": loss}

    return train_step


def losses_on_one_batch(step, steps=241):
    step, params, losses = jax.jit(step), start, []
    for i in range(steps):
        key = jax.random.fold_in(jax.random.key(2), i)
        params, metrics = step(params, key, batch)
        losses.append(float(metrics["loss"]))
    return losses


# %% [markdown]
# This trains on the same eight examples at each step. A network with more than a hundred parameters should be able to
# memorise eight numbers. Does it?
#
# - [{{ broken_losses[-1] < 0.01 }}] Yes: the loss falls to nearly 0.
# - [{{ 0.1 < broken_losses[-1] / jnp.var(y) < 0.9 }}] Not quite: noise on the inputs keeps the loss higher.
# - [{{ broken_losses[-1] > 0.9 * jnp.var(y) }}] No: the loss gets no lower than the variance of `y`.

# %% tags=["predict"]
broken_losses = losses_on_one_batch(make_step(loss_fn))
print([round(loss, 3) for loss in broken_losses[::60]])
print("variance of y:", jnp.var(y))

# %% tags=["hidden"]
assert broken_losses[0] > broken_losses[-1]

# %% [markdown]
# The loss falls and then stays near {{ broken_losses[-1]:.2f}}, the variance of `y`, which is the loss of a network
# that predicts the mean for all inputs.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# You [met the mistake before](../jax/descent.py). Which line is wrong?
#
# - [{{ good_losses[-1] > 0.5 * jnp.var(y) }}] `noisy = x + 0.02 * jax.random.normal(key, x.shape)`
# - [{{ (network.apply(start, x) - y).shape != y.shape }}] `return jnp.mean((predictions - y) ** 2)`
# - [{{ good_losses[-1] > good_losses[0] }}] `params = jax.tree.map(lambda p, g: p - rate * g, params, grads)`
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The last line of `loss_fn` is wrong. Predictions have shape `(8, 1)` and targets `(8,)`, so their difference has shape
# `(8, 8)`, and each prediction is compared with all targets.
#
# </details>

# %% [markdown]
# ## chex: say what you expect
#
# One line in the loss would have caught this mistake. `chex` has assertions for arrays and trees. An assertion about
# shapes or dtypes reads what is known while tracing, so it works under `jax.jit` and costs nothing once the step is
# compiled. (Under `jax.vmap` it sees one example, in `shard_map` one shard.)


# %%
def good_loss(params, key, batch):
    x, y = batch
    chex.assert_shape(x, (None, 4))  # any number of rows
    chex.assert_type([x, y], float)
    noisy = x + 0.02 * jax.random.normal(key, x.shape)
    predictions = network.apply(params, noisy)[:, 0]  # (B,)
    chex.assert_equal_shape([predictions, y])
    return jnp.mean((predictions - y) ** 2)


good = make_step(good_loss)
good_losses = losses_on_one_batch(good)
print([round(loss, 4) for loss in good_losses[::60]])

# %% [markdown]
# Give the loss a batch with a column of targets, and tracing fails:

# %% raises="AssertionError" match="different shapes"
jax.jit(good_loss)(start, jax.random.key(0), (x, y[:, None]))

# %% [markdown]
# Assertions about *values* are for tests, where you have numbers. Those below take whole trees, so parameters and
# gradients go in as they are:

# %%
grads = jax.grad(good_loss)(start, jax.random.key(0), batch)
spoiled = {**grads, "linear_1": {**grads["linear_1"], "b": jnp.array([jnp.nan])}}
attempts = {
    "finite, gradient": lambda: chex.assert_tree_all_finite(grads),
    "finite, spoiled": lambda: chex.assert_tree_all_finite(spoiled),
    "close, 1 and 1.0001": lambda: chex.assert_trees_all_close(1.0, 1.0001),
    "close, rtol=1e-3": lambda: chex.assert_trees_all_close(1.0, 1.0001, rtol=1e-3),
    "close, float and int": lambda: chex.assert_trees_all_close(
        jnp.ones(2), jnp.ones(2, int)
    ),
    "close, nan and nan": lambda: chex.assert_trees_all_close(spoiled, spoiled),
}
for name, attempt in attempts.items():
    try:
        attempt()
        print(f"{name:21}passes")
    except AssertionError as error:
        print(f"{name:21}{' '.join(str(error).split())[:58]} ...")

# %% [markdown]
# Three details matter. The default tolerance is tight, `rtol=1e-6` and `atol=0`, so name the one you mean.
# `assert_trees_all_close` ignores dtypes (`assert_trees_all_equal_shapes_and_dtypes` compares them). And it treats two
# `nan` in the same place as equal, so two runs that both broke "agree".
#
# Under `jax.jit` arguments are tracers without values, which these assertions refuse:

# %% raises="RuntimeError" match="Value assertions can only be called"
jax.jit(lambda tree: chex.assert_tree_all_finite(tree))(grads)

# %% [markdown]
# `chex.chexify` wraps a compiled function so that both of these assertions work in it, but not in the gradient of a
# `scan`; its `wait_checks()` raises what they found. It is built on `checkify`, which you will meet below.
#
# ## Exercise: which assertion fails?
#
# The function under test turns logits into probabilities. Here are five versions of it and four assertions; the last
# version is right, but the assertions run inside `jax.jit`.

# %%
logits = jnp.array([[0.0], [1.0], [-2.0], [200.0]])  # (4, 1), float32

versions = {
    "naive": lambda z: jnp.exp(z) / (1 + jnp.exp(z)),
    "flat": lambda z: jax.nn.sigmoid(z)[:, 0],
    "rounded": lambda z: jnp.round(jax.nn.sigmoid(z)).astype(int),
    "half": lambda z: jax.nn.sigmoid(z).astype(jnp.float16),
    "traced": jax.nn.sigmoid,
}
assertions = {
    "shape": lambda p, z: chex.assert_shape(p, (4, 1)),
    "type": lambda p, z: chex.assert_type(p, float),
    "finite": lambda p, z: chex.assert_tree_all_finite(p),
    "close": lambda p, z: chex.assert_trees_all_close(p, jax.nn.sigmoid(z), atol=1e-3),
}

# %% [markdown]
# Before you run any of them, define `predicted_failures`: for each version, the set of the assertions that raise an
# error, of whatever type. `float` means any floating dtype.
#
# <details>
# <summary>Hint</summary>
#
# float32 ends near $3 \cdot 10^{38}$, and $e^{200}$ is larger. float16 keeps about three decimal digits.
#
# </details>

# %% exercise="which-assertion-fails" kind="predict" minutes="8"
# Sets of texts, an empty set being set():
# predicted_failures = {
#     "naive": {...},
#     "flat": {...},
#     "rounded": {...},
#     "half": {...},
#     "traced": {...},
# }
### BEGIN SOLUTION
predicted_failures = {
    "naive": {"finite", "close"},  # inf / inf is nan
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
### END SOLUTION

# %% check="which-assertion-fails"
from publishing.teaching.checking import predicted


def _raises(version, assertion):
    def run(z):
        assertions[assertion](versions[version](z), z)
        return z

    try:
        (jax.jit(run) if version == "traced" else run)(logits)
    except (AssertionError, RuntimeError):
        return True
    return False


predicted(
    globals(),
    "predicted_failures",
    {name: {each for each in assertions if _raises(name, each)} for name in versions},
    {
        "naive": "One entry is inf / inf, so nan: not finite, and close to nothing else.",
        "flat": "Its shape is (4,), and it is compared with a shape of (4, 1).",
        "rounded": "Its entries are finite integers, most of them far from the probabilities.",
        "half": "float16 is a floating dtype, its rounding is finer than 0.001, and a dtype does not matter for closeness.",
        "traced": "While jax.jit traces, the shape and the dtype of an array are known, and its values are not.",
    },
)
print("Right: all twenty assertions do what you predicted.")

# %% [markdown]
# ## With and without `jit`: `chex.variants`
#
# Code that passes eagerly may fail while it is traced, so test both ways. `chex.variants` makes several tests from
# one method, and `self.variant` is the function, compiled or not:


# %%
class CapTest(chex.TestCase):
    @chex.variants(with_jit=True, without_jit=True)
    def test_caps_at_one(self):
        cap = self.variant(lambda x: x if x < 1 else 1.0)
        chex.assert_trees_all_close(cap(7.0), 1.0)


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(CapTest).run(result)
print(result.testsRun, "tests;", len(result.errors), "with an error:")
for test, message in result.errors:
    print(test.id().split(".")[-1], "->", message[message.index("jax.errors.") :][:38])

# %% tags=["hidden"]
assert result.testsRun == 2
assert [test.id().split(".")[-1] for test, _ in result.errors] == [
    "test_caps_at_one__with_jit"
]
assert "TracerBoolConversionError" in result.errors[0][1]

# %% [markdown]
# ## The same everywhere: `contexts`
#
# Eager and compiled are two of many places where a function may run. `contexts`, from this course, runs one in fourteen:
# in transformations and loops, cut over devices, in `bfloat16`, with no rows and with one. It compares the results with
# what the function gives by itself, and its derivatives with differences:

# %%
from snippets.contexts import contexts


def mean_square(x):
    return jnp.mean(x**2)


outcomes = contexts(mean_square, x)
print(len(outcomes), {name: end for name, end in outcomes.items() if end != "holds"})

# %% tags=["hidden"]
assert outcomes.pop("no rows") == "differs"
assert set(outcomes.values()) == {"holds"}
assert np.isnan(good_loss(start, jax.random.key(0), (x[:0], y[:0])))

# %% [markdown]
# The mean of nothing is 0/0, so the loss of an empty batch would be `nan`. Run `contexts` on a function that others
# will use, and for each place where the answer is not `holds`, repair the function or say so in its docstring.
#
# ## One trace: `chex.assert_max_traces`
#
# A step that is traced at each call is correct but slow. `chex.assert_max_traces` raises an error at the first trace too
# many. It counts how often your Python runs with tracers, so it belongs *inside* `jax.jit`:

# %% raises="ValueError" match="must not wrap JAX-transformed function"
chex.assert_max_traces(jax.jit(good), n=1)

# %%
chex.clear_trace_counter()
counted = jax.jit(chex.assert_max_traces(good, n=1))
params, _ = counted(start, jax.random.key(0), batch)
params, _ = counted(params, jax.random.key(1), batch)  # no new trace
try:
    counted(params, jax.random.key(2), (x[:5], y[:5]))
except AssertionError as error:
    print(str(error).splitlines()[0])

# %% [markdown]
# The last, shorter batch of an epoch would cost a compilation. Note `clear_trace_counter()`: chex recognises a function
# by its source and by the names on the call stack, so the count of one test may carry over into the next.
#
# ## The gradient of what you wrote: `check_grads`
#
# `jax.test_util.check_grads` compares JAX's gradient with finite differences, along random directions. You need it for
# a derivative that you defined yourself (`jax.custom_vjp`), and it can also find a piece through which no gradient
# flows. `order=1` means first derivatives, `modes=["rev"]` the kind that `jax.grad` computes.


# %%
def smooth(x):
    return jnp.sum(jnp.sin(x) ** 2)


def blocked(x):  # the left factor counts as a constant
    return jnp.sum(jax.lax.stop_gradient(jnp.sin(x)) * jnp.sin(x))


for f in (smooth, blocked):
    try:
        check_grads(f, (x,), order=1, modes=["rev"])
        print(f"{f.__name__:8}agrees")
    except AssertionError as error:
        difference = next(s for s in str(error).splitlines() if "relative" in s)
        print(f"{f.__name__:8}{difference}")

# %% [markdown]
# Both have the same values; the second has half the gradient. The test compares with the function that you *wrote*: if
# that is the wrong loss, its gradient still agrees. A small blocked piece may be missed, since the tolerance for
# `float32` is 0.002. And at a kink, in 16 bits, or where values are so large that differences are rounded away, the
# test may fail although the gradient is right.
#
# ## Look inside: `debug.print`, `debug_nans`, `checkify`
#
# A test says *that* something is wrong; these three say *where*. Take a penalty, the sum of the standard deviations of
# the columns of `x`. Column 2 of the data is constant.


# %%
def spread(x):  # (B, D)
    centered = x - x.mean(axis=0)
    return jnp.sum(jnp.sqrt(jnp.mean(centered**2, axis=0)))


constant = x.at[:, 2].set(0.5)
print("value", spread(constant), "slopes", jax.grad(spread)(constant)[0])

# %% [markdown]
# The value is fine, but in the gradient (you see its first row) column 2 is `nan`. Print the argument of the square
# root, once with an f-string and once with a named value:


# %%
@jax.jit
def loud_spread(x):
    variances = jnp.var(x, axis=0)
    jax.debug.print(f"f-string: {variances}")
    jax.debug.print("named: {v}", v=variances)
    return jnp.sum(jnp.sqrt(variances))


slopes = jax.grad(loud_spread)(constant)
jax.effects_barrier()  # wait until everything is printed

# %% [markdown]
# Python fills in an f-string while JAX traces, so it shows a tracer; a named value is filled in when the program runs.
# (On one device, `ordered=True` keeps several prints in the order of the program.) Here they run in the forward pass.
# Under `vmap`, if each row has its own condition, both branches of a `cond` run for all rows, prints included. To see a
# gradient on its way back, pass the value through an [identity whose backward rule
# prints](../jax/derivatives.py#your-own-rule-jaxcustom_vjp-and-jaxcustom_jvp).
#
# If you do not know where to print, use
# `jax.debug_nans`: JAX looks at each result, and raises an error at the first `nan`:

# %% raises="FloatingPointError" match="invalid value \(nan\) encountered in mul"
with jax.debug_nans(True):
    jax.grad(spread)(constant)

# %% [markdown]
# A multiplication in the backward pass met $0 \cdot \infty$: the derivative of the square is 0 and that of the root is
# infinite. The traceback names the line of `spread`. JAX then waits for every result, so train without it.
#
# A compiled function counts as one operation, and so do a loop and a `cond`. If a function under `jit` returns `nan`,
# JAX runs it a second time, operation by operation, but a `lax.scan` stays one. Here are two functions, of which the
# first covers its `nan` with a `where`:


# %%
def three_times(f):
    return lambda x: jax.lax.scan(lambda h, _: (f(h), None), x, length=3)[0]


def covered_log(x):
    return jnp.where(x > 0, jnp.log(x), 0.0)


def first_nan(f):
    try:
        return f"{f(jnp.float32(-1.0))}, no error"
    except FloatingPointError as error:
        return str(error).split(". ")[0]


# %% [markdown]
# Each of them goes into `jax.jit` and into a scan. Which of the four programs raise an error?
#
# - [{{ jnp.isnan(three_times(covered_log)(-1.0)) }}] All four, because each computes a `nan`
# - [{{ jnp.isnan(jax.jit(covered_log)(-1.0)) }}] The two in `jax.jit`, because a scan is one operation
# - [{{ not jnp.isnan(three_times(jnp.log)(-1.0)) }}] Only `jnp.log` in `jax.jit`, because a scan is one operation
# - [{{ jnp.isnan(three_times(jnp.log)(-1.0)) > jnp.isnan(jax.jit(covered_log)(-1.0)) }}] The two of `jnp.log`, because
#   a `nan` comes out

# %% tags=["predict"]
for f in (covered_log, jnp.log):
    for make in (jax.jit, three_times):
        with jax.debug_nans(True):
            print(f.__name__, make.__name__, first_nan(make(f)))
with jax.debug_nans(True), jax.disable_jit():
    print("disable_jit:", first_nan(three_times(covered_log)))

# %% [markdown]
# So to find a `nan` in a program with loops, write `with jax.debug_nans(True), jax.disable_jit():`, under which the
# operations run one by one, slowly (except in a `while_loop` or `cond` with a mapped condition). An `inf` passes;
# `jax.debug_infs` is the switch for that.
#
# JAX cannot know that you meant a `nan`, such as one that marks a missing value, and stops there too. Make and read such
# arrays in a block `with jax.debug_nans(False):`, or replace each `nan` in NumPy and pass a mask of booleans beside it.
#
# `checkify` works in compiled code. `checkify.checkify(f)` returns a function that returns an error *value* beside the
# result, a pytree of arrays that can leave a compiled function. Choose which errors are collected: your own, from
# `checkify.check`, `float_checks` (`/` or `//` by zero, and a `nan` from arithmetic, but not, for example, from
# `where`, `jnp.take` or Cholesky), or `index_checks`.


# %%
def log_loss(p):
    checkify.check(jnp.all(p <= 1), "p is a probability, not {p}", p=p.max())
    return -jnp.mean(jnp.log(p))


errors = checkify.user_checks | checkify.float_checks
checked = jax.jit(checkify.checkify(log_loss, errors=errors))
for p in ([0.5, 0.9], [0.5, 1.5], [0.5, -0.1]):
    error, value = checked(jnp.array(p))
    print(p, value, "|", error.get())

# %% [markdown]
# `error.get()` is a message or `None`, and `error.throw()` raises it, with the line it comes from, compiled or not.
# Loops, branches, gradients and `vmap` may contain checks, and `float_checks` sees the covered `nan` in the scan. But
# the gradient of a loop may drop your own checks, and under `vmap`, with mapped conditions, a `while_loop` raises an
# error, a `cond` checks both branches. Count the equations in the jaxpr of a gradient:

# %%
deep = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([256] * 6 + [1])(x)))
deep_x = jnp.ones((16, 256))
deep_params = jax.eval_shape(deep.init, jax.random.key(0), deep_x)


def deep_loss(params, x):
    checkify.check(jnp.all(jnp.isfinite(x)), "the inputs are not finite")
    return jnp.mean(deep.apply(params, x) ** 2)


def equations(f):
    return str(jax.make_jaxpr(f)(deep_params, deep_x)).count(" = ")


plain = equations(jax.grad(lambda params, x: jnp.mean(deep.apply(params, x) ** 2)))
sizes = {
    name: equations(checkify.checkify(jax.grad(deep_loss), getattr(checkify, name)))
    for name in ("user_checks", "float_checks")
}
print(f"no checks {plain},", sizes)

# %% [markdown]
# Your own check adds {{ sizes["user_checks"] - plain }} equations, so it can stay. `float_checks` tests the results of
# most operations, and the program grows to {{ sizes["float_checks"] / plain:.1f}} times its size, so keep it for
# debugging. In a training loop, keep the errors and call their `throw()` every hundred steps or so, since it waits for
# the device.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A loss is finite at step 0 and `nan` at step 3000. Instead of starting again from step 0 with `debug_nans`, what would
# you rather have saved?
#
# - [{{ jnp.isfinite(network.apply(jax.tree.map(lambda p: p * jnp.nan, start), x)).any() }}] Parameters, optimiser state,
#   key and batch of step 3000
# - [{{ good(start, jax.random.key(0), batch)[1] == good(start, jax.random.key(0), batch)[1] }}] Parameters, optimiser
#   state, key and batch of a step shortly before
# - [{{ good(start, jax.random.key(0), batch)[1] == good(start, jax.random.key(1), batch)[1] }}] Parameters alone, of a
#   step shortly before
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It would take long, because JAX waits for each operation. If you have the state shortly before (parameters, optimiser
# state, key and batch), a few steps with `debug_nans` should show the `nan`, because a step is a pure function.
# `disable_jit` then usually finds the operation; but operation by operation the rounding differs, so a `nan` that comes
# from rounding may not appear. Save the state every few hundred steps, and keep the last one whose loss was finite.
#
# </details>
#
# ## Exercise: two mistakes in one loss
#
# The loss below encodes inputs as features, divides each row of features by its length so that only the direction
# counts, and lets a head turn the direction into a number:
#
# $$h = \tanh(x W), \qquad u_i = \frac{h_i}{\lVert h_i \rVert}, \qquad
# L = \frac{1}{B} \sum_i (u_i \cdot v - y_i)^2,$$
#
# where $W$ is `params["encoder"]` and $v$ is `params["head"]`. If all features $h_i$ of a row are zero, as for a row of
# padding, $u_i$ should be zero, and the row should add nothing to the gradient of $W$.


# %%
first_params = {
    "encoder": jax.random.normal(jax.random.key(3), (4, 3)),  # (D, H)
    "head": jnp.array([1.0, -1.0, 0.5]),  # (H,)
}


def direction_loss(params, batch):
    x, y = batch
    h = jnp.tanh(x @ first_params["encoder"])  # (B, H)
    u = h / jnp.linalg.norm(h, axis=1, keepdims=True)  # (B, H)
    return jnp.mean((u @ params["head"] - y) ** 2)


for name, rows in {"8 rows": x, "8 rows, one of zeros": x.at[3].set(0.0)}.items():
    value, slopes = jax.value_and_grad(direction_loss)(first_params, (rows, y))
    lengths = jax.tree.map(lambda g: float(jnp.linalg.norm(g)), slopes)
    print(f"{name}: loss {value:.3f}, length of gradient {lengths}")

# %% [markdown]
# The gradient does not reach the encoder, and one row of zeros spoils everything. Define `direction_loss` again, with
# both mistakes repaired. Rows with small features, down to $10^{-6}$, have a direction like all others. It must work
# under `jax.jit` and `jax.grad`.
#
# <details>
# <summary>Hint</summary>
#
# Which parameters does the encoder use? For the second, look at the double `where` on [the page on
# gradients](../jax/gradients.py): the derivative of a root at 0 is infinite even where its value is thrown away.
#
# </details>


# %% exercise="mend-the-loss" kind="repair" minutes="12"
def direction_loss(params, batch):
    """Compute the mean squared error of a head on the directions of features, shape ()."""
    ### BEGIN SOLUTION
    x, y = batch
    h = jnp.tanh(x @ params["encoder"])  # (B, H)
    squares = jnp.sum(h**2, axis=1, keepdims=True)  # (B, 1)
    some = squares > 0
    length = jnp.sqrt(jnp.where(some, squares, 1.0))  # sqrt never sees a 0
    u = jnp.where(some, h / length, 0.0)  # (B, H)
    return jnp.mean((u @ params["head"] - y) ** 2)
    ### END SOLUTION


# %% check="mend-the-loss"
from publishing.teaching.checking import Check

_inside = 'Read "Look inside: `debug.print`, `debug_nans`, `checkify`" again.'
_told = {
    "BooleanIndex": "Under jax.jit, no shape may depend on the numbers in an array.",
    "TracerBool": "Under jax.jit, no `if` may depend on the numbers in an array.",
    "racer": "Under jax.jit, NumPy gets no numbers: use jax.numpy.",
    "": "It gets (params, batch), with any number of rows, inputs and features.",
}
_check = Check(globals(), "direction_loss", "Exercise: two mistakes in one loss", _told)


def compiled_with_gradient(loss):
    return jax.jit(jax.value_and_grad(loss))


def _formula(w, v, x, y, squash=np.tanh, turn=1.0, lost=0.0, norm=2, power=1):
    h = squash(x @ w)
    length = np.linalg.norm(h, norm, axis=1, keepdims=True) ** power
    length[length == 0] = np.inf  # then u and its gradient are 0
    u, error = h / length, h / length @ v - y
    outer = 2 * error[:, None] * v / len(y)
    inner = (outer - turn * u * (u * outer).sum(axis=1, keepdims=True)) / length
    inner = x.T @ (inner * (1 - h**2) + lost * outer * np.isinf(length))
    return (error**2).mean(), {"encoder": inner, "head": 2 * u.T @ error / len(y)}


def _case(rows, inputs, features, size, empty):
    draw = np.random.default_rng(0)
    shapes = (inputs, features), features, (rows, inputs), rows
    w, v, x, y = (draw.normal(size=shape) for shape in shapes)
    w[0], w[1, 0], x[:empty, 1:] = 0, 0, 0  # h is 0 if only the first input is not,
    x[empty : empty + 1, 2:] = 0  # in the next row only a part of h is,
    x[0] *= empty < 2  # and in one row all inputs are
    exact = [np.float32(part).astype(float) for part in (w, v, size * x, y)]
    some, padding = np.any(x @ w, axis=1), "a row without features"
    *params, x, y = map(jnp.float32, exact)
    given = dict(zip(("encoder", "head"), params, strict=True)), (x, y)
    value, gradient = both = _formula(*exact)
    no_error = _formula(*exact[:3], exact[3] * some)[0]
    left_out = no_error * rows / max(some.sum(), 1)
    outside = np.resize(first_params["encoder"], w.shape)
    general = "Is each step that of the formula, and is u the direction of h?"
    small = "Is u the direction of a small h too, with nothing added to its length?"
    others = {
        f"0 / 0, or a number too large for float32. {_inside}": np.nan,
        f"{padding} counts in the mean, with the error 0 - y.": left_out,
        f"in {padding} u is 0, and not its error.": no_error,
        "is there a tanh?": _formula(*exact, squash=np.array)[0],
        "which encoder is W?": _formula(outside, *exact[1:])[0],
        "the sum over the rows is not divided by their number.": rows * value,
        "h is divided by the square of its length.": _formula(*exact, power=2)[0],
        "h is divided by its largest feature.": _formula(*exact, norm=np.inf)[0],
        "": small if size < 1 else general,
    }
    when = f"When {rows - some.sum()} of {rows} rows have no features and inputs are of size {size:g}, "
    _check.agrees(_check.call(*given, when=when), value, others, when)
    others = {
        f"it has a nan. What is the derivative of a root at 0? {_inside}": np.nan,
        "the encoder gets no gradient: is it stopped?": 0.0,
    }
    others = {
        text: (value, {**gradient, "encoder": factor * exact[0]})
        for text, factor in others.items()
    }
    others["the length of h counts as a constant."] = _formula(*exact, turn=0.0)
    told = f"{padding} adds to the gradient of W. Where is the other `where`?"
    others[told] = _formula(*exact, lost=1.0)
    mine = _check.call(*given, by=compiled_with_gradient, when=when)
    _check.agrees(mine, both, others, when, "the value and gradient under jax.jit")


_cases = (6, 4, 3, 1e-6, 1), (6, 4, 3, 1.0, 2), (6, 4, 3, 1.0, 6), (1, 2, 2, 30.0, 0)
_many = int(np.random.default_rng().integers(17, 30))
_case(6, 4, 3, 1.0, 0)
_check.over(_case, *_cases, (_many, 3, 4, 1.0, 1))
print("Agrees with the formula and its gradient, also where features are zero.")

# %% [markdown]
# ## Six tests of a training step
#
# Each test below is a function that takes a step with the arguments `(params, key, batch)`, right or wrong, and raises
# an `AssertionError` if the step fails it.


# %%
KEY, OTHER_KEY = jax.random.split(jax.random.key(7))


def loss_falls(step):
    params, before = step(start, KEY, batch)
    _, after = step(params, KEY, batch)  # the same key: the same noise
    assert after["loss"] < before["loss"]


def every_leaf_learns(step):
    params, _ = step(start, KEY, batch)
    moved = jax.tree.map(lambda old, new: bool(jnp.any(old != new)), start, params)
    assert all(jax.tree.leaves(moved)), moved


def all_finite(step):
    for b in (batch, (0 * x, 0 * y)):  # an ordinary batch, and zeros
        chex.assert_tree_all_finite(step(start, KEY, b))


# %% [markdown]
# The first test uses one key twice, because otherwise the noise alone could make the difference. The second asks for a
# change in each array and not in each entry, since behind a ReLU an entry may rightly have a gradient of 0. The third
# also tries a batch of zeros, where divisions, roots and logarithms often fail.


# %%
def one_trace(step):
    chex.clear_trace_counter()
    compiled = jax.jit(chex.assert_max_traces(step, n=1))
    params, _ = compiled(start, KEY, batch)
    compiled(params, OTHER_KEY, batch)


def key_decides(step):
    first, again, other = (step(start, key, batch) for key in (KEY, KEY, OTHER_KEY))
    chex.assert_trees_all_equal(first, again)
    assert other[1]["loss"] != first[1]["loss"]


def fits_one_batch(step):
    losses = losses_on_one_batch(step)
    assert losses[-1] < 0.1 * losses[0], f"{losses[0]:.3f} -> {losses[-1]:.3f}"


tests = [loss_falls, every_leaf_learns, all_finite]
tests += [one_trace, key_decides, fits_one_batch]
for test in tests:
    test(good)

# %% [markdown]
# `one_trace` feeds the *new* parameters back in: if they come with another dtype, the second call traces again.
# `key_decides` wants the same key to give the same result to the bit, and another key a different one; omit the second
# half for a step that draws no random numbers. The last test asks the most: can the network overfit one batch? A
# network that cannot is unlikely to learn a million.
#
# ## Which test catches which bug?
#
# Tests are programs too, and a test that never fails tests nothing. So break the step on purpose, in six ways:


# %%
def frozen(params, key, batch):
    first = jax.lax.stop_gradient(params["linear"])
    return good_loss({**params, "linear": first}, key, batch)


def penalized(params, key, batch):
    norms = [jnp.linalg.norm(p) for p in jax.tree.leaves(params)]
    return good_loss(params, key, batch) + 1e-3 * sum(norms)


def half_precision(params, key, batch):
    params, metrics = good(params, key, batch)
    return jax.tree.map(lambda p: p.astype(jnp.bfloat16), params), metrics


generator = np.random.default_rng(0)


# %% [markdown]
# `frozen` has a leftover `stop_gradient`, and `penalized` adds the norm of each parameter array. `half_precision`
# returns another dtype, and `numpy_noise` below draws from a generator outside the step. "uphill" has the wrong sign,
# and "broadcast" is the loss from the top of the page. The cell runs every test on every step:


# %%
def numpy_noise(params, key, batch):
    noise = 0.02 * generator.normal(size=x.shape).astype(np.float32)
    return good(params, jax.random.key(0), (batch[0] + noise, batch[1]))


bugs = {
    "uphill": make_step(good_loss, rate=-0.1),
    "broadcast": make_step(loss_fn),
    "frozen layer": make_step(frozen),
    "norm penalty": make_step(penalized),
    "bfloat16": half_precision,
    "NumPy noise": numpy_noise,
}


def fails(test, step):
    try:
        test(step)
    except AssertionError:
        return True
    return False


caught = np.array([[fails(test, step) for step in bugs.values()] for test in tests])

# %% tags=["hidden"]
_by = {
    bug: {test.__name__ for test, failed in zip(tests, column, strict=True) if failed}
    for bug, column in zip(bugs, caught.T, strict=True)
}
assert all(_by.values()), _by
assert "every_leaf_learns" in _by["frozen layer"], _by
assert _by["broadcast"] == {"fits_one_batch"}, _by
assert _by["bfloat16"] == {"one_trace"}, _by
assert _by["NumPy noise"] == {"key_decides"}, _by

# %% tags=["plot", "cover"] alt="A grid of six tests by six bugs, filled where a test caught a bug. Several are caught by one test only."
# Caption: Seeing the loss fall misses most of these bugs; it takes several kinds of
# test to catch them all.
from matplotlib.colors import ListedColormap

figure, axes = plt.subplots(layout="constrained")
axes.pcolormesh(
    caught, cmap=ListedColormap(["none", "C1"]), edgecolors="#6b7280", linewidth=0.6
)
axes.set_xticks(np.arange(6) + 0.5, list(bugs), rotation=35, ha="right")
axes.set_yticks(np.arange(6) + 0.5, [test.__name__ for test in tests])
axes.grid(visible=False)
axes.tick_params(length=0)
axes.invert_yaxis()
axes.set(title="Which test catches which bug")
plt.show()

# %% [markdown]
# Each bug is caught, {{ (caught.sum(axis=0) == 1).sum() }} of the six by only one test each, so you need these tests.
# The rows show what each test sees: "the loss falls", the test that people make by eye, sees {{ caught[0].sum() }} of
# {{ caught.shape[1] }}. The frozen layer usually even fits the batch, since the last layer can learn eight numbers from
# 32 fixed features. The norm penalty breaks at once because biases start at zero, where a norm has no derivative.
#
# ## Exercise: kill the planted bugs
#
# Here is another training step, with other promises. It takes a *state* (parameters and a key) and a batch whose rows
# may be padding, marked by a 0 in the mask:


# %%
class State(NamedTuple):
    params: hk.Params
    key: jax.Array


def real_loss(params, batch):
    """Mean squared error over the rows whose mask is 1, without noise."""
    error = network.apply(params, batch["x"])[:, 0] - batch["y"]  # (B,)
    return jnp.sum(batch["mask"] * error**2) / jnp.sum(batch["mask"])


def good_step(state, batch):
    next_key, noise_key = jax.random.split(state.key)
    noise = 0.02 * jax.random.normal(noise_key, batch["x"].shape)
    noisy = {**batch, "x": batch["x"] + noise}
    loss, grads = jax.value_and_grad(real_loss)(state.params, noisy)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, state.params, grads)
    return State(params, next_key), {"loss": loss}


first_state = State(start, jax.random.key(5))
padded_batch = {
    "x": jnp.pad(x, ((0, 2), (0, 0))),  # (10, 4)
    "y": jnp.pad(y, (0, 2)),  # (10,)
    "mask": jnp.array([1.0] * 8 + [0.0] * 2),  # (10,)
}

# %% [markdown]
# Every correct step makes these promises:
#
# 1. It returns `(new_state, metrics)`. `metrics["loss"]` is the loss before the step, shape `()`, equal to
#    `real_loss` up to the noise: within 20% on `first_state`.
# 2. The numbers in padded rows, up to 1000 in size, have no influence: neither on the loss nor on the new state.
# 3. Every array among the parameters learns.
# 4. The new state has a key that no earlier state had, so that each step draws other noise.
# 5. The new state has the shapes and dtypes of the old one, and a compiled step traces once.
# 6. Same state and same batch: same result, to the bit.
# 7. After 100 steps on `padded_batch`, `real_loss` is less than a tenth of what it was.
#
# Everything else is free: the learning rate, how much noise (perhaps none), how the key is advanced, further
# metrics, weight decay, clipping. The loss need not fall at every step.
#
# Define `find_bugs(train_step)`, which returns without an error if the step keeps the promises, and raises an
# `AssertionError` if it does not. The check runs it on right steps, such as `good_step`, and on wrong ones: your
# function must accept the former and reject the latter. The check tells you how many of the wrong steps you catch and
# which promises the others break, until you catch them all. Each step is a plain function, not yet compiled. (If a step
# itself raises an error in your test, of whatever kind, that counts as caught.)
#
# <details>
# <summary>Hint</summary>
#
# Write one test per promise, as strict as the promise. To compare two keys, use `jax.random.key_data(key)`. For the
# second promise, which numbers may the padding hold, and where? Differences in the last digit are not a bug there.
#
# </details>


# %% exercise="kill-five-bugs" kind="build" minutes="30"
def find_bugs(train_step):
    """Raise an AssertionError if train_step breaks one of its promises."""
    ### BEGIN SOLUTION
    state, metrics = train_step(first_state, padded_batch)
    expected = real_loss(start, padded_batch)
    chex.assert_shape(metrics["loss"], ())
    chex.assert_trees_all_close(metrics["loss"], expected, rtol=0.2)
    chex.assert_trees_all_equal_shapes_and_dtypes(first_state, state)
    for old, new in zip(*map(jax.tree.leaves, (start, state.params)), strict=True):
        assert jnp.any(old != new), "an array does not learn"

    def promised(batch):
        state, metrics = train_step(first_state, batch)
        return state.params, jax.random.key_data(state.key), metrics["loss"]

    result = promised(padded_batch)
    chex.assert_trees_all_equal(result, promised(padded_batch))
    is_real = padded_batch["mask"] == 1  # (10,)
    other = {
        "x": jnp.where(is_real[:, None], padded_batch["x"], 1000.0),
        "y": jnp.where(is_real, padded_batch["y"], 1000.0),
    }
    other = promised({**padded_batch, **other})
    chex.assert_trees_all_close(result, other, rtol=1e-4, atol=1e-5)

    chex.clear_trace_counter()
    compiled = jax.jit(chex.assert_max_traces(train_step, n=1))
    state, keys = first_state, [first_state.key]
    for _ in range(100):
        state, _ = compiled(state, padded_batch)
        keys.append(state.key)
    numbers = np.unique(jax.random.key_data(jnp.stack(keys)), axis=0)
    assert len(numbers) == len(keys), "a key comes back"
    assert real_loss(state.params, padded_batch) < expected / 10
    ### END SOLUTION


# %% check="kill-five-bugs"
import contextlib
import functools

from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "find_bugs",
    "Exercise: kill the planted bugs",
    {
        "must not wrap": 'Read "One trace: `chex.assert_max_traces`" again.',
        "AssertionError": "Does it ask for more than the step promises?",
        "": "It gets one plain function, and should end without an error here.",
    },
)


def _noise(key, x, size=0.02):
    return size * jax.random.normal(key, x.shape)


def _new(old, new, *_):
    return new


def _step(loss=real_loss, rate=0.1, noise=_noise, params=_new, key=_new, told=_new):
    @functools.wraps(good_step)  # whose source chex then finds
    def train_step(state, batch):
        next_key, noise_key = jax.random.split(state.key)
        noisy = {**batch, "x": batch["x"] + noise(noise_key, batch["x"])}
        value, grads = jax.value_and_grad(loss)(state.params, noisy)
        moved = jax.tree.map(lambda p, g: p - rate * g, state.params, grads)
        new = State(params(state.params, moved), key(state.key, next_key))
        return new, {"loss": told(batch, value, new), "largest": batch["x"].max()}

    return train_step


def _broadcast(params, batch):
    squares = (network.apply(params, batch["x"]) - batch["y"]) ** 2
    mask = batch["mask"][:, None] * batch["mask"]
    return jnp.sum(mask * squares) / jnp.sum(mask)


def _slope_of_all(params, batch):  # the right loss, and the gradient of another
    every = real_loss(params, {**batch, "mask": 1 + 0 * batch["mask"]})
    return real_loss(params, batch) + (every - jax.lax.stop_gradient(every))


def _back_and_forth(old, new):  # comes back after two steps
    return jax.random.wrap_key_data(~jax.random.key_data(old))


def _weakly_typed(old, new):  # of the same shapes and dtypes, and yet traced again
    return jax.tree.map(lambda p: jnp.broadcast_to(0.0, p.shape).at[...].set(p), new)


def _bias_frozen(old, new):  # of the last layer
    return jax.tree.map(lambda p, q: q if p.size > 1 else p, old, new)


_draw = np.random.default_rng(0)
_right = {
    "as it stands in the text": good_step,
    "with one more metric": _step(),
    "with a small rate and no noise": _step(rate=0.04, noise=lambda _, x: 0 * x),
    "which takes long to promise 7": _step(rate=0.01),
    "whose loss does not fall at each step": _step(rate=0.25),
    "with fold_in": _step(key=lambda old, new: jax.random.fold_in(old, 1)),
    "with decay": _step(params=lambda _, new: jax.tree.map(lambda p: 0.999 * p, new)),
}
_wrong = (  # with the promises that each breaks
    (_step(loss=_broadcast), {1, 7}),
    (_step(told=lambda batch, loss, new: loss / 2), {1}),
    (_step(told=lambda batch, loss, new: loss[None]), {1}),
    (_step(loss=lambda p, b: real_loss(p, {**b, "mask": 1 + 0 * b["mask"]})), {2}),
    (_step(told=lambda b, loss, new: loss + jnp.mean((1 - b["mask"]) * b["y"])), {2}),
    (_step(noise=lambda key, x: _noise(key, x, 0.02 * x.std())), {2}),
    (_step(loss=lambda p, b: real_loss(p, b) + 0 * jnp.exp(b["y"]).sum()), {2}),
    (_step(loss=_slope_of_all), {2}),
    (_step(params=lambda old, new: {**new, "linear": old["linear"]}), {3}),
    (_step(params=_bias_frozen), {3}),
    (_step(key=lambda old, new: jnp.stack([old])[0]), {4}),
    (_step(key=lambda old, new: jax.random.key(0)), {4}),
    (_step(key=_back_and_forth), {4}),
    (_step(params=_weakly_typed), {5}),
    (_step(key=lambda old, new: jax.random.key_data(new)), {5}),
    (_step(params=lambda old, new: jax.tree.map(jnp.bfloat16, new)), {5}),
    (_step(noise=lambda _, x: np.float32(1e-5 * _draw.normal(size=x.shape))), {6}),
    (_step(rate=1e-3), {7}),
)


def _keeps_promise_7(step):  # as not every rate does with every start
    run = jax.lax.scan(
        lambda state, _: step(state, padded_batch), first_state, None, 100
    )
    return real_loss(run[0].params, padded_batch) < real_loss(start, padded_batch) / 12


for _name, _given in _right.items():
    if not _keeps_promise_7(_given):
        continue
    chex.clear_trace_counter()
    _check.call(_given, when=f"On a right step, {_name}, ")
_live, _broken = [], set()
for _given, _promises in _wrong:
    chex.clear_trace_counter()
    with contextlib.suppress(AssertionError):
        _check.call(_given)
        _live, _broken = [*_live, _given], _broken | _promises
globals()["failing"] = _live[:1]
_told = f"Your tests catch {len(_wrong) - len(_live)} of {len(_wrong)} wrong steps and refuse no right one. Those that live,"
_told += f" one of them in `failing`, break promise{'s' * (len(_broken) > 1)} {' and '.join(map(str, sorted(_broken)))}."
_check.require(not _live, _told)
print(f"Your tests catch all {len(_wrong)} wrong steps and refuse no right one.")

# %% [markdown]
# ## What a test can and cannot show
#
# A test compares a program with something you know without it: a shape, another way to compute the same number, a
# property such as "same key, same result". So it can find a program that does something other than you meant, but not
# that you meant the wrong thing. Give every input the target of its neighbour, a mistake that a data loader can make,
# and run the six tests:

# %%
batch = x, jnp.roll(y, 1)
failures = [test.__name__ for test in tests if fails(test, good)]
batch = x, y
print("tests that fail:", failures)

# %% tags=["hidden"]
assert failures == []
assert np.all(jnp.roll(y, 1) != y)

# %% [markdown]
# All six pass, because a network can memorise eight wrong numbers as well as right ones. To see the difference
# you need data that it was not trained on, and a floor, as in [A regression, and how low it can
# go](../haiku/regression.py).
#
# And these tests have tried few inputs. To estimate how many bugs they miss, plant more.
#
# Here they meet [the transformer](../networks/transformer.py), whose step draws no random numbers:


# %%
from snippets.transformer import Config, Transformer

reader = hk.without_apply_rng(hk.transform(lambda t: Transformer(Config())(t)[0]))


def reversal_loss(params, key, batch):
    scores = jax.nn.log_softmax(reader.apply(params, batch[0]))  # (B, T, V)
    return -jnp.take_along_axis(scores, batch[1][..., None], axis=-1).mean()


x = jax.random.randint(KEY, (8, 8), 0, 10)  # (B, T)
y = x[:, ::-1]
batch, start = (x, y), jax.jit(reader.init)(KEY, x)
failures = [t.__name__ for t in tests if fails(t, make_step(reversal_loss))]
slopes = hk.data_structures.traverse(jax.grad(reversal_loss)(start, KEY, batch))
tiny = [f"{module}/{name}" for module, name, g in slopes if jnp.abs(g).max() < 1e-6]
print("tests that fail:", failures, *tiny, sep="\n")

# %% tags=["hidden"]
assert failures == ["key_decides"]
assert tiny == [f"transformer/block_{i}/attention/key/b" for i in (0, 1)]

# %% [markdown]
# Only `key_decides` fails, as it should. The last lines name arrays whose gradient is rounding, because a softmax
# ignores what all logits share. `every_leaf_learns` missed that.
#
# ## What can go wrong
#
# - `RuntimeError: Value assertions can only be called from functions wrapped with @chex.chexify.` A value assertion got
#   a tracer. Assert on the result of the function that JAX transforms, or use `checkify`.
# - `ValueError: @assert_max_traces must not wrap JAX-transformed function`: write
#   `jax.jit(chex.assert_max_traces(f, n=1))`, with `f` untransformed.
# - `AssertionError: [Chex] Function 'train_step' is traced > 1 times!`, although this test traced it once: an
#   earlier test counted too. Call `chex.clear_trace_counter()` first.
# - `ValueError: Cannot abstractly evaluate a checkify.check which was not functionalized.` Wrap the function,
#   `jax.jit(checkify.checkify(f))`.
# - `FloatingPointError: invalid value (nan) encountered in scan`, or none: `debug_nans` sees only what leaves compiled
#   code and loops. Add `jax.disable_jit()`.
# - No message at all: `error.throw()` of `checkify` is not called, or a test compares a result with itself. See each
#   test fail once.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - Assertions on shapes and dtypes belong in the code and cost nothing once it is compiled; assertions on values belong
#   in tests.
# - `check_grads` tests a gradient, `debug_nans` with `disable_jit` usually finds the operation behind a `nan`, and
#   `checkify` carries errors out of compiled code.
# - Six tests of a training step: the loss falls, every array learns, all is finite, one trace, the key decides, one
#   batch is overfitted. See each of them fail on a planted bug, and remember that all of them can pass on wrong data.
#
# Next: [Memory and compile time](memory.py).
