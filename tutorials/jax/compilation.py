# %% [markdown]
# # `jit`, what it refuses, and how to time it
#
# `jax.jit` compiles a function into one program, which usually runs faster. While it compiles, arguments usually have no
# values, so Python code that needs one fails.

# %% tags=["short"]
import jax
import jax.numpy as jnp


@jax.jit
def leaky(x):  # where, not `if x > 0`
    return jnp.where(x > 0, x, 0.1 * x)


x = jnp.array([-1.0, 0.0, 1.0])
print(leaky(x))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - read what `jit` records, and repair `if`, `x[x > 0]`, `jnp.arange(n)` and `float(x)`;
# - predict which calls make JAX trace and compile again, and have JAX tell you why;
# - time a JAX function so that the number means something.
#
# You need: [gradients, tracers and pytrees](gradients.py), and [`vmap`](batching.py).
#
# </div>

# %% [markdown]
# ## `jit` traces your function once
#
# Without `jit`, JAX sends one small operation after another to the device and returns to Python after each. With `jit`
# a pure function of JAX arrays usually computes nearly the same: XLA may round differently, or lose, say, [a
# `nan`](#a-mask-mark-the-entries-instead-of-picking-them). Put a `print` into a function and call it twice:

# %%
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


@jax.jit  # the same as shrink = jax.jit(shrink) after the definition
def shrink(x):
    print("Python runs, with", x)
    return x / (1 + jnp.sum(x**2))


x = jnp.array([1.0, -2.0, 3.0])
print("first: ", shrink(x))
print("second:", shrink(2 * x))

# %% [markdown]
# Your Python ran only once. During that run `x` was a **tracer**, which knows less than a tracer of `jax.grad`: its
# shape and dtype, `float32[3]`, but no values. JAX recorded each operation on it, which is called **tracing**, and the
# record is a **jaxpr**, like [the one you printed](gradients.py#one-run-with-tracers) of a gradient:

# %%
jax.make_jaxpr(lambda x: x / (1 + jnp.sum(x**2)))(x)

# %% [markdown]
# `a` is the input, each line is one operation and names its result, and the output follows `in`. The compiler, XLA,
# gets this whole record, so it can fuse operations instead of storing the arrays in between. A later call of the same
# kind, here the same shape and dtype, skips your Python and runs the compiled program; another shape is traced.

# %% tags=["plot", "cover"] alt="A call is traced to a record, which XLA makes a program; a second call with the same shape goes there."
# Caption: Your Python runs for the first call of a kind; later calls go straight to the
# program.
from snippets.drawing import DATA, RUNS, arrow, box, canvas, note

arguments = {"shrink(x)": x, "shrink(2 * x)": 2 * x, "shrink(ones(4))": jnp.ones(4)}
axes, programs, defined = canvas(20.5), {}, "def shrink(x)"
python = 'print("Python runs, with", x) | Python runs, with JitTracer(float32[3])'
again = '"second:", shrink(2 * x) | second:'
sources = (
    "x**2 | b:f32[3] = integer_pow[y=2] a",
    "jnp.sum(x**2) | reduce_sum[axes=(0,) out_sharding=None] b",
    "1 + jnp.sum(x**2) | d:f32[] = add 1.0:f32[] c",
    "x / (1 + jnp.sum(x**2)) | e:f32[3] = div a d",
)
for y, (call, argument) in zip((5.3, 11, 17), arguments.items(), strict=True):
    form, of = str(jax.typeof(argument)), defined if "ones" in call else call
    start = box(axes, 5.7, y, f"{call}\n{form}", DATA, 10.8, of)
    if form in programs:
        axes.plot([11.1, 31.3], [y, y], color=DATA, lw=1.4)
        arrow(axes, (31.3, y), programs[form], of=again)
        note(axes, 21.2, y - 0.9, "no Python, no trace", of=again, color=DATA)
        continue
    record = jax.make_jaxpr(lambda x: x / (1 + jnp.sum(x**2)))(argument)
    steps = box(axes, 19.5, y, "\n" * 3, width=8.6, of=python)
    arrow(axes, start, steps, "trace", color=RUNS, of=python)
    for row, (eqn, of) in enumerate(zip(record.eqns, sources, strict=True)):
        height = y + 1.35 * (row - 1.5)
        note(axes, 15.9, height, str(eqn.primitive), "left", of, family="monospace")
    programs[form] = box(axes, 31.3, y, f"for\n{form}", width=8, of="@jax.jit")
    arrow(axes, steps, programs[form], "XLA", color=RUNS, of="@jax.jit")
for place, text, of in (
    (5.7, "call", defined),
    (19.5, "record", python),
    (31.3, "program, kept", "@jax.jit"),
):
    note(axes, place, 1, text, of=of)
plt.show()

# %% [markdown]
# ## What `jit` refuses, and the repairs
#
# ### `if` on data: `jnp.where` or `lax.cond`
#
# This function leaves small numbers alone and caps others at one.


# %%
def capped(x):
    if x > 1:
        return 1.0
    return x


print(capped(0.5), capped(7.0))

# %% raises="TracerBoolConversionError" match="Attempted boolean conversion of traced array"
jax.jit(capped)(0.5)

# %% [markdown]
# The `if` asks "true or false?" during tracing, when there is no value to look at. Record both outcomes and the choice
# between them instead. `jnp.where` computes both and picks entry by entry, so it works for whole arrays. `jax.lax.cond`
# takes one condition and two functions; JAX traces both, and the program runs the one that is needed:


# %%
@jax.jit
def capped_where(x):
    return jnp.where(x > 1, 1.0, x)


@jax.jit
def capped_cond(x):
    return jax.lax.cond(x > 1, lambda x: 1.0, lambda x: x, x)


print(capped_where(jnp.array([0.5, 7.0])), capped_cond(0.5), capped_cond(7.0))

# %% tags=["hidden"]
assert capped_where(jnp.array([0.5, 7.0])).tolist() == [0.5, 1.0]
assert (capped_cond(0.5), capped_cond(7.0)) == (0.5, 1.0)


# %% tags=["hidden"]
def root(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0)


# %% [markdown]
# Under `vmap` a `cond` stays a `cond` if the examples share the condition. If each has its own, it becomes a `where`,
# and both branches run. Because `where` computes both branches, it can spoil a gradient.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# What is the gradient of `jnp.where(x > 0, jnp.sqrt(x), 0.0)` at 0?
#
# - [{{ jax.grad(root)(0.0) == 0 }}] 0, that of the branch that is chosen.
# - [{{ jnp.isnan(jax.grad(root)(0.0)) }}] `nan`, though one branch is chosen.
# - [{{ jnp.isinf(jax.grad(root)(0.0)) }}] `inf`, the slope of the root at 0.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is `nan`, as in [A gradient that is
# `nan`](gradients.py#a-gradient-that-is-nan-the-length-of-a-vector-at-zero). Keep 0 away from the root with a second
# `where` *inside*: `jnp.where(x > 0, jnp.sqrt(jnp.where(x > 0, x, 1.0)), 0.0)`.
#
# </details>


# %% [markdown]
# ### A mask: mark the entries instead of picking them
#
# Write the mean of the positive entries as in NumPy:

# %% raises="NonConcreteBooleanIndexError" match="Array boolean indices must be concrete"
jax.jit(lambda x: jnp.mean(x[x > 0]))(x)

# %% [markdown]
# How many entries `x[x > 0]` has depends on the values, whereas a compiled program has fixed shapes. So keep the shape
# and say which entries count: `jnp.sum`, `jnp.mean` and some other reductions take the mask as an argument:

# %%
print(jax.jit(lambda x: jnp.mean(x, where=x > 0))(x))
print(jax.jit(lambda x: jnp.where(x > 0, x, 0.0))(x))

# %% [markdown]
# Multiplying by the mask is not the same, because if an entry that you want to drop is `nan`, `0 * nan` is `nan` too.
# (XLA may turn such a product into a `where`; do not count on it.) And `where=` protects only the value: the gradient of
# `jnp.sum(jnp.log(x), where=x > 0)` is `nan` at 0, and needs the second `where` as well.
#
# ### Shapes, slices and Python numbers
#
# Shapes, the bounds of a slice, the length of a Python loop, and everything that you turn into a Python number have
# to be known while tracing. Here `n` is traced:

# %%
attempts = {
    "jnp.arange(n)": lambda x, n: jnp.arange(n),
    "jnp.zeros(n)": lambda x, n: jnp.zeros(n),
    "x[:n]": lambda x, n: x[:n],
    "range(n)": lambda x, n: sum(x[i] for i in range(n)),
    "float(x[0])": lambda x, n: float(x[0]),
    "x[n]": lambda x, n: x[n],
    "if x.shape[0] > 2": lambda x, n: x if x.shape[0] > 2 else -x,
}
for name, f in attempts.items():
    try:
        print(f"{name:18}works:", jax.jit(f)(x, 2))
    except (TypeError, IndexError) as error:
        print(f"{name:18}{type(error).__name__}: {str(error)[:42]} ...")

# %% [markdown]
# The last two work: a traced number may choose an *entry* of a JAX array, and `x.shape`, `x.ndim` and
# `x.dtype` are plain Python values while tracing. For a traced `n` there are three repairs, depending on its role:


# %%
@jax.jit(static_argnames="n")
def head_sum(x, n):  # n selects a program
    return jnp.sum(x[:n])


@jax.jit
def masked_head_sum(x, n):  # n is data
    return jnp.sum(x, where=jnp.arange(x.size) < n)


@jax.jit
def pair_sum(x, start):  # only the place is data, the length is fixed
    return jnp.sum(jax.lax.dynamic_slice_in_dim(x, start, 2))


print(head_sum(x, 2), masked_head_sum(x, 2), pair_sum(x, 1))

# %% tags=["plot"] alt="Three calls with a static n lead to three programs, three with a traced n to one, which takes n."
# Caption: A static argument costs a program for each value, a traced one a single
# program for all.
axes, programs = canvas(19), {}
note(axes, 7.3, 1, "call", of="head_sum(x, 2), masked_head_sum(x, 2)")
note(axes, 27.4, 1, "program", of="@jax.jit")
for number, f in enumerate([head_sum] * 3 + [masked_head_sum] * 3):
    n, y = number % 3 + 1, 3.1 + 2.8 * number
    call, kind, body = {
        head_sum: ("head_sum(x, n)", 'static_argnames="n"', "jnp.sum(x[:n])"),
        masked_head_sum: (
            "masked_head_sum(x, n)",
            "n is data",
            "jnp.sum(x, where=jnp.arange(x.size) < n)",
        ),
    }[f]
    call = box(axes, 7.3, y, f"{f.__name__}(x, {n})", DATA, 14.2, f"def {call}")
    record = f.trace(x, n).jaxpr
    added = record.eqns[-1].invars[0].aval.str_short(True)
    takes = ", ".join("xn"[: len(record.in_avals)])
    if (program := f"takes {takes}, adds {added}") not in programs:
        height = y + 2.8 * (number > 2)
        programs[program] = box(axes, 27.4, height, program, width=16.6, of=body)
    arrow(axes, call, programs[program], of=kind)
plt.show()

# %% [markdown]
# - A **static argument** reaches your function as a Python value, and one that equals none before needs a new program.
#   That suits an option, not a learning rate that changes every step.
# - A mask has the same length for every `n`, so it suits an `n` that changes all the time.
# - `dynamic_slice_in_dim` moves a window of fixed length. Near the end the window is shifted back, silently, to fit.
#
# For `float(x)`, leave the number in its array, and convert it after the call.

# %% [markdown]
# ## Exercise: mend a function for `jit`
#
# A buffer `x` holds `n` measurements followed by padding, which may be anything, including `nan`. The function below
# takes the mean of the logarithms of the positive measurements. Earlier ones weigh more: measurement $i$, counted from
# 0, has the weight $1 / (1 + i)$. If none is positive, the answer is 0.


# %%
def mean_log(x, n):
    weights = 1.0 / (1 + jnp.arange(n))
    measured = x[:n]
    positive = measured > 0
    if not positive.any():
        return 0.0
    total = jnp.sum(weights[positive] * jnp.log(measured[positive]))
    return float(total / jnp.sum(weights[positive]))


buffer = jnp.array([1.0, 0.0, 3.0, -5.0, jnp.nan])
print(mean_log(buffer, 4), mean_log(buffer, 1), mean_log(buffer, 0))

# %% raises="ConcretizationTypeError" match="jnp.arange"
jax.jit(mean_log)(buffer, 4)

# %% [markdown]
# Without `jit` the function works, and it is the specification. Define it again so that
#
# - `jax.jit(mean_log)` works, for every `n` from 0 to the length of `x`, and gives the same numbers;
# - `n` is an ordinary argument, so that JAX traces once for each length of `x`, whatever `n` is;
# - `jax.grad(mean_log)` works as well and has no `nan` in it. For entries that do not count, the gradient is 0.
#
# `x` is a vector of `float32` with at least one entry, and the result an array of shape `()`. The check compiles the
# function together with its gradient and counts its traces.
#
# <details>
# <summary>Hint</summary>
#
# Give everything the length of `x`. One mask says which entries count. Wherever a logarithm or a division could meet
# a bad number, remember the second `where`.
#
# </details>


# %% exercise="mend-for-jit" kind="repair" minutes="15"
def mean_log(x, n):
    """Weighted mean of the logarithms of the positive entries among the first n of x."""
    ### BEGIN SOLUTION
    i = jnp.arange(x.size)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    weight = jnp.sum(weights)
    return jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0)
    ### END SOLUTION


# %% check="mend-for-jit"
from publishing.teaching.checking import Check

_where = 'Read "`if` on data: `jnp.where` or `lax.cond`" again.'
_mask = 'Read "A mask: mark the entries instead of picking them" again.'
_shapes = 'Read "Shapes, slices and Python numbers" again.'
_check = Check(
    globals(),
    "mean_log",
    "Exercise: mend a function for `jit`",
    {
        "nonzero": f"How many entries a mask picks is not known while tracing. {_mask}",
        "NonConcreteBoolean": f"How many entries a mask picks is not known while tracing. {_mask}",
        "TracerBool": f"`if` needs true or false, which a tracer does not have. {_where}",
        "`float`": f"float() needs a number, which a tracer does not have. {_shapes}",
        "hash": f"n is data, and should be no static argument. {_shapes}",
        "Reverse-mode": "Which loops have no gradient? "
        'Read "Loops: `lax.scan`, `lax.fori_loop`, `lax.while_loop`" again.',
        "callback": "What NumPy computes in a callback has no gradient.",
        "Gradient only defined": "Is one number returned, and nothing else?",
        "'int' object": "n may be a Python integer, too.",
        "": f"What must be known while tracing, and depends on n? {_shapes}",
    },
)
_traced = []


def compiled_with_gradient(f):
    def counted(x, n):
        _traced.append(len(x))
        return f(x, n)

    return jax.jit(jax.value_and_grad(counted))


_draw, _many = np.random.default_rng(0), int(np.random.default_rng().integers(2e4, 3e4))
_buffers = [(np.float32([2.5, -1, 0, 0.4, 7, 3]), n) for n in (5, 6, 1, 0)]
_buffers += [(np.float32([-1, 0, 3, np.nan, np.nan, np.inf]), n) for n in (3, 2, 0)]
_buffers.append((np.float32([1e-30, np.nan, 3, -1, 0.5, 2]), 5))  # nan is measured, too
_buffers.append((np.float32(np.where(np.arange(_many) == _many - 2, 20, -1)), _many))
for _size, _n in ((1, 0), (1, 1), (150, 150), (150, 140), (150, 0), (150, 149)):
    _x = _draw.normal(size=_size) * 10.0 ** _draw.integers(-6, 7, size=_size)
    _x[_draw.random(_size) < 0.2] = 0
    _x[_n:] = _draw.choice([np.nan, np.inf, -np.inf, 5], _size - _n)
    _late = np.where(np.arange(_size) == _n - 1, 20, -abs(_x))  # only one counts
    _buffers += [(np.float32(_x), _n), (np.float32(_late), _n)]
for _x, _n in _buffers:
    _counts = (np.arange(len(_x)) < _n) & (_x > 0)
    _inside, _each = np.where(_counts, _x, 1.0), 1 / np.arange(1, len(_x) + 1)
    _logs, _weights = np.log(_inside), _counts * _each
    _sum, _later = _weights @ _logs, _counts / np.arange(2, len(_x) + 2)
    _far, _past = (_x > 0) * _each, np.where((_x > 0) & np.isfinite(_x), _x, 1)
    _weight, _number = _weights.sum() or 1.0, _counts.sum() or 1
    _all, _ranks = _each[:_n].sum() or 1, _counts / np.maximum(_counts.cumsum(), 1)
    _rank, _log = (
        _ranks @ _logs / (_ranks.sum() or 1),
        np.log(_weights @ _inside / _weight or 1),
    )
    _others = {
        "each entry has the same weight.": _logs.sum() / _number,
        "that is the sum: is it divided by the sum of the weights, even below 1?": _sum,
        "a 0 counts, whose logarithm is -inf.": -np.inf,
        "the first entry should weigh 1, not 1/2.": _later
        @ _logs
        / (_later.sum() or 1),
        "entries from n on count.": _far @ np.log(_past) / (_far.sum() or 1),
        "entries that do not count are among the weights.": _sum / _all,
        "the weights are those of the ranks among what counts.": _rank,
        "that is the logarithm of the mean.": _log,
        f"something is 0 / 0, or a nan or inf is multiplied by 0. {_where}": np.nan,
        "": "Which entries count, with which weight, and what if none does?",
    }
    _when = f"With {len(_x)} entries, n = {_n} and {_counts.sum()} that count, "
    _pair = _check.call(jnp.array(_x), _n, by=compiled_with_gradient, when=_when)
    _check.agrees(_pair[0], _sum / _weight, _others, _when, "the value", rtol=1e-5)
    _told = f"the value is right, but its gradient has nan in it. What does where do on the way back? {_where}"
    _check.require(not np.isnan(_pair[1]).any(), _when + _told)
    _told = "the gradient is not 0 for an entry that does not count."
    _check.require(not np.any(_pair[1][~_counts]), _when + _told)
    _right, _what = _weights / _inside / _weight, "the gradient"
    _others = {
        "for JAX the value does not depend on x.": 0 * _right,
        "": "Is each operation one that JAX can differentiate?",
    }
    _check.agrees(_pair[1], _right, _others, _when, _what, rtol=1e-4)
_at = jnp.array([2.0, -1.0, 3.0]), 2
_value, _slope = _check.call(*_at, by=jax.value_and_grad, when="Without jit, ")
_told = {"": "Without jit, n is a Python integer."}
_right = jnp.log(2.0), np.array([0.5, 0, 0])
_check.agrees((_value, _slope), _right, _told, "Without jit, ")
_lengths = len({len(x) for x, _ in _buffers})
_told = f"It was traced {len(_traced)} times for {_lengths} lengths of x: is n an ordinary argument? {_shapes}"
_check.require(len(_traced) == _lengths, _told)
print("Agrees with the function without jit, whatever is behind the measurements.")
print(
    f"Its gradient has no nan, and it was traced once for each of {_lengths} lengths."
)

# %% [markdown]
# ## Loops: `lax.scan`, `lax.fori_loop`, `lax.while_loop`
#
# A Python loop of fixed length works under `jit`, but tracing unrolls it: every iteration adds its operations to the
# record. `jax.lax.scan` records its body once. The body takes a carry and an input, and returns the new carry and an
# output; the outputs of all iterations are stacked.


# %%
def halve(x, _):
    new_x = x / 2
    return new_x, jnp.sum(new_x)  # the new carry, and what to keep of this turn


last, sums = jax.lax.scan(halve, x, length=4)
print(last, sums)

# %% tags=["hidden"]
assert np.allclose(last, x / 16)
assert np.allclose(sums, 2 / 2.0 ** jnp.arange(1, 5))

# %% [markdown]
# Training steps in [research code](../haiku/compiled_training.py) have this order, too. Compare five hundred
# iterations, unrolled and scanned:


# %%
def unrolled(x):
    for _ in range(500):
        x = jnp.sin(x) + x
    return x


def scanned(x):
    return jax.lax.scan(lambda x, _: (jnp.sin(x) + x, None), x, length=500)[0]


def first_call(f):
    start = time.perf_counter()
    jax.block_until_ready(jax.jit(lambda x: f(x))(x))  # wait for the result
    return time.perf_counter() - start


# %% tags=["varies"]
first_calls = {}
for f in (unrolled, scanned):
    lines = str(jax.make_jaxpr(f)(x)).count(" = ")  # those of a body, too
    first_calls[f] = min(first_call(f) for _ in range(3))  # each compiles a new lambda
    print(
        f"{f.__name__:9}{lines:5} lines in the record, first call {first_calls[f]:.2f} s"
    )

# %% tags=["hidden", "varies"]
assert first_calls[scanned] < first_calls[unrolled]

# %% tags=["hidden"]
assert np.allclose(unrolled(x), scanned(x), atol=1e-4)

# %% [markdown]
# The longer record took XLA longer. `jax.lax.fori_loop` and `jax.lax.while_loop` also record their body only once, but
# keep just the final carry. `fori_loop` counts from one bound to another, which may both be traced, and `while_loop`
# goes on for as long as a condition holds. Which of them have a gradient? Compile each and try *reverse mode*, which is
# `jax.grad`, and *forward mode*, `jax.jacfwd`, which computes the same along with the values:


# %%
def turn(x):
    return 2 * jnp.sin(x)


control_flow = {
    "cond": lambda x, n: jax.lax.cond(x > 0, turn, jnp.cos, x),
    "scan": lambda x, n: jax.lax.scan(lambda x, _: (turn(x), None), x, length=3)[0],
    "fori_loop, bound 3": lambda x, n: jax.lax.fori_loop(0, 3, lambda _, x: turn(x), x),
    "fori_loop, bound n": lambda x, n: jax.lax.fori_loop(0, n, lambda _, x: turn(x), x),
    "while_loop": lambda x, n: jax.lax.while_loop(lambda x: x < 1.5, turn, x),
}
slopes = {}
print(f"{'':20}forward | reverse")
for name, f in control_flow.items():
    for mode, differentiate in {"forward": jax.jacfwd, "reverse": jax.grad}.items():
        try:
            slopes[name, mode] = round(float(jax.jit(differentiate(f))(0.5, 3)), 4)
        except ValueError as error:
            slopes[name, mode] = str(error).partition(" for ")[0]
    print(f"{name:20}{slopes[name, 'forward']:7} | {slopes[name, 'reverse']}")

# %% [markdown]
# Reverse mode walks the record backwards, so it needs the number of iterations while tracing. Use `scan`,
# then, for loops that you will differentiate. If the data decide when to stop, scan over the largest number of
# iterations that you allow, and let `where` keep the carry once the loop is done, with a second `where` inside if the
# derivative of an extra iteration is not finite. [Your own derivatives](derivatives.py#loops-which-have-a-reverse-mode)
# has two more ways out.

# %% [markdown]
# ## When `jit` traces again
#
# The record of `shrink` begins with `a:f32[3]`. For anything else there is no program yet, so JAX traces and compiles
# once more: it **retraces**. `count_traces`, a snippet of this course, counts how often Python runs a function:

# %%
from snippets.timing import count_traces

double = count_traces(lambda x: 2 * x)
compiled_double = jax.jit(double)
for length in (3, 3, 4):
    compiled_double(jnp.ones(length))
print(double.traces)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The next cell calls one compiled function seven times. Which of the calls are traced?
#
# - [{{ scale_by.traces == 2 }}] 1 and 3: each new shape.
# - [{{ scale_by.traces == 3 }}] 1, 3 and 4: each new shape or dtype of the array.
# - [{{ scale_by.traces == 5 }}] 1, 3, 4, 5 and 6: each new type, of the rate too.
# - [{{ scale_by.traces == 7 }}] All seven: no two have the same arguments.
#
# </div>

# %% tags=["predict"]
scale_by = count_traces(lambda array, rate: rate * array)
compiled_scale_by = jax.jit(scale_by)

calls = [
    (jnp.ones(4), 0.1),
    (jnp.zeros(4), 0.2),
    (jnp.ones(5), 0.1),
    (jnp.ones(4, int), 0.1),
    (jnp.ones(4), 1),
    (jnp.ones(4), jnp.float32(0.1)),
    (jnp.ones(4), 0.3),
]
for number, arguments in enumerate(calls, start=1):
    traces_before = scale_by.traces
    compiled_scale_by(*arguments)
    print(f"call {number}:", "traced" if scale_by.traces > traces_before else "-")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Calls 1, 3 and 4 are traced, because they bring the first arguments, a new shape and a new dtype. Other *values*
# (calls 2 and 7) change nothing, since the record has no values of traced arguments. Call 5 has an integer in place of
# a float, and call 6 a `float32` array in place of a Python float.
#
# </details>
#
# Press some calls of `f = jax.jit(lambda x: 2 * x)`, and watch its cache fill:

# %% tags=["plot"]
from snippets.interactive import Interactive

arguments = {
    "f(3)": 3,
    "f(4)": 4,
    "f(3.0)": 3.0,
    "f(jnp.ones(4))": jnp.ones(4),
    "f(jnp.zeros(4))": jnp.zeros(4),
    "f(jnp.ones(5))": jnp.ones(5),
    "f(jnp.float32(3))": jnp.float32(3),
}
counted = count_traces(lambda x: 2 * x)
f, rows = jax.jit(counted), []
for code, argument in arguments.items():
    traces_before = counted.traces
    f(argument)
    program = jax.make_jaxpr(lambda x: 2 * x)(argument)
    kind = f"{program.in_avals[0].str_short()}"
    kind += ", weak type" if program.in_avals[0].weak_type else ""
    was = "traced" if counted.traces > traces_before else "in the cache"
    rows.append(
        {
            "code": code,
            "type": kind,
            "was": was,
            "program": program.pretty_print(use_color=False),
        }
    )
Interactive(
    "cache",
    {
        "call": [row["code"] for row in rows],
        "argument": [row["type"] for row in rows],
        "program": [row["was"] for row in rows],
    },
    {"calls": rows},
)

# %% [markdown]
# Why did the array of call 6 need its own program? A Python integer or float has a **weak type**: next to an array of
# `bfloat16`, a float of 16 bits, `0.1` becomes `bfloat16`, whereas `jnp.float32(0.1)` stays `float32`.

# %%
half = jnp.ones(2, jnp.bfloat16)
print((half * 0.1).dtype, (half * jnp.float32(0.1)).dtype)
print(repr(jnp.asarray(0.1)), repr(jnp.float32(0.1)))

# %% [markdown]
# A call may trace or compile again if any of this is new:
#
# - the function: a second `lambda` with the same text is another function;
# - the shape, dtype and weak type of each array or number;
# - the structure of each pytree, names included, and which arguments are passed by keyword;
# - the values of static arguments;
# - the context: settings such as `jax.default_matmul_precision`, and the placement of arguments on devices.
#
# Research code makes its steps from methods, partials and gradients. Each such expression creates a new object, so here
# `jit` of these expressions traces at every iteration:

# %%
import functools

total = count_traces(lambda x, rate: rate * jnp.sum(x))


class Net:
    def loss(self, x):
        return total(x, 0.1)


net = Net()
loss_of_net = net.loss  # looked up once: one object
expressions = {
    "lambda x: total(x, 0.1)": lambda: lambda x: total(x, 0.1),
    "functools.partial(total, rate=0.1)": lambda: functools.partial(total, rate=0.1),
    "net.loss": lambda: net.loss,
    "jax.grad(loss_of_net)": lambda: jax.grad(loss_of_net),
    "loss_of_net": lambda: loss_of_net,
}
for text, expression in expressions.items():
    traces_before = total.traces
    for _ in range(3):
        jax.jit(expression())(x)
    print(f"{text:35}{total.traces - traces_before} traces in 3 turns")

# %% [markdown]
# Compiled before the loop, each is traced once.
#
# If calls are slow, have JAX explain. Its reasons arrive as log warnings, which the line after the imports prints here.

# %% tags=["varies"]
import logging
import sys

logging.getLogger("jax").addHandler(logging.StreamHandler(sys.stdout))
jax.config.update("jax_explain_cache_misses", True)
compiled_scale_by(jnp.ones(4), jnp.arange(4.0))
for _ in range(2):
    jax.jit(lambda x: 2 * x)(x)
jax.config.update("jax_explain_cache_misses", False)

# %% [markdown]
# The first miss names the argument and its two types; the others come from each iteration's new lambda.
#
# A compiled function may contain transformations:

# %%
f = count_traces(lambda x: jnp.sum(x**3))
slope_of_f = jax.jit(jax.grad(f))  # the gradient, as one program
f_of_rows = jax.jit(jax.vmap(f))  # all rows, as one program

for step in range(3):
    slope_of_f(step * x)
    f_of_rows(step * jnp.ones((4, 3)))
print("traces of f:", f.traces)

# %% tags=["hidden"]
assert f.traces == 2
assert np.allclose(slope_of_f(x), 3 * x**2)

# %% [markdown]
# Each of the two programs was traced once. Keep `jit` on the outside, so that it compiles the whole record.
#
# ### A `print` or a global variable is not recorded
#
# Under `jit` JAX records its own operations and nothing else. On [the page on
# gradients](gradients.py#reading-from-outside-is-fine-writing-is-not), `grad` noticed when `factor` changed. Does `jit`?

# %%
factor = 3.0
scaled = jax.jit(lambda x: factor * x)

before = scaled(1.0)
factor = 30.0
print(before, scaled(1.0))

# %% tags=["hidden"]
assert before == scaled(1.0) == 3.0

# %% [markdown]
# The second result is still {{ scaled(1.0):.0f}}. The function read `factor` while it was traced, so that the number
# became a constant in the program. A value that may change belongs among the arguments.
#
# If you want to print at each run of the program, use `jax.debug.print`, which is recorded like an operation:


# %%
@jax.jit
def loud_shrink(x):
    scale = 1 + jnp.sum(x**2)
    jax.debug.print("dividing {x} by {scale}", x=x, scale=scale)
    return x / scale


shrunk = loud_shrink(x)
shrunk = loud_shrink(2 * x)
jax.effects_barrier()  # wait until everything is printed

# %% [markdown]
# ### Ragged lengths: pad to a few sizes
#
# Sentences or measurements of many lengths would cause a trace for each length. Pad them to a few sizes, called
# *buckets*, and pass the true length for a mask:


# %%
def padded(x, smallest=16):
    size = smallest
    while size < len(x):
        size *= 2
    return np.pad(x, (0, size - len(x)))


masked_mean = count_traces(lambda x, n: jnp.sum(x, where=jnp.arange(x.size) < n) / n)
compiled_mean = jax.jit(masked_mean)
lengths = np.random.default_rng(0).integers(1, 257, size=60)
for n in lengths:
    compiled_mean(padded(np.ones(n, np.float32)), n)
print(len(set(lengths)), "lengths,", masked_mean.traces, "traces")

# %% [markdown]
# Each bucket is twice as large as the one before, so that beyond the smallest one less than half of an array is padding.

# %% tags=["hidden"]
assert masked_mean.traces == len({padded(np.ones(n)).size for n in lengths})
assert all(padded(np.ones(n)).size < 2 * n for n in range(17, 600))

# %% [markdown]
# ## Exercise: how many traces?
#
# Here is a training step, and eight functions that compile and call it. Each will get `count_traces(update)` as its
# argument `f`.


# %%
def update(params, batch, rate, power=2):
    def loss_fn(params):
        return jnp.mean((params["w"] * batch) ** power)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - rate * g, params, grads), loss


w = batch = jnp.ones(3)


def shapes(f):
    step = jax.jit(f)
    for n in (3, 4, 3, 4, 5):
        step({"w": jnp.ones(n)}, jnp.ones(n), 0.1)


def rates(f):
    step = jax.jit(f)
    for rate in (0.1, 1, jnp.float32(0.1), 0.2, 3):
        step({"w": w}, batch, rate)


def powers(f):
    step = jax.jit(f, static_argnames="power")
    for power in (1, 2, 1, 3, 2):
        step({"w": w}, batch, 0.1, power=power)


def trees(f):
    step = jax.jit(f)
    for params in ({"w": w}, {"w": w, "b": w}, {"b": w, "w": w}, {"w": w, "c": w}):
        step(params, batch, 0.1)


# %%
def keywords(f):
    step = jax.jit(f)
    step({"w": w}, batch, 0.1)
    step({"w": w}, batch, rate=0.1)
    step({"w": w}, batch, rate=0.2)


def fresh_lambdas(f):
    for rate in (0.1, 0.2, 0.3, 0.4):
        jax.jit(lambda params, rate=rate: f(params, batch, rate))({"w": w})


def same_function(f):
    for rate in (0.1, 0.2, 0.3, 0.4):
        jax.jit(f)({"w": w}, batch, rate)


def decaying_rate(f):
    step = jax.jit(f)
    params, rate = {"w": w}, 0.1
    for _ in range(5):
        params = step(params, batch, rate)[0]
        rate = rate * jnp.float32(0.9)


# %% [markdown]
# Without running them, predict how often each makes JAX trace `update`. Define `predicted_traces`, a dictionary from the
# eight names to integers. The check runs the eight functions and counts.

# %% exercise="count-the-traces" kind="predict" minutes="10"
# predicted_traces = {
#     "shapes": ...,
#     "rates": ...,
#     "powers": ...,
#     "trees": ...,
#     "keywords": ...,
#     "fresh_lambdas": ...,
#     "same_function": ...,
#     "decaying_rate": ...,
# }
### BEGIN SOLUTION
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}
### END SOLUTION

# %% check="count-the-traces"
from publishing.teaching.checking import predicted

_used = w, batch  # by the functions
_truth = {}
for _sequence in (
    *(shapes, rates, powers, trees, keywords),
    *(fresh_lambdas, same_function, decaying_rate),
):
    _counted = count_traces(update)
    _sequence(_counted)
    _truth[_sequence.__name__] = _counted.traces
predicted(
    globals(),
    "predicted_traces",
    _truth,
    {
        name: f'{name}: {hint} Read "When `jit` traces again" again.'
        for name, hint in {
            "shapes": "what happens to a program when another shape comes between?",
            "rates": "which types do the rates have, and do values count?",
            "powers": "do values of a static argument count, and is a value found again?",
            "trees": "is it the names that count, or their order?",
            "keywords": "are the three calls of one form?",
            "fresh_lambdas": "how many function objects are there?",
            "same_function": "does JAX look up the function, or the result of `jax.jit`?",
            "decaying_rate": "which type has the rate in the first step, and which after the first product?",
        }.items()
    },
)
print("All eight agree with the count.")

# %% [markdown]
# ## Look at the program: `trace`, `lower`, `compile`
#
# You can also compile in steps, without a run. `trace` gives the record, `lower` turns it into what XLA receives, and
# `compile` makes a program that can tell you what it needs:

# %%
traced = jax.jit(lambda x: jnp.sum(jnp.sin(x) ** 2)).trace(x)
lowered = traced.lower()
program = lowered.compile()
print(traced.jaxpr)
print(lowered.as_text().splitlines()[2].strip())
print(f"operations: {program.cost_analysis()['flops']:.0f}, result:", program(x))

# %% [markdown]
# `program.as_text()` shows what XLA made of it, and `program.memory_analysis()` tells the memory for its arguments,
# results and temporary values. Such a program, compiled *ahead of time*, does not trace: a JAX array of another shape or
# dtype raises a `TypeError`.

# %% [markdown]
# ## Time it: warm up, and wait
#
# A stopwatch misleads you if it includes the first call, which traces and compiles, or stops when the call returns, which
# may be before its work is done:


# %%
@jax.jit
def chain(m):  # (800, 800)
    for _ in range(10):
        m = m @ m / 800
    return m


m = jnp.ones((800, 800))

# %% tags=["varies"]
start = time.perf_counter()
jax.block_until_ready(chain(m))
first = time.perf_counter() - start

rounds = []
for _ in range(5):  # other work on the machine adds to a time: take the best
    start = time.perf_counter()
    result = chain(m)
    returned = time.perf_counter() - start
    jax.block_until_ready(result)
    rounds.append((time.perf_counter() - start, returned))
finished, returned = min(rounds)
print(f"first call: {1e3 * first:.1f} ms until the result is there")
print(f"later call: returns after {1e3 * returned:.1f} ms")
print(f"            result is there after {1e3 * finished:.1f} ms")

# %% [markdown]
# The call hands the work to a queue of the device, and returns an array that is still being computed. (A CPU may do
# some work at once.) This is **asynchronous dispatch**: Python prepares the next operation while the device is busy
# with the last one. Anything that looks at the numbers, such as `print`, `float` or NumPy, waits for them.
# `jax.block_until_ready`, which takes any pytree and returns it, waits without looking.
#
# But do you time all of the work? Count the operations that XLA keeps if the result is returned, and if not:


# %%
def cubic(x):
    return x * x * x + x


numbers = jnp.ones(1000)
programs = {
    "returned": jax.jit(cubic).lower(numbers),
    "not returned": jax.jit(lambda x: (cubic(x), x)[1]).lower(numbers),
}
for name, program in programs.items():
    print(f"{name:14}{program.compile().cost_analysis().get('flops', 0):.0f}")

# %% [markdown]
# XLA dropped the work whose result nothing uses. It may also compute while compiling what depends on constants only. So
# an honest timing needs five things: inputs made beforehand and passed as arguments, results that are returned, a first
# call that is not timed, a wait, and the same dtypes on both sides.

# %% [markdown]
# ## Exercise: an honest benchmark
#
# A short call may be over before the clock ticks. So Python's `timeit` calls more often until the clock has moved
# enough, but it knows nothing of a first call that compiles, nor of results that are still being computed.
# Define `benchmark(f, *args, clock=time.perf_counter, least=0.01)`, which returns the seconds of one call `f(*args)`:
#
# 1. `f` is called once, and its result waited for, before any clock is read.
# 2. A *round* is a number of calls with the clock read before the first and after the last. Each result is waited
#    for before the next call begins, and the last before the clock is read.
# 3. The first round has one call. While a round takes less than `least` seconds, the next has twice as many calls.
# 4. Four more rounds follow, each with as many calls as the last. Of these five, the shortest counts: what is returned
#    is its time for each call.
#
# `f` is timed as it is given, compiled or not. It may return an array, a pytree of arrays, a NumPy array or `None`.
#
# <details>
# <summary>Hint</summary>
#
# Make a function of a round: what does it need to know, and what does it return? With calls of 3 ms and `least=0.01`,
# which rounds are there?
#
# </details>


# %% exercise="honest-benchmark" kind="build" minutes="12"
def benchmark(f, *args, clock=time.perf_counter, least=0.01):
    """Seconds of one call f(*args), by the shortest of five rounds of calls."""

    ### BEGIN SOLUTION
    def seconds_of(calls):
        start = clock()
        for _ in range(calls):
            jax.block_until_ready(f(*args))
        return clock() - start

    jax.block_until_ready(f(*args))
    calls, shortest = 1, seconds_of(1)
    while shortest < least:
        calls = 2 * calls
        shortest = seconds_of(calls)
    for _ in range(4):
        shortest = min(shortest, seconds_of(calls))
    return shortest / calls
    ### END SOLUTION


# %% [markdown]
# The check gives your benchmark a clock that its own functions move. So how busy your machine is does not matter.

# %% check="honest-benchmark"
from publishing.teaching.checking import Check

_stops = {
    "not a valid JAX type": "f is timed as it is given: whether to compile is its caller's choice.",
    "compiled": "f is timed as it is given: whether to compile is its caller's choice.",
    "far too": "How does the number of calls grow, and is `clock` the clock that is read?",
    "block_until_ready": "f may return any tree: jax.block_until_ready waits for it.",
    "": "Does it take whatever f returns, and has `clock` a default?",
}
_check = Check(globals(), "benchmark", "Exercise: an honest benchmark", _stops)


class _Lab:  # a function, its results, and a clock that moves as they need
    def __init__(self, costs, tick, least, wrap):
        self.costs, self.tick, self.least, self.wrap = costs, tick, least, wrap
        self.now, self.made, self.pending, self.marks = 0, 0, 0, []
        self.given, self.faults = (np.arange(3), 2), []

    def blame(self, wrong, told):
        self.faults += [told] * bool(wrong)

    def __call__(self, *args, **named):
        told = "a call begins before the result of the call before is there."
        self.blame(self.pending, told)
        same = len(args) == 2 and args[0] is self.given[0] and args[1] == 2
        told = "f should get the other arguments, and get them as they are."
        self.blame(named or not same, told)
        if self.made + 1 == len(self.costs):
            raise RuntimeError("far too many calls")
        self.now += self.costs[self.made]
        self.pending = self.costs[self.made]
        self.made += 1
        return self.wrap(self)

    def block_until_ready(self):
        self.now, self.pending = self.now + self.pending, 0
        return self

    def clock(self):
        told = "the clock is read while a result is still being computed."
        self.blame(self.pending, told)
        self.blame(not self.made, "the clock is read before the first call has ended.")
        self.marks.append(self.made)  # the calls before each reading
        if len(self.marks) > 10_000:
            raise RuntimeError("far too many readings of the clock")
        return self.now // self.tick * self.tick / 2**20


def _rounds(lab):
    """The seconds of each round that there should be, and its calls."""
    ends = 2 * np.cumsum(lab.costs) // lab.tick * lab.tick / 2**20
    seconds, calls, left = [], [1], 5
    while left:
        seconds.append(ends[sum(calls)] - ends[sum(calls[:-1])])
        left -= left < 5 or seconds[-1] >= lab.least
        calls.append(calls[-1] * (1 + (left == 5)))
    return np.array(seconds), np.array(calls[:-1])


def _fault(marks, most):
    """What is wrong with the calls between the readings of the clock."""
    begins, ends = marks[::2], marks[1::2]
    if not marks or len(marks) % 2 or begins[1:] != ends[:-1]:
        return "f is called between two rounds, or the clock is read within one."
    rounds = np.subtract(ends, begins)
    if begins[0] != 1:
        return f"f is called {begins[0]} times before the first round, not once."
    if rounds[0] != 1:
        return "the first round should have one call."
    if not np.isin(rounds[1:] / np.maximum(rounds[:-1], 1), (1, 2)).all():
        return "a round should have twice the calls of the one before, or as many."
    if rounds[-1] != most:
        return f"the calls stop doubling at {rounds[-1]}, not {most}: when does a round take `least`?"
    return f"{np.sum(rounds == most)} rounds have the most calls, not five."


def _done(lab):
    lab.block_until_ready()


def on_its_own_clock(benchmark):
    return lambda f, *args: benchmark(f, *args, clock=f.clock, least=f.least)


_draw, _some = np.random.default_rng(1), np.random.default_rng()
for _cost, _tick, _least, _noise, _wrap in (
    (3_000, 1, 2**-6, 0.3, lambda lab: lab),
    (2**11, 1, 2**-6, 0, lambda lab: {"a": [np.ones(2), lab], "b": (None,)}),
    (400, 10_000, 0.1, 0.5, lambda lab: _done(lab) or np.ones(2)),
    (200_000, 1_000, 0.01, 0.5, _done),
    (
        _some.integers(90, 300),
        1_000,
        _some.uniform(0.02, 0.05),
        1,
        lambda lab: [lab, 1],
    ),
):
    _costs = _cost // 2 * (1 + _noise * _draw.exponential(size=4_000))
    _costs[0] = 10**6
    _lab = _Lab(_costs.astype(int).tolist(), _tick, _least, _wrap)
    _when = (
        f"With calls of {_cost} µs, a clock of {_tick} µs and least = {_least:.3g}, "
    )
    _says = _check.call(_lab, *_lab.given, by=on_its_own_clock, when=_when)
    _told = "the last result is still being computed when benchmark returns."
    _lab.blame(_lab.pending, _told)
    for _told in _lab.faults[:1]:
        _check.require(False, _when + _told)
    _seconds, _each = _rounds(_lab)
    if _lab.made != 1 + _each.sum():
        _check.require(False, _when + _fault(_lab.marks, int(_each[-1])))
    _told = "the clock is read more than twice for each round."
    _check.require(len(_lab.marks) <= 2 * len(_each), _when + _told)
    _last, _calls = _seconds[-5:], _each[-1]
    _others = {
        "that is the time of a whole round.": _last.min(),
        "that is the mean of the rounds, not the shortest.": _last.mean() / _calls,
        "that is the longest of the rounds.": _last.max() / _calls,
        "the first of the five counts, too.": _last[1:].min() / _calls,
        "that is of a round before the five.": np.min(_seconds / _each),
        "those are milliseconds.": 1e3 * _last.min() / _calls,
        "": "What does the clock say before and after the shortest of the five?",
    }
    _check.agrees(_says, _last.min() / _calls, _others, _when, rtol=1e-6, atol=0)
_made, _marks = [], []


def _tiny(x):
    if isinstance(x, jax.core.Tracer):
        raise RuntimeError("it is compiled")
    _made.append(x)
    return x


def _steady():  # with the default of least, a round needs 8192 calls
    _marks.append(len(_made))
    if len(_marks) > 99:
        raise RuntimeError("far too many readings of the clock")
    return len(_made) / 600_000


def on_a_steady_clock(benchmark):
    return functools.partial(benchmark, clock=_steady)


_when = "With a tiny function and least as by default, "
_says = _check.call(_tiny, jnp.ones(2), by=on_a_steady_clock, when=_when)
_check.require(len(_made) == 6 * 2**13, _when + _fault(_marks, 2**13))
_says = _check.call(jax.jit(jnp.sin), 1.0, when="With the computer's own clock, ")
_check.require(_says > 0, f"benchmark gives {_says} for a sine, by default.")
print("Agrees with five functions and clocks whose times are known.")

# %% [markdown]
# ## What do you gain?
#
# Measure GELU, which many networks use between their layers, on arrays from one to a million numbers: in plain JAX,
# compiled, and in NumPy.
#
# $$\operatorname{gelu}(x) = \tfrac{1}{2} \, x \left(1 + \tanh\left(\sqrt{2 / \pi} \; (x + 0.044715 \, x^3)\right)\right)$$


# %%
def gelu(x, xp=jnp):  # xp is jnp or np
    return 0.5 * x * (1 + xp.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x * x * x)))


sizes = 4 ** np.arange(11)
best = {"plain JAX": [], "NumPy": [], "compiled": []}
compiled_gelu = jax.jit(gelu)
for size in sizes:
    numbers = np.random.default_rng(0).normal(size=size).astype(np.float32)
    best["plain JAX"].append(benchmark(gelu, jnp.array(numbers)))
    best["NumPy"].append(benchmark(lambda x: gelu(x, np), numbers))
    best["compiled"].append(benchmark(compiled_gelu, jnp.array(numbers)))

# %% tags=["plot", "varies"] alt="Microseconds per call of plain JAX, NumPy and compiled JAX against array size, one to a million."
# Caption: For small arrays you pay for calls, for large ones for passes over memory;
# `jit` needs fewer of both.
figure, axes = plt.subplots(layout="constrained")
for name, seconds in best.items():
    axes.loglog(sizes, 1e6 * np.array(seconds), "o-", label=name)
axes.legend()
axes.set(xlabel="numbers in x", ylabel="µs per call")
axes.set_xticks(10 ** np.arange(0, 7, 2), ["1", "100", "10,000", "1,000,000"])
axes.yaxis.set_major_formatter("{x:,.0f}")
plt.show()

# %% tags=["hidden", "varies"]
assert best["compiled"][0] < best["plain JAX"][0]

# %% tags=["hidden"]
numbers = np.linspace(-3, 3, 101, dtype=np.float32)
dispatched = len(jax.make_jaxpr(gelu)(numbers).eqns)
assert np.allclose(compiled_gelu(numbers), gelu(numbers, np), atol=1e-5)
assert np.allclose(compiled_gelu(numbers), jax.nn.gelu(numbers), atol=1e-5)

# %% [markdown]
# On the left the arrays are tiny, and the height of a curve is the cost of a call. Plain JAX took
# {{ 1e6 * best["plain JAX"][0]:.0f}} µs for its {{ dispatched }} operations, the compiled function
# {{ 1e6 * best["compiled"][0]:.0f}} µs for its one program, and NumPy {{ 1e6 * best["NumPy"][0]:.0f}} µs.
#
# On the right the work itself takes the time. For {{ sizes[-1]:,}} numbers, plain JAX took
# {{ 1e3 * best["plain JAX"][-1]:.2f}} ms, compiled JAX {{ 1e3 * best["compiled"][-1]:.2f}} ms and NumPy
# {{ 1e3 * best["NumPy"][-1]:.2f}} ms.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `jit` can be slower than NumPy. If compiling takes 1 s, and then a call 1 ms and one in NumPy 3 ms, after how many calls
# has it caught up?
#
# - [{{ 1000 + 1 * 333 == 3 * 333 }}] About 333
# - [{{ 1000 + 1 * 500 == 3 * 500 }}] About 500
# - [{{ 1000 + 1 * 1000 == 3 * 1000 }}] About 1000
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is slower when the work is smaller than the cost of a call, that is, for few operations on few numbers, and when
# the function is called once, or with a new shape each time, so that each call compiles. If compiling takes $c$
# seconds, a plain call $p$ and a compiled call $q < p$, it pays off after $c / (p - q)$ calls. Where there is nothing
# to fuse, as in a single product of large matrices, the two may be about equal, since NumPy hands that to a compiled
# routine too. An accelerator can also lose if the inputs are NumPy arrays, which have to travel at each call.
#
# </details>

# %% [markdown]
# ## What can go wrong
#
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` An `if`, `while`, `and`, `not` or the like
#   got a tracer. Use `jnp.where` or `lax.cond` when the choice depends on data, and a static argument when the caller
#   makes it. (If the tracer has several entries: `ValueError: The truth value of an array`. Combine masks with `&`,
#   `|`, `~`.)
# - `NonConcreteBooleanIndexError: Array boolean indices must be concrete` Keep the shape: pass the mask as `where=`, or
#   choose with `jnp.where`.
# - `ConcretizationTypeError` from `float`, `int`, `.item()` or `jnp.arange`; `TracerIntegerConversionError` from
#   `range`; `TypeError: Shapes must be 1D sequences of concrete values` from `jnp.zeros`; `IndexError: Array slice
#   indices must have static start/stop/step`. Each wants a Python number: use a static argument or a mask, or convert
#   after the call.
# - `ValueError: Non-hashable static arguments are not supported` Arrays, lists and dictionaries cannot be static;
#   tuples of numbers can.
# - `ValueError: Reverse-mode differentiation does not work for lax.while_loop` A gradient of `while_loop`, or of
#   `fori_loop` with a traced bound: use `lax.scan`.
# - No message, only slowness: perhaps new shapes, static values or functions at each call. Set
#   `jax_explain_cache_misses`.
# - No message, and a stale value: perhaps a global or another outside value was read while tracing. Make it an
#   argument.
# - A time that looks too good: perhaps the clock stopped before the result was ready, or XLA had little to compute.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).

# %% [markdown]
# ## What you learned
#
# - `jax.jit` runs your Python with tracers, which have shapes and dtypes but no values, and compiles the record.
# - Code that asks such a tracer for its value fails. Record the choice (`where`, `cond`), keep the shape (masks), or
#   make the argument static.
# - Loop with `scan` where you need a gradient.
# - A new function, shape, type, tree structure, static value or setting may need a new program.
# - To time a function, pass its inputs and return its results, leave out the first call, wait with
#   `jax.block_until_ready`, and compare in one dtype.
#
# Next: [Random keys, not seeds](random_keys.py), on random numbers that a compiled function can draw.
