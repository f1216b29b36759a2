# %% [markdown]
# # One example in mind, a batch in hand
#
# A rule is easiest to think out for one example: one station's rain, one house's price, one image. Data comes
# in batches, many examples stacked along a first axis, and accelerators are fast only on a whole batch. Code
# that handles the extra axis by hand is where shapes go wrong, often without an error. `jax.vmap` lets you
# write the rule for one example and have it done for all of them at once. This page shows what it does, which
# axes it takes, and a trap in indexing that batches make easy to fall into.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a function for one example and apply it to a batch with `jax.vmap`, choosing with `in_axes` what is
#   batched and what is shared;
# - tell `jax.vmap` from `jax.tree.map`, and catch an index that is out of range, which JAX does not report;
# - compute the gradient of every single example in one call, and see how they cancel in the batch.
#
# You need: `jax.grad`, tracers and pytrees, from [Gradients of anything](../jax/gradients.py).
#
# </div>

# %% [markdown]
# ## A rule for one, data for many
#
# Three weather stations measure the rain of four days, in millimetres. For each station you are given the
# first day of a storm, and you want the rain of that day and the next. For *one* station the rule is a line:


# %%
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


def two_day_rain(x, day):  # x: (4,), day: ()
    return x[day] + x[day + 1]


rain = jnp.array(  # (3, 4)
    [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, 9.0, 0.0, 1.0]]
)
days = jnp.array([0, 1, 1])  # (3,)
two_day_rain(rain[0], days[0])

# %% [markdown]
# The first station's storm began on day 0, with 1 mm and then 2 mm: 3 mm. (If you come from the practical
# that this course grew from, this is its `mini_conv`.) The others should get $6 + 7 = 13$ and $9 + 0 = 9$. Do
# you get them by passing the whole batch?

# %%
two_day_rain(rain, days)

# %% [markdown]
# No, and nobody complains. With two axes `x[day]` picks *rows*, so whole stations were added to each other.
# The repair by hand is a loop over the stations, or indices for both axes:

# %%
looped = jnp.stack([two_day_rain(x, day) for x, day in zip(rain, days, strict=True)])
rows = jnp.arange(len(rain))
indexed = rain[rows, days] + rain[rows, days + 1]
print(looped, indexed)

# %% [markdown]
# Both are right. The loop keeps your rule, but calls it once per station. The indices work on all stations at
# once, but the rule had to be rewritten, and for a longer rule that is a puzzle. `jax.vmap` keeps the rule
# *and* works on all at once. Like `jax.grad` it takes a function and returns a function:

# %%
print(jax.vmap(two_day_rain)(rain, days))

# %% [markdown]
# ## Your function runs once, on one example that stands for all
#
# How is that done? Let the rule print what it is given.


# %%
def talking_rain(x, day):
    print("called with", x, "and", day)
    print("shapes     ", x.shape, "and", day.shape)
    return x[day] + x[day + 1]


print(jax.vmap(talking_rain)(rain, days))

# %% [markdown]
# One call for three stations. As with `jax.grad` your function gets tracers, this time of another kind: each
# claims to be *one* example, of shape `(4,)` and `()`, and holds the whole batch behind its back, `(3, 4)`
# and `(3,)`. Whatever you do to it, say one indexing or one sum, JAX does in one operation to all rows.
#
# That is why `vmap` is quicker than the loop. Here are 500 stations and the best time of four calls each.
# (`block_until_ready` waits for the result; the next page is about why that matters.)

# %% tags=["varies"]
draw = np.random.default_rng(0)
many_rain = jnp.array(draw.random((500, 24), np.float32))
many_days = jnp.array(draw.integers(0, 23, 500))


def loop_over_rows(x, day):
    return jnp.stack([two_day_rain(x[i], day[i]) for i in range(len(x))])


seconds = {}
for name, batched in {"loop": loop_over_rows, "vmap": jax.vmap(two_day_rain)}.items():
    times = []
    for _ in range(4):
        start = time.perf_counter()
        batched(many_rain, many_days).block_until_ready()
        times.append(time.perf_counter() - start)
    seconds[name] = min(times)
    print(f"{name}: {1000 * seconds[name]:7.1f} ms")

# %% tags=["hidden"]
assert seconds["loop"] > 3 * seconds["vmap"]
assert jnp.array_equal(looped, jnp.array([3.0, 13.0, 9.0]))
assert jnp.array_equal(looped, indexed)
assert jnp.array_equal(looped, jax.vmap(two_day_rain)(rain, days))
assert two_day_rain(rain, days).shape == rain.shape
assert not any(
    jnp.array_equal(row, rain[i]) for i, row in enumerate(two_day_rain(rain, days))
)

# %% [markdown]
# The loop sends a few operations per station to the machine, `vmap` a few in all, so the gap widens with the
# batch. Expect the loop to take at least three times as long here, and usually far more.
#
# ## Say which axis is the batch
#
# `vmap` takes the first axis of *every* argument as the batch, so all of them must have the same length
# there. Give three stations and only two days:

# %% raises="ValueError" match="inconsistent sizes for array axes to be mapped"
jax.vmap(two_day_rain)(rain, jnp.array([0, 1]))

# %% [markdown]
# The message lists the argument on each side of the quarrel: `x` has three rows, `day` two. It is the most
# helpful error of this page, because the alternative would have been a guess. Now suppose that the storm
# began on day 1 everywhere. One number has no first axis at all:

# %% raises="ValueError" match="its rank should be at least 1, but is only 0"
jax.vmap(two_day_rain)(rain, 1)

# %% [markdown]
# You could repeat the 1 three times. Better, say that it is shared: `in_axes` has one entry for each
# argument, the number of its batch axis, or `None` for "the same for every example".

# %%
same_day = jax.vmap(two_day_rain, in_axes=(0, None))(rain, 1)
every_day = jax.vmap(two_day_rain, in_axes=(None, 0))(rain[1], jnp.arange(3))
days_first = jax.vmap(two_day_rain, in_axes=(1, 0))(rain.T, days)
print("all stations, day 1:       ", same_day)
print("station 1, days 0, 1 and 2:", every_day)
print("a table with days as rows: ", days_first)

# %% [markdown]
# The first shares the day, the second shares the station, the third reads a table whose stations are columns:
# its batch is axis 1. For every station on every day you need both, and since `vmap` returns an ordinary
# function, you can map it again. Read it from the inside: over the days for one station, then over the
# stations.

# %%
for_all_days = jax.vmap(two_day_rain, in_axes=(None, 0))
jax.vmap(for_all_days, in_axes=(0, None))(rain, jnp.arange(3))

# %% tags=["hidden"]
assert jnp.array_equal(same_day, rain[:, 1] + rain[:, 2])
assert jnp.array_equal(every_day, rain[1, :3] + rain[1, 1:])
assert jnp.array_equal(days_first, looped)
_table = jax.vmap(for_all_days, in_axes=(0, None))(rain, jnp.arange(3))
assert jnp.array_equal(_table, rain[:, :3] + rain[:, 1:])

# %% [markdown]
# A row for each station, a column for each day. Four days have three pairs of neighbours, which is why the
# indices stop at 2.
#
# ## An index out of range is not an error
#
# But what if they did not stop there? Day 3 is the last. Its next day was not measured.

# %%
print(two_day_rain(rain[0], 3))

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why did index 3 not fail, and where does the 8 come from? The station measured 1, 2, 3 and 4 mm. NumPy would
# refuse, as the next cell shows.
#
# </div>

# %% raises="IndexError" match="out of bounds"
two_day_rain(np.asarray(rain[0]), 3)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `x[3]` exists and is 4. `x[4]` does not, and JAX reads the nearest entry that does, `x[3]` once more: it
# *clamps* the index to the array, and $4 + 4 = 8$. The reason is that an index may be a tracer: under `vmap`
# it stands for many indices at once, and in a compiled function (next page) its value is not known when the
# operations are laid out. Once the program runs on an accelerator, it cannot stop half-way to raise a Python
# error. So every index needs *some* result, and a plain 3 is treated like the others. For reading JAX chose
# the nearest entry; writing outside the array is left out.
#
# </details>
#
# The 8 is the worst kind of wrong: it looks like rain. Two ways of catching it. The first is to choose
# another result. You know `x.at[i].set(...)` from the page on gradients; `x.at[i].get(...)` reads, and its
# `mode` says what happens out of range. With `"fill"` you get `fill_value`, and `nan`, *not a number*, makes
# everything computed from it `nan` as well.


# %%
def two_day_rain_or_nan(x, day):
    following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
    return x[day] + following


print("clamped:", jax.vmap(two_day_rain)(rain, jnp.array([0, 3, 1])))
print("filled: ", jax.vmap(two_day_rain_or_nan)(rain, jnp.array([0, 3, 1])))
print("written:", rain[0].at[4].set(99.0), "or", rain[0].at[4].set(99.0, mode="clip"))

# %% [markdown]
# The station with the impossible day now says so, and the others are right. Writing to `x[4]` changed
# nothing, unless you ask for clamping with `mode="clip"`. One thing `mode` never catches is an index of -1:
# it is legal and means the last entry, as in Python.
#
# `nan` needs a float. For whole numbers, or if you would rather stop, check the indices. Inside the rule this
# fails: `day` is a tracer that stands for three days at once, and an `if` needs one yes or no.


# %% raises="TracerBoolConversionError" match="boolean conversion of traced array"
def checked_rain(x, day):
    if day + 1 >= len(x):
        raise IndexError("no next day")
    return x[day] + x[day + 1]


jax.vmap(checked_rain)(rain, days)

# %% [markdown]
# Before `vmap` you hold the numbers of the whole batch, and there an ordinary check works:


# %%
def storm_rain(rain, days):
    if not ((days >= 0) & (days + 1 < rain.shape[1])).all():
        raise IndexError(f"days must lie in 0..{rain.shape[1] - 2}, got {days}")
    return jax.vmap(two_day_rain)(rain, days)


print(storm_rain(rain, days))

# %% raises="IndexError" match="days must lie in"
storm_rain(rain, jnp.array([0, 3, 1]))

# %% tags=["hidden"]
assert two_day_rain(rain[0], 3) == 8.0
assert rain[0][4] == rain[0][3] == 4.0
_filled = jax.vmap(two_day_rain_or_nan)(rain, jnp.array([0, 3, 1]))
assert jnp.array_equal(_filled, jnp.array([3.0, jnp.nan, 9.0]), equal_nan=True)
assert jnp.array_equal(rain[0].at[4].set(99.0), rain[0])
assert rain[0].at[4].set(99.0, mode="clip")[3] == 99.0
assert rain[0].at[-1].get(mode="fill", fill_value=jnp.nan) == 4.0

# %% [markdown]
# ## `jax.tree.map` is not `vmap`
#
# An example often has several parts. Keep them together in a dictionary, a pytree: here 1000 stations, each
# with its rain on four days and its height in metres.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `jax.tree.map(f, tree)` applies a function to every leaf of a tree. It is sometimes said to work like
# `vmap`. How often does `vmap` call your function on the tree below, how often does `tree.map`, and with
# what?
#
# </div>

# %%
stations = {"rain": jnp.ones((1000, 4)), "height": jnp.ones(1000)}


def spy(part):
    seen.append(
        jax.tree.map(jnp.shape, part)
    )  # the shape of every leaf of what came in
    return part


seen = []
jax.tree.map(spy, stations)
print("tree.map:", len(seen), "calls, shapes", seen)

seen = []
jax.vmap(spy)(stations)
print("vmap:    ", len(seen), "call, shapes ", seen)

# %% tags=["hidden"]
assert seen == [{"rain": (4,), "height": ()}]
seen = []
jax.tree.map(spy, stations)
assert seen == [(1000,), (1000, 4)]

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `tree.map` called it twice, once per leaf, each time with one whole array of 1000 rows: it is a Python loop
# over the leaves. `vmap` called it once, with one whole *station*: a dictionary with the same names, whose
# leaves have lost their batch axis. `tree.map` takes a tree apart, `vmap` takes a batch apart. The number of
# calls of `tree.map` grows with the leaves, that of `vmap` stays 1 whatever the batch.
#
# </details>
#
# They go well together: `vmap` returns a tree whose leaves carry a batch axis, and `tree.map` then does
# something to every leaf, such as taking the mean over that axis. Given two trees of the same structure,
# `tree.map` calls your function with a pair of leaves, one from each. You will need all this in a moment.
#
# ## A gradient for every point of a grid
#
# The page on gradients drew an arrow at each point of a grid, with a Python loop and a remark that there is
# another way. `jax.grad(height)` is a function of one point, so map it:


# %%
def height(p):  # p: (2,)
    return p[0] * jnp.exp(-(p[0] ** 2) - p[1] ** 2)


side = np.linspace(-1.6, 1.6, 13)
points = jnp.array([(p0, p1) for p0 in side for p1 in side])  # (169, 2)
arrows = jax.vmap(jax.grad(height))(points)  # (169, 2)
one_by_one = np.array([jax.grad(height)(p) for p in points])
print(arrows.shape, jnp.allclose(arrows, one_by_one, atol=1e-5))

# %% tags=["hidden"]
assert jnp.allclose(arrows, one_by_one, atol=1e-5)

# %% [markdown]
# 169 gradients in one call, the same as from the loop. Read the expression from the inside: the height of one
# point, the gradient at one point, the gradients at all points. The other order, the gradient of a mapped
# function, means something else, and you are about to meet it.
#
# ## The gradient of a batch hides its examples
#
# Now a model with parameters. It predicts a number $y$ from an example $x$ with $D$ entries, by weights $w$
# and a bias $b$, and the loss of *one* example is its squared error:
#
# $$\ell(w, b; x, y) = \Big( \sum_{d=1}^{D} x_d w_d + b - y \Big)^2$$


# %%
def example_loss(params, x, y):  # x: (D,), y: ()
    r = x @ params["w"] + params["b"] - y
    return r**2


# %% [markdown]
# The data follow the rule $y = 12 x_0 + 6$, plus a little noise; the entries $x_1$ and $x_2$ play no part.
# (`jax.random.key(0)` starts the random numbers; a later page explains keys.) What happens if the batch is
# given to a loss that was written for one example?

# %%
from snippets.data import regression_data

inputs, outputs = regression_data(jax.random.key(0))  # (128, 3), (128, 6)
targets = outputs[:, 0]  # (128,)
params = {"w": jnp.zeros(3), "b": jnp.float32(0.0)}

# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.grad(example_loss)(params, inputs, targets)

# %% [markdown]
# 128 losses have no gradient; one number has. So map the loss over the batch, take the mean, and
# differentiate *that*. The parameters are shared by all examples, and one `None` stands for the whole
# dictionary:


# %%
def mean_loss(params, x, y):  # x: (B, D), y: (B,)
    losses = jax.vmap(example_loss, in_axes=(None, 0, 0))(params, x, y)  # (B,)
    return jnp.mean(losses)


batch_gradient = jax.grad(mean_loss)(params, inputs, targets)
print(batch_gradient)

# %% [markdown]
# This is what training uses: one slope for each parameter. The slopes of $w_0$ and $b$ are large and
# negative, so both should grow. But it is a mean, and a mean does not show what it is made of. Do all 128
# examples pull the same way, or does a handful outvote the rest? Since slopes of a sum are sums of slopes,
#
# $$\nabla \Big( \frac{1}{B} \sum_{i=1}^{B} \ell_i \Big) = \frac{1}{B} \sum_{i=1}^{B} \nabla \ell_i ,$$
#
# the parts are the gradients $\nabla \ell_i$ of the single examples. They are also what one needs to find the
# examples that pull hardest (sometimes a wrong label), or to limit the pull of each, as training on private
# data does.


# %% [markdown]
# ## Exercise: a gradient for every example
#
# Define `per_example_gradients(params, x, y)`: the gradient of `example_loss` with respect to `params`, for
# each example. `x` has shape `(B, D)` and `y` has shape `(B,)`, for any $B$ and $D$. The result is a
# dictionary like `params` whose leaves have a batch axis in front: `"w"` of shape `(B, D)` and `"b"` of shape
# `(B,)`; `params` itself stays as it is.
#
# <details>
# <summary>Hint</summary>
#
# Start with one example: which function gives *its* gradient? Then map that function, and say for each of its
# three arguments whether it is batched or shared.
#
# </details>


# %% exercise="per-example-gradients" kind="build" minutes="5"
def per_example_gradients(params, x, y):
    """Gradients of example_loss; params are w (D,) and b (); x is (B, D), y is (B,); leaves are (B, D) and (B,)."""
    ### BEGIN SOLUTION
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    ### END SOLUTION


# %% [markdown]
# The check compares yours with a Python loop over the examples, one `jax.grad` each, on random batches of
# several sizes.


# %% check="per-example-gradients"
def squares(p, x, y):  # the loss of one example, and the mean loss of a batch
    return jnp.mean((x @ p["w"] + p["b"] - y) ** 2)


def answer_of(function, *arguments):
    try:
        return function(*arguments)
    except NotImplementedError:
        raise
    except Exception as problem:
        raise AssertionError(
            f"When the check calls your function, it stops with {type(problem).__name__}: {str(problem)[:300]} ... Is"
            " every argument batched that should be, and no other? Does `grad` see one example at a time, and the loss"
            ' no NumPy? Read "Say which axis is the batch" again.'
        ) from problem


draw = np.random.default_rng(3)
one, many = (
    '"A gradient for every point of a grid"',
    '"The gradient of a batch hides its examples"',
)
for B, D in ((4, 3), (1, 2), (3, 3), (7, 5)):
    w, b, x, y = (
        jnp.array(draw.normal(size=s), jnp.float32) for s in ((D,), (), (B, D), (B,))
    )
    given = {"w": w, "b": b}
    loop = [jax.grad(squares)({"w": w, "b": b}, x[i], y[i]) for i in range(B)]
    yours = answer_of(per_example_gradients, given, x, y)
    same = given.keys() == {"w", "b"} and given["w"] is w and given["b"] is b
    assert same, (
        f"The params that came in were changed; leave them and return a new dictionary. Read {many} again."
    )
    assert yours is not None, (
        f"It returns None: is `return` missing before the gradients? Read {one} again."
    )
    assert not callable(yours), (
        f"It returns a function that is still to be called on the batch. Read {one} again."
    )
    alike = isinstance(yours, dict) and yours.keys() == {"w", "b"}
    assert alike, (
        f"It returns {type(yours).__name__}, not one dictionary with 'w' and 'b' like params: neither a list of "
        f"gradients, nor a pair with the loss, nor the losses, nor the gradient in x. Read {many} again."
    )
    arrays = all(
        jnp.issubdtype(getattr(leaf, "dtype", bool), jnp.floating)
        for leaf in yours.values()
    )
    assert arrays, (
        f"The leaves must be arrays of floats, batch axis in front: stack lists. Read {one} again."
    )
    shapes = {name: np.shape(yours[name]) for name in ("w", "b")}
    assert shapes["w"] != (D,) or shapes["b"] != (), (
        f"With {B} examples you return one gradient of shapes {shapes}: their mean or sum, or that of one of them. "
        f"Which comes first, the gradient of one example, or the batch? Read {one} again."
    )
    assert shapes == {"w": (B, D), "b": (B,)}, (
        f"With B = {B} and D = {D} the shapes are {shapes}, but each leaf is that of params with B in front, (B, D) "
        f'and (B,). Is x of the page or a fixed size used? Read "Say which axis is the batch" again.'
    )
    right = {name: np.stack([g[name] for g in loop]) for name in ("w", "b")}
    ratio = {
        name: round(float(np.vdot(yours[name], g) / np.vdot(g, g)), 3)
        for name, g in right.items()
    }
    assert all(
        np.allclose(yours[name], right[name], rtol=2e-2, atol=2e-2) for name in right
    ), (
        f"The shapes are right, the numbers differ from a loop with jax.grad over {B} examples. Measured along the "
        f"right ones, yours are {ratio} times as long, where 1 is right, -1 points downhill, {1 / B} is a share of a "
        f"mean. Is it the gradient of example_loss, for each example with its own x and y? Read {many} again."
    )
    mean, batch = (
        {name: np.mean(yours[name], axis=0) for name in yours},
        jax.grad(squares)({"w": w, "b": b}, x, y),
    )
    agree = all(
        np.allclose(mean[name], batch[name], rtol=2e-2, atol=2e-2) for name in mean
    )
    assert agree, (
        f"The mean of yours over the batch is not the gradient of the mean loss. Read {many} again."
    )
print(
    "Batches of 1, 3, 4 and 7: every leaf has the batch in front, every gradient equals that of a Python loop,"
)
print(
    "their mean is the gradient of the mean loss, and the parameters you were given are as they were."
)

# %% [markdown]
# ## Opposite pulls cancel
#
# Use it on the data above. How strong is the pull of an example? Take the norm of its gradient, the root of
# the sum of all squared slopes, over both leaves. Write it for one gradient, as always, and map it: the batch
# axis of a whole tree is mapped like that of an array.


# %%
def norm(gradient):
    return jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient)))


gradients = per_example_gradients(params, inputs, targets)
norms = jax.vmap(norm)(gradients)  # (128,)
mean_gradient = jax.tree.map(lambda leaf: leaf.mean(axis=0), gradients)
difference = jax.tree.map(
    lambda a, b: jnp.abs(a - b).max(), mean_gradient, batch_gradient
)
print("from the batch gradient it differs by", difference)
print(
    f"norms of the examples: {norms.min():.1f} to {norms.max():.1f}, on average {norms.mean():.1f}"
)
print(f"norm of their mean:    {norm(mean_gradient):.1f}")

# %% [markdown]
# `tree.map` took the mean of each leaf, and up to rounding it is the batch gradient, as promised. Its norm is
# smaller than the average of the norms: arrows that point in different directions shorten each other when
# they are averaged. How much depends on where you are. Compare the start with the parameters of least mean
# loss, which a formula gives for a linear model (`least_squares`; no training needed).

# %%
from snippets.linear import least_squares

solution, _ = least_squares(inputs, targets[:, None])
best = {"w": solution["w"][:, 0], "b": solution["b"][0]}
print("best w:", best["w"], " b:", best["b"])
found = {}
for name, place in {"at the start": params, "at the lowest mean loss": best}.items():
    gradients = per_example_gradients(place, inputs, targets)
    each, together = (
        jax.vmap(norm)(gradients),
        norm(jax.tree.map(lambda leaf: leaf.mean(axis=0), gradients)),
    )
    found[name] = each, together
    print(f"{name}: average norm {each.mean():.2f}, norm of the average {together:.2f}")

# %% alt="At the start the batch gradient is weaker than many single ones; at the lowest loss it is zero, they are not."
figure, panels = plt.subplots(1, 2, figsize=(8.4, 3.8), layout="constrained")
for axes, (name, (each, together)) in zip(panels, found.items(), strict=True):
    axes.plot(np.sort(each), "C0.")
    axes.axhline(together, color="C1")
    axes.text(
        128, together + 0.02 * each.max(), "batch gradient", color="C1", ha="right"
    )
    axes.text(100, each.max() / 2, "each example", color="C0", ha="right")
    axes.set(xlabel="examples, from weakest to strongest", title=name)
panels[0].set_ylabel("norm of the gradient")
plt.show()

# %% [markdown]
# Mind the two scales. At the start most examples agree that $w_0$ and $b$ must grow, and some of their pull
# survives the averaging. At the lowest mean loss nothing survives: that is what "lowest" means. Yet hardly
# any single gradient is zero there. Each example, with its own noise, would like other parameters; only
# together are they content. What, then, does a small batch say at this place? Cut the 128 gradients into groups:


# %%
def mean_of_groups(size):  # (128, ...) -> (128 / size, size, ...) -> (128 / size, ...)
    return jax.tree.map(
        lambda leaf: leaf.reshape(-1, size, *leaf.shape[1:]).mean(axis=1), gradients
    )


for size in (1, 8, 32, 128):
    pulls = jax.vmap(norm)(mean_of_groups(size))
    print(
        f"groups of {size:3}, {len(pulls):3} of them: norm {pulls.mean():.2f} on average"
    )

# %% tags=["hidden"]
assert 45 < norms.mean() < 54
assert 25 < norm(mean_gradient) < 35
assert max(jax.tree.leaves(difference)) < 0.05
_each, _together = found["at the lowest mean loss"]
assert _together < 0.03 * _each.mean()
assert (_each < 0.1).mean() < 0.1
assert ((gradients["w"] != 0).any(axis=1)).all()
_start = per_example_gradients(params, inputs, targets)
assert (_start["w"][:, 0] < 0).mean() > 0.5
assert (_start["b"] < 0).mean() > 0.5
assert batch_gradient["w"][0] < -20
assert batch_gradient["b"] < -10
assert abs(batch_gradient["w"][1:]).max() < 3
_pulls = [float(jax.vmap(norm)(mean_of_groups(size)).mean()) for size in (1, 8, 32)]
assert _pulls[0] > 1.5 * _pulls[1] > 1.5 * 1.5 * _pulls[2]

# %% [markdown]
# The smaller the batch, the less cancels. Training on small batches therefore never comes to rest at the
# lowest loss: each batch pulls a little towards its own.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `ValueError: vmap got inconsistent sizes for array axes to be mapped` The batch axes differ in length: the
#   message lists them. Is one argument shared, or its batch on another axis? Use `in_axes`.
# - `ValueError: vmap was requested to map its argument along axis 0, which implies that its rank should be at
#   least 1, but is only 0` A single number, perhaps a parameter, has no batch: give it `None`.
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` An `if` inside the mapped
#   function depends on data. Check before `vmap`, or choose between two results with `jnp.where`.
# - No message at all: an index beyond the end gives the last entry. Check it, or read with `mode="fill"`.
# - No message at all: a function for one example is given the batch and broadcasts, or the batch is on axis 1
#   of a square table. `vmap` takes the axis you name; look at the shape inside the function.
#
# </div>
#
# ## What you learned
#
# - `jax.vmap(f)` runs `f` once, on a tracer that stands for one example, and does every operation for the
#   whole batch. `in_axes` names the batch axis of each argument; `None` shares it, a whole tree too.
# - `jax.tree.map` is a loop over the leaves of a tree, each in one piece. It is not `vmap`.
# - Out of range, JAX reads the nearest entry and drops what you write. `mode` chooses something else; a check
#   belongs outside the mapped function.
# - `jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))` gives a gradient for each example. Their mean is the
#   gradient of the mean loss, in which they partly cancel.
#
# Next: [jit, and how to time it honestly](../jax/compilation.py) compiles the functions that you now know how
# to differentiate and batch.
