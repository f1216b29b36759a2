# %% [markdown]
# # `vmap`: write for one example, run on a batch
#
# A function is easiest to write for one example: one station, one image. `jax.vmap` runs it on a whole batch at once.

# %% tags=["short"]
import jax


def score(w, x):  # w: (3,), x: (3,)
    return (w * x).max()  # ()


batch = jax.numpy.arange(12.0).reshape(4, 3)
scores = jax.vmap(score, in_axes=(None, 0))
print(scores(batch[0], batch))  # (4,)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - map a function over any axis with `in_axes` and `out_axes`, and share the rest;
# - notice an index out of range, which JAX does not report, and choose what it gives;
# - compute the gradient of every example in one call, and find one that does not fit.
#
# You need: [gradients, tracers and pytrees](../jax/gradients.py).
#
# </div>

# %% [markdown]
# ## One example, then a batch: `jax.vmap`
#
# Data comes in batches, many examples stacked along an axis, and accelerators work on many at once.
#
# Three weather stations measured the rain on four days, in millimetres. For each station you know on which day a storm
# began, and you want the rain on that day and the next. For *one* station that is one line:


# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


def two_day_rain(x, day):  # x: (4,), day: ()
    return x[day] + x[day + 1]


rain = jnp.array(  # (3, 4): a row for each station
    [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [0.0, 9.0, 0.0, 1.0]]
)
days = jnp.array([0, 1, 1])  # (3,)
two_day_rain(rain[0], days[0])

# %% [markdown]
# The storm at the first station began on day 0, with 1 mm and then 2 mm: 3 mm in all. The other two should get
# $6 + 7 = 13$ and $9 + 0 = 9$. What happens if you pass the whole batch?

# %%
two_day_rain(rain, days)

# %% [markdown]
# There is no error, and the result is wrong. Now that `x` has two axes, `x[day]` picks *rows*, so whole stations
# were added to each other. By hand there are two repairs, a loop over the stations or indices for both axes:

# %%
looped = jnp.stack([two_day_rain(x, day) for x, day in zip(rain, days, strict=True)])
rows = jnp.arange(len(rain))
indexed = rain[rows, days] + rain[rows, days + 1]
print(looped, indexed)

# %% [markdown]
# The loop keeps your function but calls it once per station, which is usually slow. The indices handle all stations at
# once, but you had to rewrite the function, and with a longer one that becomes a puzzle. `jax.vmap` keeps the
# function *and* handles all stations at once. Like `jax.grad`, it takes a function and returns a function:

# %%
print(jax.vmap(two_day_rain)(rain, days))

# %% [markdown]
# ## `vmap` traces your function once
#
# To see how it works, print what the function receives. With three stations, how often will JAX call it, and with which
# shapes?
#
# - [{{ jax.vmap(jnp.ndim)(rain)[0] == 2 }}] Once, with the shapes (3, 4) and (3,).
# - [{{ np.ptp(jax.vmap(lambda x: x.ndim * np.random.rand())(rain)) == 0 }}] Once, with the shapes (4,) and ().
# - [{{ np.ptp(jax.vmap(lambda x: x.ndim * np.random.rand())(rain)) > 0 }}] Three times, with the shapes (4,) and ().


# %% tags=["predict"]
def talking_rain(x, day):
    print("called with", x, "and", day)
    print("shapes     ", x.shape, "and", day.shape)
    return x[day] + x[day + 1]


print(jax.vmap(talking_rain)(rain, days))

# %% [markdown]
# JAX called your function once. As with `jax.grad`, it received tracers, here of type `VmapTracer`. Each looks like
# *one* example, of shape `(4,)` or `()`, and carries the whole batch, `(3, 4)` or `(3,)`. When your function indexes or
# adds, JAX does it for all rows at once. Compare three jaxprs: of a function of one station, of the same function under
# `vmap`, and of a Python loop over the stations.


# %%
def squares(x):  # x: (4,)
    return jnp.sum(x**2)


def looped_squares(x):  # x: (B, 4)
    return jnp.stack([squares(row) for row in x])


print(jax.make_jaxpr(squares)(rain[0]))
print(jax.make_jaxpr(jax.vmap(squares))(rain))
print(jax.make_jaxpr(looped_squares)(rain))

# %% [markdown]
# Here `vmap` records the operations of one station with one more axis, `f32[3,4]` instead of `f32[4]`, while the loop
# records them once for each station. With many stations that costs time twice: the loop has to dispatch all these
# operations, and if you compile it, as [a later page](../jax/compilation.py) does, the compiler has to process each.

# %% [markdown]
# ## Choose the batch axis with `in_axes` and `out_axes`
#
# By default `vmap` takes the first axis of *every* array in its arguments as the batch, so these axes must have the
# same length, and a length of 1 is not stretched. Pass three stations and only two days:

# %% raises="ValueError" match="inconsistent sizes for array axes to be mapped"
jax.vmap(two_day_rain)(rain, jnp.array([0, 1]))

# %% [markdown]
# The message names both arguments and the length of their batch axes: 3 for `x`, 2 for `day`. Now suppose that the
# storm began on day 1 everywhere. A single number has no axis that could be the batch:

# %% raises="ValueError" match="its rank should be at least 1, but is only 0"
jax.vmap(two_day_rain)(rain, 1)

# %% [markdown]
# So declare it shared. As a tuple, `in_axes` has one entry for each positional argument: the number of its batch axis,
# or `None` for "the same for every example".

# %%
same_day = jax.vmap(two_day_rain, in_axes=(0, None))(rain, 1)
every_day = jax.vmap(two_day_rain, in_axes=(None, 0))(rain[1], jnp.arange(3))
days_first = jax.vmap(two_day_rain, in_axes=(1, 0))(rain.T, days)
print("all stations, day 1:       ", same_day)
print("station 1, days 0, 1 and 2:", every_day)
print("a table with days as rows: ", days_first)

# %% tags=["plot", "cover"] alt="Three calls: x, day and result, a colour for each example: rows, days or columns; what is shared is grey."
# Caption: The axis along which the examples lie is the number in `in_axes`; what all of
# them share has `None`.
from snippets.drawing import array, arrow, canvas, note


def stripes(x, y, values, axis, of):
    """Draw an array with a colour for each example, or in grey if all share it."""
    parts = [values] if axis is None else jnp.moveaxis(values, axis, 0)
    for number, part in enumerate(parts):
        right, down = (0, 2 * number) if axis == 0 else (2 * number, 0)
        grid = part[:, None] if axis == 1 else part
        color = "0.5" if axis is None else ("C0", "C4", "C5")[number]
        array(axes, x + right, y + down, grid, (), color, 2, ".0f", of)


axes, y = canvas(27.5), 2.4
for place, name, of in (
    (5, "x", "def two_day_rain(x, day)"),
    (14, "day", "def two_day_rain(x, day)"),
    (32, "result", "return x[day] + x[day + 1]"),
):
    note(axes, place, 1, name, of=of)
for x, day, given, in_axes, result, name in (
    (rain, jnp.array(1), "(rain, 1)", (0, None), same_day, "same_day"),
    (
        rain[1],
        jnp.arange(3),
        "(rain[1], jnp.arange(3))",
        (None, 0),
        every_day,
        "every_day",
    ),
    (rain.T, days, "(rain.T, days)", (1, 0), days_first, "days_first"),
):
    of = f"{name} | {result}"
    stripes(1, y, x, in_axes[0], given)
    stripes(13, y, day, in_axes[1], given)
    mapped = f"in_axes={in_axes}"
    arrow(axes, (15.8, y + 3), (30.4, y + 3), mapped, of=mapped)
    stripes(31, y, result, 0, of)
    y += 8.5
plt.show()

# %% [markdown]
# One colour is one example, so read `in_axes` off the picture: 0 where the examples are rows or single numbers, 1 where
# they are columns, and `None` for the day or the station that all of them share.
#
# What if you want every station on every day? `vmap` returns an ordinary function, so you can map it again: first
# over the days of one station, then over the stations.

# %%
for_all_days = jax.vmap(two_day_rain, in_axes=(None, 0))  # (4,), (3,) -> (3,)
table = jax.vmap(for_all_days, in_axes=(0, None))(rain, jnp.arange(3))
by_day = jax.vmap(for_all_days, in_axes=(0, None), out_axes=1)(rain, jnp.arange(3))
print("table:", table, "by_day:", by_day, sep="\n")

# %% [markdown]
# In `table` each station has a row and each day a column. `out_axes` says where the batch axis goes in the result:
# to the front by default, and with `out_axes=1` the stations become the columns.

# %% [markdown]
# ## Exercise: predict the shapes
#
# `outer` multiplies every entry of one vector by every entry of another. Which shape does each of the six calls
# return? Some of them raise an error.


# %%
def outer(x, w):  # x: (N,), w: (M,)
    return x[:, None] * w[None, :]  # (N, M)


a, b, c = jnp.ones((3, 4)), jnp.ones((3, 5)), jnp.ones((6, 5))
calls = {
    1: lambda: jax.vmap(outer)(a, b),
    2: lambda: jax.vmap(outer, in_axes=(1, None))(a, b[0]),
    3: lambda: jax.vmap(outer, in_axes=(1, 0))(a, b),
    4: lambda: jax.vmap(outer, in_axes=(0, None), out_axes=2)(a, b[0]),
    5: lambda: jax.vmap(outer)(a, a[:, 0]),
    6: lambda: jax.vmap(jax.vmap(outer, in_axes=(None, 0)), in_axes=(0, None))(a, c),
}

# %% [markdown]
# Define `predicted_shapes`, a dictionary with an entry for each call: its shape as a tuple, or the word
# `"raises"`. Predict before you run anything. For each call, ask which shapes `x` and `w` have *inside* `outer`.

# %% exercise="vmap-shapes" kind="predict" minutes="6"
# Each is a shape, such as (2, 2), or "raises":
# predicted_shapes = {
#     1: ...,
#     2: ...,
#     3: ...,
#     4: ...,
#     5: ...,
#     6: ...,
# }
### BEGIN SOLUTION
predicted_shapes = {
    1: (3, 4, 5),  # rows of a with rows of b
    2: (4, 3, 5),  # four columns of a, each of length 3, with one w
    3: "raises",  # axis 1 of a has length 4, axis 0 of b has length 3
    4: (4, 5, 3),  # three results of shape (4, 5), stacked along axis 2
    5: "raises",  # w is one number inside outer and cannot be indexed
    6: (3, 6, 4, 5),  # inner: rows of c; outer: rows of a
}
### END SOLUTION


# %% check="vmap-shapes"
from publishing.teaching.checking import predicted


def _shape_or_raises(call):
    try:
        return call().shape
    except (ValueError, IndexError):
        return "raises"


_used = outer, a, b, c  # by the calls
predicted(
    globals(),
    "predicted_shapes",
    {number: _shape_or_raises(call) for number, call in calls.items()},
    {
        number: f'Call {number}: {hint} Read "Choose the batch axis with in_axes and out_axes" again.'
        for number, hint in {
            1: "What is left of (3, 4) and (3, 5) without the batch axis, and where do the results stack?",
            2: "Axis 1 of `a` is the batch: how many examples does that make, and how long is each?",
            3: "Compare the lengths of the two axes that are mapped.",
            4: "What is the shape of one result, and where does `out_axes` put the batch axis?",
            5: "Which shape does `w` have inside `outer`, and does `w[None, :]` work on it?",
            6: "What does the inner vmap share, what does it go through, and what does the outer one?",
        }.items()
    },
)
print("All six agree with what JAX returns.")

# %% [markdown]
# ## Arguments by name
#
# An argument passed by name has no entry in `in_axes`. It is mapped along its first axis, so `day=days` works. A
# shared day fails:

# %% raises="ValueError" match="positional arguments"
jax.vmap(two_day_rain, in_axes=(0, None))(rain, day=1)

# %% [markdown]
# Pass it by position, or bind it: `jax.vmap(functools.partial(two_day_rain, day=1))(rain)`.
#
# ## An index out of range is clamped, not an error
#
# So far the days stopped at 2, because day 3 is the last and the day after it was not measured. Ask for day 3 anyway:

# %%
print(two_day_rain(rain[0], 3))

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The station measured 1, 2, 3 and 4 mm. NumPy refuses index 4, as the next cell shows. What does JAX read for an index
# beyond the end?
#
# - [{{ bool(rain[0][4] == rain[0][0]) }}] The first entry: it goes round, like a clock.
# - [{{ bool(rain[0][4] == rain[1][0]) }}] What comes next in memory: the next station.
# - [{{ bool(rain[0][4] == rain[0][9] == rain[0][3]) }}] The nearest entry that there is: the last.
#
# </div>

# %% raises="IndexError" match="out of bounds"
two_day_rain(np.asarray(rain[0]), 3)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `x[3]` is 4. `x[4]` does not exist, so JAX reads the nearest entry that does, `x[3]` once more. It *clamps* the
# index to the array, and $4 + 4 = 8$.
#
# Why? The index may be a tracer: under `vmap` it carries many indices at once, and under `jax.jit`, on the next page,
# its value is not known while the operations are recorded. The program that runs later has no Python to raise an error
# in, so an index needs *some* result. JAX treats a plain 4 here in the same way. It does raise an error for some
# mistakes that the shapes alone give away, such as `x[0]` of an empty array, or two indices on one axis. And
# [`checkify`](../training/testing.py) with `index_checks` can check such indices.
#
# </details>
#
# The 8 is the worst kind of error, because it looks like rain. And other operations do not clamp:

# %%
x = rain[0]
print("x[4]              ", x[4])
print("jnp.take(x, 4)    ", jnp.take(x, 4))
print("x.at[4].set(99.0) ", x.at[4].set(99.0))

# %% [markdown]
# Indexing clamps, `jnp.take` returns `nan` (*not a number*), and setting an entry out of range does nothing. Since
# integers have no `nan`, `jnp.take` returns the lowest number of their dtype, or the highest if it is unsigned.
#
# To be safe, choose the result yourself. `x.at[i].get(...)` reads, and with `mode="fill"` it returns `fill_value` for
# an index out of range. If that is `nan`, for floats, a sum with it is `nan` too, so that you notice:


# %%
def two_day_rain_or_nan(x, day):
    following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
    return x[day] + following


print("clamped:", jax.vmap(two_day_rain)(rain, jnp.array([0, 3, 1])))
print("filled: ", jax.vmap(two_day_rain_or_nan)(rain, jnp.array([0, 3, 1])))

# %% [markdown]
# The station with the impossible day now gets `nan`. A negative index still counts from the end, as in Python, so a
# function that looks one day *back* would read the last day when `day` is 0. If you add `wrap_negative_indices=False`,
# `get` treats that as out of range too.

# %% [markdown]
# ## Exercise: repair a function so that `vmap` accepts it
#
# This time the day is not given. `storm_rain` looks for the first day with *more than* 5 mm, and returns the rain
# of that day and the next. It should return `nan` if there is no such day, and also if that day is the last, since
# the next one was not measured. Called for one station after the other, it almost works:


# %%
def storm_rain(x):  # x: (T,)
    for day in range(len(x)):
        if x[day] > 5.0:
            return x[day] + x[day + 1]
    return jnp.nan


week = jnp.array(  # (4, 5)
    [
        [0.0, 2.0, 7.0, 1.0, 9.0],
        [6.0, 0.0, 0.0, 9.0, 3.0],
        [0.0, 1.0, 5.0, 2.0, 0.0],
        [0.0, 0.0, 3.0, 1.0, 8.0],
    ]
)
print([float(storm_rain(x)) for x in week])

# %% [markdown]
# The first three are right, and the last should be `nan`. Worse, `vmap` rejects the function:

# %% raises="TracerBoolConversionError" match="boolean conversion of traced array"
jax.vmap(storm_rain)(week)

# %% [markdown]
# Here `x[day]` carries the values of four stations at once, while an `if` needs a single yes or no. Define
# `storm_rain(x)` without these two faults. It still takes *one* station, of shape `(T,)` for any $T \geq 2$, with
# `float32` from 0 up, and returns one number; `jax.vmap(storm_rain)(week)` should give 8, 6, `nan` and `nan`.
#
# <details>
# <summary>Hint</summary>
#
# Replace the search by operations on the whole row. `x > 5.0` is an array of booleans, and `jnp.argmax` of it is the
# index of the first `True` (or 0 if there is none). `jnp.where(condition, u, v)` chooses between two numbers, and
# accepts tracers.
#
# </details>


# %% exercise="storm-rain" kind="repair" minutes="10"
def storm_rain(x):
    """Rain of the first day above 5 mm and the next, or nan; x is (T,), the result ()."""
    ### BEGIN SOLUTION
    heavy = x > 5.0  # (T,)
    day = jnp.argmax(heavy)  # the first yes, or 0
    following = x.at[day + 1].get(mode="fill", fill_value=jnp.nan)
    return jnp.where(heavy.any(), x[day] + following, jnp.nan)
    ### END SOLUTION


# %% check="storm-rain"
from publishing.teaching.checking import Check

_trace = 'Read "vmap traces your function once" again.'
_index = 'Read "An index out of range is clamped, not an error" again.'
_stops = {
    "nonzero": f"How many entries a condition finds is not known while tracing. {_trace}",
    "TracerBool": f"`if`, `while` and `and` need a yes or no, which a tracer does not have. {_trace}",
    "NonConcreteBooleanIndex": f"How long is what a condition picks? {_trace}",
    "TracerArray": f"NumPy cannot use a tracer. {_trace}",
    "UnexpectedTracer": f"A tracer of an earlier call was kept. {_trace}",
    "racer": f"int(), float() and range() need a number, which a tracer does not have. {_trace}",
    "": f"Inside, x is one station, of shape (T,): is it mapped or indexed once more? {_trace}",
}
_read = "Exercise: repair a function so that vmap accepts it"
_check = Check(globals(), "storm_rain", _read, _stops)


def _rains(x, heavy=None, day=None, after=np.nan, none=np.nan):  # x: (B, T)
    heavy = x > 5 if heavy is None else heavy
    day = heavy.argmax(axis=1) if day is None else day
    rows, following = np.arange(len(x)), np.broadcast_to(after, len(x))
    rain = x[rows, day] + np.column_stack([x, following])[rows, day + 1]
    return np.where(heavy.any(axis=1), rain, none)


def _case(x, days):
    x, when = x[:, -days:], f"For stations and days {(len(x), days)}, "
    heavy, right = x > 5, _rains(x)
    last = days - 1 - heavy[:, ::-1].argmax(axis=1)
    wettest, start = _rains(x, day=x.argmax(axis=1)), _rains(x, none=x[:, 0] + x[:, 1])
    amount = x[np.arange(len(x)), heavy.argmax(axis=1)]
    amount = np.where(heavy.any(axis=1), amount, np.nan)
    others = {
        "a day with exactly 5 mm does not have *more than* 5 mm.": _rains(x, x >= 5),
        "that is the last such day, not the first.": _rains(x, day=last),
        "that is the day with the most rain, not the first such day.": wettest,
        "the rain of the next day is not added.": amount,
        "that is the next day alone.": right - amount,
        f"the last day is counted twice. {_index}": _rains(x, after=x[:, -1]),
        f"after the last day comes the first. {_index}": _rains(x, after=x[:, 0]),
        f"what was not measured counts as 0. {_index}": _rains(x, after=0),
        "without such a day it should be nan, not 0.": _rains(x, none=0),
        "without such a day it should be nan; what is argmax of no yes at all?": start,
        "": f"Is it the first day above 5 mm and the next in its row? {_index}",
    }
    yours = _check.call(jnp.array(x), by=jax.vmap, when=when)
    one = getattr(yours, "shape", right.shape) == right.shape
    told = "for each station it should return one number, of shape ()."
    _check.require(one, f"{when}{told}")
    _check.agrees(yours, right, others, when, rtol=1e-5)
    yours, when = _check.call(jnp.array(x[0])), "For one station, "
    told = {"": f"With vmap it agrees. {_trace}"}
    _check.agrees(yours, right[0], told, when, rtol=1e-5)


_draw, _many = np.random.default_rng(5), np.random.default_rng().integers(1040, 1100)
_rows = [[1, 2, 0, 3], [0, 1, 5, 6.5], [7, 2, 0, 0], [1, 5, 2, 0], [0, 6, 1, 9]]
_rows += [[5, 0, 8, 2], [1, 0, 3, 6], [9, 8, 7, 6], [0, 5.000001, 3, 1]]
_rows += [[1e-3, 1e4, 2e4, 0], [0, 7, 0, 2]]
_short = [[3, 9], [7, 5], [5, 4], [0, 0], [6, 8]]
_rare = np.where(_draw.random((9, _many)) < 0.01, 1e3, 5) * _draw.random((9, 1))
_rare[0] = 3 + 6 * (np.arange(_many) == _many - 2)
_sizes = np.repeat([11, 14, 40, 3000], 15)[:, None]  # of half millimetres
_halves = _draw.integers(0, _sizes, (60, 7)) / 2
_all = map(np.float32, (_rows, _short, _rare, _halves))
_check.over(_case, *((x, x.shape[1]) for x in _all))
print("Agrees with a loop over the days: early, late, several and no storms.")

# %% [markdown]
# ## `jax.tree.map` is not `vmap`
#
# An example often has several parts, kept together in a pytree. Here are 1000 stations, each with the rain of four
# days and its height in metres:

# %%
stations = {"rain": jnp.ones((1000, 4)), "height": jnp.ones(1000)}

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `jax.tree.map(f, tree)`, which you [know from gradients](gradients.py#gradients-of-dictionaries-and-other-pytrees), is
# sometimes said to work like `vmap`. How often does each of them call your function on `stations`, and with what?
#
# - [{{ len(jax.tree.leaves(stations)) == len(seen) == 2 }}] Both twice: once with each of the two arrays.
# - [{{ len(seen) == 1 < len(jax.tree.leaves(stations)) }}] `tree.map` twice, with arrays; `vmap` once, with one station.
# - [{{ len(seen) == 1000 }}] `tree.map` twice, with arrays; `vmap` 1000 times, with stations.
#
# </div>


# %% tags=["predict"]
def spy(part):
    seen.append(jax.tree.map(jnp.shape, part))  # the shape of every leaf
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
# `tree.map` called it twice, once per leaf, each time with the whole array of 1000 rows: it is a Python loop over
# the leaves. `vmap` called it once, with one *station*: a dictionary with the same names whose leaves have lost
# their batch axis. `tree.map` splits a tree into leaves, `vmap` splits a batch into examples.
#
# </details>
#
# So `vmap` accepts trees, and can return a tree whose leaves have a batch axis.
#
# ## A gradient for every point: `vmap` of `grad`
#
# The page on gradients drew an arrow at every point of a grid in a Python loop. But `jax.grad(height)` is a function of
# one point, so you can map it:


# %%
def height(p):  # p: (2,)
    return p[0] * jnp.exp(-(p[0] ** 2) - p[1] ** 2)


side = np.linspace(-1.6, 1.6, 13)
points = jnp.array([(p0, p1) for p0 in side for p1 in side], jnp.float32)  # (169, 2)
arrows = jax.vmap(jax.grad(height))(points)  # (169, 2)
print(arrows.shape)

# %% tags=["hidden"]
for _i in range(0, 169, 24):
    assert np.allclose(arrows[_i], jax.grad(height)(points[_i]), atol=1e-5)

# %% [markdown]
# That is {{ len(points) }} gradients in one call. Read the expression from the inside: the height at one point, the
# gradient at one point, the gradients at all points.
#
# ## The gradient of a batch hides its examples
#
# Now take a model with parameters, the weights $w$ and a bias $b$, that predicts a number from an example $x$ with $D$
# entries. The loss of *one* example is the squared difference from its target $y$:
#
# $$\ell(w, b; x, y) = \Big( \sum_{d=1}^{D} x_d w_d + b - y \Big)^2$$


# %%
def example_loss(params, x, y):  # x: (D,), y: ()
    r = x @ params["w"] + params["b"] - y
    return r**2


draw = np.random.default_rng(0)
inputs = jnp.array(draw.normal(size=(128, 3)), jnp.float32)  # (B, D)
noise = jnp.array(draw.normal(size=128), jnp.float32)
targets = 12 * inputs[:, 0] + 6 + noise  # (B,)
targets = targets.at[41].add(15.0)  # one mistake
params = {"w": jnp.zeros(3), "b": jnp.zeros(())}

# %% [markdown]
# The targets follow the rule $y = 12 x_0 + 6$, plus a little noise; $x_1$ and $x_2$ play no part. Target 41 is off
# by 15, as if someone had mistyped it. Will the gradients find it?
#
# To get gradients for a batch, you might map the loss and then differentiate. The parameters are shared by all
# examples, and one `None` covers the whole dictionary:

# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.grad(jax.vmap(example_loss, in_axes=(None, 0, 0)))(params, inputs, targets)

# %% [markdown]
# The mapped loss returns {{ len(targets) }} numbers, but `grad` needs a single one. There are two ways out. The first
# is to take the mean of the losses and differentiate *that*:


# %%
def mean_loss(params, x, y):  # x: (B, D), y: (B,)
    losses = jax.vmap(example_loss, in_axes=(None, 0, 0))(params, x, y)  # (B,)
    return jnp.mean(losses)


batch_gradient = jax.grad(mean_loss)(params, inputs, targets)
print(batch_gradient)

# %% [markdown]
# This is the gradient that training uses. Its entries for $w_0$ and $b$ are large and negative, so both should grow. But a
# mean does not show what it is made of. Since the gradient of a sum is the sum of the gradients,
#
# $$\nabla \Big( \frac{1}{B} \sum_{i=1}^{B} \ell_i \Big) = \frac{1}{B} \sum_{i=1}^{B} \nabla \ell_i ,$$
#
# it is the mean of the gradients $\nabla \ell_i$ of the single examples. The second way out is to compute those, the
# **per-example gradients**. They show which examples pull hardest, and they let you limit how much each one can change
# the model, as differentially private training does. This needs examples that do not influence each other's loss; with
# batch normalisation they do, through the mean of the batch.

# %% [markdown]
# ## Exercise: clip each gradient, then average
#
# In differentially private training, no example may change the model by more than a limit. So the gradient of each
# example is *clipped*: if its norm is above the limit, it is scaled down to a norm equal to the limit, in the same
# direction; if not, it remains as it is. Then comes the mean. The norm is that of the whole gradient, the root of the
# sum of the squares of all entries of all its arrays.
#
# Define `clipped_mean_gradient(loss, params, x, y, limit)`: the mean of the gradients of all examples, each of them
# clipped to the positive number `limit`.
#
# - `loss(params, x, y)` is the loss of *one* example, as `example_loss` is. `params` is any tree of `float32` arrays, and
#   the result is a tree like it.
# - The first axis of `x` and of `y` counts the same $B \geq 1$ examples. Both may have further axes.
# - An example may fit exactly, so that its gradient is zero.
# - Python may run `loss` at most twice, whatever $B$ is.
#
# For a list of gradients, plain loops say what the result is:


# %%
def slow_clipped_mean(gradients, limit):
    mean = dict.fromkeys(gradients[0], 0.0)
    for gradient in gradients:
        size = np.sqrt(sum(np.sum(entries**2) for entries in gradient.values()))
        shrink = limit / size if size > limit else 1.0
        for name, entries in gradient.items():
            mean[name] += shrink * entries / len(gradients)
    return mean


long, short = (
    {"w": np.array([3.0, 0.0]), "b": 4.0},
    {"w": np.array([0.0, 1.0]), "b": 0.0},
)
print(slow_clipped_mean([long, short], limit=2.5))

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Start with one example: which function gives *its* gradient, and which function clips it? Then map. Decide for each
# argument whether it is batched or shared. If a gradient is zero, what is the limit divided by its norm?
#
# </details>


# %% exercise="per-example-gradients" kind="build" minutes="12"
def clipped_mean_gradient(loss, params, x, y, limit):
    """Mean of the examples' gradients, each of a norm of at most limit, like params."""

    ### BEGIN SOLUTION
    def clipped(x, y):
        gradient = jax.grad(loss)(params, x, y)
        squares = sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient))
        shrink = limit / jnp.maximum(jnp.sqrt(squares), limit)  # 1 for a small one
        return jax.tree.map(lambda leaf: shrink * leaf, gradient)

    gradients = jax.vmap(clipped)(x, y)
    return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
    ### END SOLUTION


# %% check="per-example-gradients"
from jax.flatten_util import ravel_pytree

from publishing.teaching.checking import Check

_axes = 'Read "Choose the batch axis with in_axes and out_axes" again.'
_grad = 'Read "A gradient for every point: vmap of grad" again.'
_stops = {
    "scalar-output": f"grad gets several losses. Is vmap outside grad, and does it map x and y? {_grad}",
    "inconsistent sizes": f"Which axis of x is the batch, and is something mapped that is shared? {_axes}",
    "rank should be at least": f"Is something mapped that all examples share? {_axes}",
    "racer": f"float(), `if` and min() need a value, which a tracer does not have. {_grad}",
    "tuple indices": "What names w and b? params may be any tree, and loss is the argument.",
    "'tuple'": "params may be a tuple, too: jax.tree.leaves gives the arrays of any tree.",
    "index out of range": f"Has an example lost an axis? x may have more, and a batch one example. {_axes}",
    "": f"Does grad see one example at a time, and any tree of params? {_grad}",
}
_read = "Exercise: clip each gradient, then average"
_check = Check(globals(), "clipped_mean_gradient", _read, _stops)


def _of_a_tree(params, x, y):  # x: (D, 2), y: (3,)
    hidden, (scale,) = params
    h = jnp.tanh(jnp.mean(x, axis=1) @ hidden["z"][:, 0, 0] + hidden["a"])  # (3,)
    return jnp.sum((scale * h - y) ** 2)


def _case(b, d, size, loss):
    draw, linear = np.random.default_rng(3), loss is example_loss
    shapes = ((d,), (), ()) if linear else ((d, 1, 1, 3), (3,), (1, 1))
    more = ((b, d), (b,)) if linear else ((b, d, 2), (b, 3))
    w, c, scale, x, y = (
        jnp.array(size * draw.normal(size=shape), float) for shape in (*shapes, *more)
    )
    params = {"w": w, "b": c} if linear else ({"z": w, "a": c}, (scale[0],))
    if linear:  # these fit exactly
        x, y = x.at[5:].set(0), y.at[5:].set(c)
    slopes = jax.jit(jax.vmap(jax.grad(loss), (None, 0, 0)))(params, x, y)
    each = [np.reshape(leaf, (b, -1)) for leaf in jax.tree.leaves(slopes)]
    leaves = np.repeat(np.arange(len(each)), [leaf.shape[1] for leaf in each])
    each, back = np.concatenate(each, axis=1, dtype=float), ravel_pytree(params)[1]
    norms, plain = np.linalg.norm(each, axis=1, keepdims=True), each.mean(axis=0)
    own = np.sqrt(each**2 @ (leaves[:, None] == leaves))
    safe, own = (np.where(norms == 0, 1, norms) for norms in (norms, own))
    for limit in (float(np.median(norms[:5])), 1e-3 * size, 1e3 * size**2):
        factor, first = (np.minimum(1, limit / n) for n in (safe, own[:, :1]))
        small, sizes = norms <= limit, (np.linalg.norm(g) or 1 for g in (plain, norms))
        of_mean, shared = (min(1, limit / size) for size in sizes)
        factors = {
            "gradients below the limit are scaled up to it.": limit / safe,
            "some examples add nothing. Is a gradient scaled, and no loss cut off?": small,
            "each array is clipped by its own norm.": np.minimum(1, limit / own),
            "that is the norm of the first array alone.": first,
            "the norm lacks its square root.": np.minimum(1, limit / safe**2),
            "all examples share a factor; each has its own norm.": shared,
            "a zero gradient became nan. What is divided by its norm?": np.nan,
            "the mean is clipped. What comes first?": of_mean,
            "nothing is clipped.": 1,
            "that is the other sign.": -factor,
            "that is the sum.": b * factor,
        }
        slips = {told: (by * each).mean(axis=0) for told, by in factors.items()}
        slips["single entries are clipped."] = each.clip(-limit, limit).mean(axis=0)
        others = {slip: back(np.float32(g)) for slip, g in slips.items()}
        lacks = "the mean over the examples is missing."
        others[lacks] = jax.vmap(back)(np.float32(factor * each))
        when, runs = f"For a batch of {b} and the limit {limit:.3g}, ", []

        def counted(*args, runs=runs):
            runs.append(args)
            return loss(*args)

        yours = _check.call(counted, params, x, y, limit, when=when)
        told = f"Python runs the loss {len(runs)} times. What runs once for a batch?"
        _check.require(len(runs) < 3, f"{when}{told} {_axes}")
        others[""] = "Has each gradient its own factor, and is the mean taken then?"
        if jax.tree.structure(yours) != jax.tree.structure(params):
            others[""] = "Is it a gradient by params, and a tree of the same form?"
        true = back(np.float32((factor * each).mean(axis=0)))
        rounding = 3e-5 * min(limit, norms.max())  # large gradients may cancel
        _check.agrees(yours, true, others, when, rtol=2e-4, atol=rounding)


_many = int(np.random.default_rng().integers(300, 400))
_check.over(
    _case,
    (4, 3, 1.0, example_loss),
    (1, 2, 1.0, _of_a_tree),
    (7, 5, 40.0, example_loss),
    (6, 1, 1e-7, example_loss),
    (_many, _many // 20, 3.0, _of_a_tree),
)
print("Agrees for two losses and trees, small and large batches and limits.")

# %% [markdown]
# ## Per-example gradients cancel in the mean
#
# First test the formula above: the mean over the batch axis should be the batch gradient.

# %%
per_example_gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))
gradients = per_example_gradients(params, inputs, targets)
for name in params:
    print(name, jnp.mean(gradients[name], axis=0), "and", batch_gradient[name])

# %% [markdown]
# How large is the gradient of each example? Take its norm, the root of the sum of all squared entries: write it for one
# gradient, map it, and evaluate it at two points, where all parameters are zero and where the mean loss is lowest.
# (`lstsq` finds the second without training, because the model is linear.)


# %%
def norm(gradient):  # of one example: w is (D,), b is ()
    return jnp.sqrt(jnp.sum(gradient["w"] ** 2) + gradient["b"] ** 2)


columns = np.column_stack([inputs, np.ones(len(inputs))])  # (B, D + 1)
solution = np.linalg.lstsq(columns, np.asarray(targets))[0]  # w, then b
best = {"w": jnp.array(solution[:3], jnp.float32), "b": jnp.float32(solution[3])}

norms, batch_norms = {}, {}
for place, p in {"parameters zero": params, "lowest mean loss": best}.items():
    norms[place] = jax.vmap(norm)(per_example_gradients(p, inputs, targets))  # (B,)
    batch_norms[place] = norm(jax.grad(mean_loss)(p, inputs, targets))
    print(f"{place}: average norm {norms[place].mean():.2f},", end=" ")
    print(f"norm of the batch gradient {batch_norms[place]:.2f}")

# %% tags=["plot"] alt="Norms of 128 gradients, sorted, and of their mean: 31 with parameters zero, 0 at the lowest loss."
# Caption: At the lowest loss the single gradients do not vanish; they cancel.
figure, panels = plt.subplots(2, 1, figsize=(5.4, 6), layout="constrained", sharex=True)
labels = {"parameters zero": (8, -12, "left"), "lowest mean loss": (-8, -4, "right")}
for axes, (place, each) in zip(panels, norms.items(), strict=True):
    order, height_of_line = np.argsort(each), float(batch_norms[place])
    axes.plot(each[order], "C0.")
    axes.axhline(height_of_line, color="C1")
    below = height_of_line - 0.02 * float(each.max())
    axes.text(128, below, "batch gradient", color="C1", ha="right", va="top")
    wrong = (int(np.flatnonzero(order == 41)[0]), float(each[41]))
    axes.plot(*wrong, "C3o")
    right, up, side = labels[place]
    axes.annotate(
        "example 41",
        wrong,
        (right, up),
        textcoords="offset points",
        color="C3",
        ha=side,
    )
    axes.set(ylabel="norm of the gradient", title=place)
    axes.set_ylim(-0.14 * float(each.max()))
panels[1].set_xlabel("examples, from smallest to largest norm")
plt.show()

# %% tags=["hidden"]
_zero, _best = map(np.asarray, norms.values())
assert 30 < batch_norms["parameters zero"] < 32
assert batch_norms["lowest mean loss"] < 0.1
assert np.argmax(_best) == 41
assert _zero[41] < np.median(_zero)

# %% [markdown]
# With all parameters zero, the average norm is {{ norms["parameters zero"].mean():.0f }}, and the batch gradient has a
# norm of {{ batch_norms["parameters zero"]:.0f }}. Most examples agree that $w_0$ and $b$ must grow, and their other
# components cancel in the mean. Example 41 looks ordinary here.
#
# At the lowest mean loss the batch gradient is zero up to rounding, but the individual gradients are not, because each
# example, with its own noise, would prefer other parameters. Example 41 now stands out. Even if you did not know about
# the mistake, you would now know where to look.
#
# This also matters for training: a small batch averages only a few of these gradients, and if the model cannot fit each
# target, that average is rarely zero. At a constant learning rate, training on small batches then usually moves about
# the minimum. Where it can fit each of them, training can settle, because each example's own gradient is zero there.
#
# In research code, a loss usually takes `(params, batch)`, with `x` and `y` in one tuple. Then a single 0 covers all
# leaves of the batch, as the `None` covers those of the parameters:


# %%
def loss_fn(params, batch):  # one example: x is (D,), y is ()
    x, y = batch
    return (x @ params["w"] + params["b"] - y) ** 2


batch = (inputs, targets)
same_gradients = jax.vmap(jax.grad(loss_fn), in_axes=(None, 0))(params, batch)
print(jax.tree.map(jnp.shape, same_gradients))


# %% [markdown]
# ## Too many rows for the memory: `jax.lax.map` takes a few at a time
#
# The gradients of {{ len(targets) }} examples take {{ len(targets) }} times the memory of the parameters, which is
# nothing here and too much for a large network. If you need only one number per example, such as the norm of its
# gradient, `jax.lax.map` with `batch_size` works on that many rows at a time:


# %%
def gradient_norm(example):  # one example: x is (D,), y is ()
    return norm(jax.grad(loss_fn)(best, example))


in_groups = jax.lax.map(gradient_norm, batch, batch_size=50)  # 50, 50 and 28 examples
print(in_groups.shape, jnp.allclose(in_groups, norms["lowest mean loss"], atol=1e-3))

# %% [markdown]
# The function takes one argument, here a tuple, whose leaves are mapped along their first axis. Keep `grad` inside:
# around `lax.map`, without `jax.checkpoint`, it stores what all rows need. Compiled, `vmap` may need less memory than
# all rows, because XLA fuses operations; [Memory and compile
# time](../training/memory.py#a-large-vmap-in-chunks-jaxlaxmap) measures what groups save.

# %% [markdown]
# ## What can go wrong
#
# - `ValueError: vmap got inconsistent sizes for array axes to be mapped`. The batch axes differ in length; the message
#   shows examples. Is one argument shared, or is its batch on another axis? Pass it by position, and say so with
#   `in_axes`.
# - `ValueError: vmap was requested to map its argument along axis 0, which implies that its rank should be at least 1,
#   but is only 0`. A single number has no batch axis: if all examples share it, pass it by position, with the entry
#   `None`.
# - `TypeError: Gradient only defined for scalar-output functions`. Perhaps you took the gradient of a mapped loss. Map
#   the gradient instead, or take the mean first.
# - `TracerBoolConversionError: Attempted boolean conversion of traced array`. An `if` or the like inside the mapped
#   function usually depends on mapped data. (On a shared argument it works, unless that is a tracer too.) Choose
#   between two results with `jnp.where`, or check the numbers before you call `vmap`.
# - No message: `x[i]` beyond the end of a JAX array reads the last entry. Read with `.at[i].get(mode="fill")`, or check
#   the index first.
# - No message: a function for one example gets the whole batch and broadcasts, or the batch of a square table is on
#   the other axis. Print the shapes inside the function.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - `jax.vmap(f)` runs `f` once, with tracers that look like one example, and turns its operations into operations on
#   the whole batch. `in_axes` names the batch axis of each positional argument, `None` shares it, and `out_axes` places
#   the batch axis of the result. `jax.lax.map` with `batch_size` takes a few rows at a time.
# - `jax.tree.map` loops over the leaves of a tree; `vmap` maps over the examples in all leaves at once.
# - Out of range, `x[i]` of a JAX array reads the nearest entry, `jnp.take` gives `nan` (of floats), and `x.at[i].set`
#   does nothing. `x.at[i].get(mode="fill")` lets you choose.
# - `jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))` computes a gradient for each example. Here their mean was the
#   gradient of the mean loss; with batch normalisation it is not.
#
# Next: [`jit`, what it refuses, and how to time it](../jax/compilation.py) compiles the functions that you now know
# how to differentiate and batch.
