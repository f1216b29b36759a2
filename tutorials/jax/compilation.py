# %% [markdown]
# # `jit`, what it refuses, and how to time it
#
# Without `jit`, JAX sends one small operation after another to the device and returns to Python after each. `jax.jit`
# turns a whole function into one compiled program. For a pure function the results are the same up to rounding, and
# usually faster. In return it is strict. It compiles a record of your function that is made without the values of the
# arguments, so Python code that asks for one fails. This page shows how the record is made, what fails, how to repair
# it, and how to measure what you gain.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - read what `jit` records, and repair a function in which `if`, `x[x > 0]`, `jnp.arange(n)` or `float(x)` fails;
# - predict which calls make JAX trace and compile again, and let JAX tell you the reason;
# - time a JAX function so that the number means something.
#
# You need: tracers and pytrees, from [Gradients of anything: `jax.grad`](gradients.py), and `vmap`, from
# [`vmap`: write for one example, run on a batch](batching.py).
#
# </div>

# %% [markdown]
# ## `jit` traces your function once
#
# Put a `print` into a function, compile it, and call it twice.

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

# %% tags=["hidden"]
assert jnp.allclose(shrink(2 * x), 2 * x / 57)

# %% [markdown]
# Two calls, two right results, and your Python ran only once. During that run `x` was a **tracer**, and one that
# knows less than a tracer of `jax.grad`: its shape and dtype, `float32[3]`, but no values. JAX wrote down each
# operation on it. This is called **tracing**, and the record, a **jaxpr**, can be printed:

# %%
jax.make_jaxpr(lambda x: x / (1 + jnp.sum(x**2)))(x)

# %% [markdown]
# Read it from the top. `a` is the input, each line is one operation and names its result, and the output stands after
# `in`. The compiler, XLA, gets this whole record. It can fuse operations, so that arrays in between need not be
# stored. Later calls with the same shapes and dtypes run the compiled program and skip your Python.
#
# Under `jit` JAX records its own operations, and no others. A `print` is not one, and neither is reading a global
# variable:

# %%
factor = 3.0
scaled = jax.jit(lambda x: factor * x)

before = scaled(1.0)
factor = 30.0
print(before, scaled(1.0))

# %% tags=["hidden"]
assert before == scaled(1.0) == 3.0
assert scaled(jnp.ones(2)).tolist() == [30.0, 30.0]  # a new shape: traced again
constant = jnp.array(3.0)
of_a_constant = jax.make_jaxpr(lambda x: x * jnp.sin(constant))(x)
assert next(str(eqn.primitive) for eqn in of_a_constant.eqns) == "sin"
assert jax.jit(lambda x: x if np.float32(3) > 0 else -x)(2.0) == 2.0
try:
    jax.jit(lambda x: x if constant > 0 else -x)(2.0)
except jax.errors.TracerBoolConversionError as error:
    told = str(error)
assert "became a tracer due to JAX operation" in told

# %% [markdown]
# The second result is still {{ scaled(1.0):.0f}}. The function read `factor` while it was traced, and the number
# became a constant of the program. A value that may change belongs among the arguments.
#
# If you want to print at every call, and see values, use `jax.debug.print`. It is recorded like an operation:


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
# The `if` asks "true or false?" during tracing, when there is no value to look at. Record both outcomes and
# the choice between them instead. `jnp.where` computes both and picks entry by entry, so it works for whole
# arrays. `jax.lax.cond` takes one condition and two functions, and runs only the one that is needed:


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

# %% [markdown]
# `cond` is for one decision between two expensive branches. (Under `vmap` it stays one if the examples share the
# condition. If each has its own, it becomes a `where`, and both branches run.)

# %% tags=["hidden"]
for condition, axis, primitive in ((True, None, "cond"), (x > 1, 0, "select_n")):
    sin_or_cos = jax.vmap(
        lambda yes, x: jax.lax.cond(yes, jnp.sin, jnp.cos, x), in_axes=(axis, 0)
    )
    operations = [
        str(e.primitive) for e in jax.make_jaxpr(sin_or_cos)(condition, x).eqns
    ]
    assert primitive in operations
    assert ("cond" in operations, {"sin", "cos"} <= set(operations)) == (
        axis is None,
        axis == 0,
    )

# %% [markdown]
# `where` computes both branches, and that can spoil a gradient. The first value below is right, its slope is not:


# %%
def root(x):
    return jnp.where(x > 0, jnp.sqrt(x), 0.0)


def safe_root(x):
    inside = jnp.where(x > 0, x, 1.0)  # sqrt never sees a 0
    return jnp.where(x > 0, jnp.sqrt(inside), 0.0)


print("root:     ", root(0.0), jax.grad(root)(0.0))
print("safe_root:", safe_root(0.0), jax.grad(safe_root)(0.0))

# %% tags=["hidden"]
assert root(0.0) == 0.0
assert jnp.isnan(jax.grad(root)(0.0))
assert safe_root(0.0) == jax.grad(safe_root)(0.0) == 0.0
assert jax.grad(safe_root)(4.0) == 0.25

# %% [markdown]
# The gradient multiplies the slope of the branch that was not taken by zero. The slope of the square root at 0
# is infinite, and $0 \cdot \infty$ is `nan`. The repair is a second `where` *inside*, which gives the square root a
# harmless argument wherever its result is thrown away.
#
# ### A mask: mark the entries instead of picking them
#
# The mean of the positive entries, as you would write it in NumPy:

# %% raises="NonConcreteBooleanIndexError" match="Array boolean indices must be concrete"
jax.jit(lambda x: jnp.mean(x[x > 0]))(x)

# %% [markdown]
# How many entries does `x[x > 0]` have? That depends on the values, and a compiled program has fixed shapes. So keep
# the shape and say which entries count. `jnp.sum`, `jnp.mean` and some other reductions take the mask as an argument:

# %%
print(jax.jit(lambda x: jnp.mean(x, where=x > 0))(x))
print(jax.jit(lambda x: jnp.where(x > 0, x, 0.0))(x))

# %% tags=["hidden"]
assert jnp.mean(x, where=x > 0) == 2.0
assert jnp.isnan(0.0 * jnp.nan)
assert jnp.isnan(jnp.mean(x, where=x > 9))
assert jnp.max(x, where=x > 9, initial=-jnp.inf) == -jnp.inf
for reduction, reason in {jnp.max: "initial", jnp.median: "unexpected"}.items():
    try:
        told = reduction(x, where=x > 0)
    except (TypeError, ValueError) as error:
        told = str(error)
    assert reason in told
masked_log = jax.grad(lambda x: jnp.sum(jnp.log(x), where=x > 0))
assert jnp.isnan(masked_log(jnp.array([0.0, 1.0]))).tolist() == [True, False]

# %% [markdown]
# Multiplying by the mask is not the same: where the entry that you want to drop is `nan`, `0 * nan` is `nan` too. And
# `where=` protects the value only: the gradient of `jnp.sum(jnp.log(x), where=x > 0)` is `nan` at 0, and needs the
# second `where` as well.
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
# The last two work: a traced number may choose an *entry*, and `x.shape`, `x.ndim` and `x.dtype` are plain Python
# values while tracing. For an `n` there are three repairs, depending on what it is:


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

# %% tags=["hidden"]
assert (head_sum(x, 2), masked_head_sum(x, 2), pair_sum(x, 1)) == (-1.0, -1.0, 1.0)
assert pair_sum(x, 2) == pair_sum(x, 1)

# %% [markdown]
# - A **static argument** reaches your function as the Python value that it is, and JAX keeps one program for each
#   value. That suits an option with a handful of values, and not a learning rate that changes at every step.
# - A mask has the same length for every `n`, so it suits an `n` that changes all the time.
# - `dynamic_slice_in_dim` moves a window of fixed length. Near the end the window is shifted back, silently, to fit.
#
# `float(x)` is the easiest to repair: leave the number in its array, and convert it after the call.
#
# ### Loops: `lax.scan`, `lax.fori_loop`, `lax.while_loop`
#
# A Python loop of fixed length works under `jit`, but tracing unrolls it: every turn adds its operations to the
# record. `jax.lax.fori_loop` records the body once. Its bounds may be traced, and `jax.lax.while_loop` goes on for as
# long as a condition holds.


# %%
def unrolled(x):
    for _ in range(500):
        x = jnp.sin(x) + x
    return x


def looped(x):
    return jax.lax.fori_loop(0, 500, lambda _, x: jnp.sin(x) + x, x)


# %% tags=["varies"]
for f in (unrolled, looped):
    operations = len(jax.make_jaxpr(f)(x).eqns)
    start = time.perf_counter()
    jax.block_until_ready(jax.jit(f)(x))  # wait for the result
    seconds = time.perf_counter() - start
    print(
        f"{f.__name__:9}{operations:5} lines in the record, first call {seconds:.2f} s"
    )

# %% tags=["hidden"]
assert len(jax.make_jaxpr(unrolled)(x).eqns) == 1000
assert len(jax.make_jaxpr(looped)(x).eqns) < 10
assert jnp.allclose(unrolled(x), looped(x), atol=1e-4)

# %% [markdown]
# The more lines, the longer XLA works on them. `jax.lax.scan` is the loop for training: its body takes a carry
# and an input, and returns the new carry and an output. The outputs of all turns are stacked.


# %%
def halve(x, _):
    new_x = x / 2
    return new_x, jnp.sum(new_x)  # the new carry, and what to keep of this turn


last, sums = jax.lax.scan(halve, x, length=4)
print(last, sums)

# %% tags=["hidden"]
assert jnp.allclose(last, x / 16)
assert jnp.allclose(sums, 2 / 2.0 ** jnp.arange(1, 5))

# %% [markdown]
# This order, `(new_carry, output)`, is why a training step in research code returns `(new_params, metrics)`, as in
# [Compile the whole step with `jax.jit`](../haiku/compiled_training.py).
#
# If you want a gradient of the loop, ask which of them can be differentiated. Forward mode (`jax.jvp`) carries slopes
# along with the values. Reverse mode, which is what `jax.grad` does, walks the record backwards, and for that the
# number of turns must be known while tracing. Try both, compiled:


# %%
def until_three(x, n):
    state = jax.lax.while_loop(
        lambda state: state[0] < 3, lambda s: (s[0] + 1, jnp.sin(s[1])), (0, x)
    )
    return state[1]


def scanned(x, n):
    return jax.lax.scan(lambda x, _: (jnp.sin(x), None), x, length=3)[0]


control_flow = {
    "cond": lambda x, n: jax.lax.cond(x > 0, jnp.sin, jnp.cos, x),
    "while_loop": until_three,
    "fori_loop, fixed bounds": lambda x, n: jax.lax.fori_loop(
        0, 3, lambda _, x: jnp.sin(x), x
    ),
    "fori_loop, traced bound": lambda x, n: jax.lax.fori_loop(
        0, n, lambda _, x: jnp.sin(x), x
    ),
    "scan": scanned,
}
slopes = {}
for name, f in control_flow.items():
    for mode, differentiate in {"forward": jax.jacfwd, "reverse": jax.grad}.items():
        try:
            slopes[name, mode] = round(float(jax.jit(differentiate(f))(0.5, 3)), 4)
        except ValueError as error:
            slopes[name, mode] = str(error).partition(" for ")[0]
    print(f"{name:24}", slopes[name, "forward"], "|", slopes[name, "reverse"])

# %% [markdown]
# So loop with `scan` where you train. If only the data say how many turns it takes, scan over the largest number and
# let `where` keep the carry once it is done.

# %% tags=["hidden"]
refused = {key for key, slope in slopes.items() if isinstance(slope, str)}
assert refused == {("while_loop", "reverse"), ("fori_loop, traced bound", "reverse")}
assert all("Reverse-mode differentiation does not work" in slopes[k] for k in refused)
by_hand = np.cos(np.sin(np.sin(0.5))) * np.cos(np.sin(0.5)) * np.cos(0.5)
for (name, mode), slope in slopes.items():
    exact = np.cos(0.5) if name == "cond" else by_hand
    assert (name, mode) in refused or np.isclose(slope, exact, atol=1e-3)
# With plain `grad` the bound is a number, and a loop that no tracer of grad enters is a constant.
assert np.isclose(jax.grad(control_flow["fori_loop, traced bound"])(0.5, 3), by_hand)
assert jax.grad(lambda x: x * until_three(jax.lax.stop_gradient(x), 3))(0.0) == 0.0


def masked_turns(x, n):
    return jax.lax.scan(
        lambda x, i: (jnp.where(i < n, jnp.sin(x), x), None), x, jnp.arange(5)
    )[0]


assert np.isclose(jax.jit(jax.grad(masked_turns))(0.5, 3), by_hand)
traced_bodies = []
jax.jit(
    lambda x: jax.lax.fori_loop(0, 500, lambda _, x: traced_bodies.append(1) or x, x)
)(x)
assert len(traced_bodies) == 1

# %% [markdown]
# ## Exercise: mend a function for `jit`
#
# A buffer `x` holds `n` measurements, and behind them padding, which may be `nan`. The function below takes the mean
# of the logarithms of the positive measurements. Earlier ones weigh more: measurement $i$, counted from 0, has the
# weight $1 / (1 + i)$. Where none is positive the answer is 0.


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
# Without `jit` it works and says what is wanted. Define it again so that
#
# - `jax.jit(mean_log)` works, for every `n` from 0 to the length of `x`, and gives the same numbers;
# - `n` is an ordinary argument, so that JAX traces once for each length of `x`, whatever `n` is;
# - `jax.grad(mean_log)` works as well and has no `nan` in it. For entries that do not count, the slope is 0.
#
# `x` is a vector of `float32`, and the result an array of shape `()`. The check compiles the function and counts its
# traces.
#
# <details>
# <summary>Hint</summary>
#
# Give everything the length of `x`. One mask says which entries count. Wherever a logarithm or a division could meet
# a bad number, remember `safe_root`.
#
# </details>


# %% exercise="mend-for-jit" kind="repair" minutes="15"
def mean_log(x, n):
    """Take the weighted mean of the logarithms of the positive entries among the first n of x."""
    ### BEGIN SOLUTION
    i = jnp.arange(x.size)
    counts = (i < n) & (x > 0)
    weights = jnp.where(counts, 1.0 / (1 + i), 0.0)
    logs = jnp.log(jnp.where(counts, x, 1.0))
    weight = jnp.sum(weights)
    return jnp.sum(weights * logs) / jnp.where(weight > 0, weight, 1.0)
    ### END SOLUTION


# %% check="mend-for-jit"
assert callable(globals().get("mean_log")), (
    "Exercise mend-for-jit: define the function mean_log in the cell above and run it, then run this check."
)
WHERE = 'Read "`if` on data: `jnp.where` or `lax.cond`" again.'
MASK = 'Read "A mask: mark the entries instead of picking them" again.'
SHAPES = 'Read "Shapes, slices and Python numbers" again.'


def in_python(x, n):
    """The specification: what mean_log(x, n) should be, and its gradient."""
    weights = [1 / (1 + i) if i < n and x[i] > 0 else 0 for i in range(len(x))]
    total = sum(w * np.log(float(x[i])) for i, w in enumerate(weights) if w)
    slope = [w / float(x[i]) if w else 0.0 for i, w in enumerate(weights)]
    return total / (sum(weights) or 1.0), np.array(slope) / (sum(weights) or 1.0)


def attempt(what, call, *args):
    """The result of a call, or a sentence on why there is none."""
    try:
        return call(*args)
    except Exception as problem:
        name, told = type(problem).__name__, str(problem)
        if told.startswith("Exercise "):
            raise
        advice = {
            "TracerBoolConversionError": WHERE,
            "NonConcreteBooleanIndexError": MASK,
            "TracerArrayConversionError": "NumPy cannot record: use jnp.",
        }.get(name, SHAPES)
        if "nonzero" in told:
            advice = MASK
        if "truth value" in told:
            advice = f"Combine masks with &, | and ~, not with and, or, not. {MASK}"
        if "static" in told and "hash" in told:
            advice = f"Do not make n static: it is data here. {SHAPES}"
        if "Reverse-mode" in told:
            advice = f"A loop over a traced number of turns has no gradient: use a mask. {MASK}"
        if "callbacks" in told:
            advice = (
                f"What NumPy computes in a callback has no gradient: use jnp. {MASK}"
            )
    raise AssertionError(
        f"{what} stops with {name}: {' '.join(told.split())[:160]} ... {advice}"
    )


def guess(got, expected, x, n):
    """A sentence on what a wrong number may come from, if one can tell."""
    counts = [i for i in range(n) if x[i] > 0]
    logs, weights = np.log(x[counts]), 1 / (1 + np.array(counts, float))
    if np.isnan(got) and not counts:
        return "Nothing is positive here, so the answer should be 0: is something 0 / 0, or a mask of zeros times nan? "
    if not np.isfinite(got):
        return "Multiplying by a mask of zeros keeps a nan or an inf: use jnp.where. "
    if not counts:
        return "Nothing is positive among the first n entries here. "
    for value, sentence in (
        (logs.mean(), "Each entry seems to have the same weight. "),
        (in_python(x, len(x))[0], "Entries from n on seem to count. "),
        (logs @ weights, "It seems not to be divided by the sum of the weights. "),
        (
            logs @ weights / sum(1 / (1 + i) for i in range(n)),
            "Entries that are not positive seem to count among the weights. ",
        ),
        (
            np.log((x[counts] @ weights) / weights.sum()),
            "It seems to be the logarithm of a mean. ",
        ),
    ):
        if np.isclose(got, value, rtol=1e-4) and not np.isclose(
            value, expected, rtol=1e-2
        ):
            return sentence
    return ""


def short(array):
    numbers = np.array2string(np.array(array[:6]), precision=3, separator=", ")
    return f"{numbers[:-1]}, ...]" if len(array) > 6 else numbers


def counted(x, n):
    traced_lengths.append(len(x))
    return mean_log(x, n)


traced_lengths = []
compiled, slopes = jax.jit(counted), jax.jit(jax.grad(lambda x, n: mean_log(x, n)))
draw = np.random.default_rng(0)
for length in (6, 1, 24):
    cases = []
    for n in sorted({0, 1, length // 2, length}, reverse=True):
        some = draw.normal(size=length) * 10.0 ** draw.integers(-2, 3, size=length)
        some[draw.random(length) < 0.2] = 0.0
        padded = np.where(np.arange(length) < n, some, np.nan)
        late = np.where(np.arange(length) == n - 1, 20.0, -np.abs(some))
        cases += [(case.astype(np.float32), n) for case in (some, padded, late)]
    for case, n in cases:
        shown = f"mean_log({short(case)}, {n})"
        expected, expected_slope = in_python(case, n)
        x_case = jnp.array(case)
        got = attempt(f"With jax.jit, {shown}", compiled, x_case, n)
        assert getattr(got, "shape", None) == (), (
            f"{shown} gives {str(got)[:80]}; it should be one number, an array of shape (): is there a `return`, and"
            f" of nothing else? {MASK}"
        )
        assert np.isclose(got, expected, rtol=1e-5, atol=1e-5), (
            f"{shown} gives {float(got):.6g}, and without jit it was {expected:.6g}."
            f" {guess(float(got), expected, case, n)}{MASK}"
        )
        slope = attempt(f"With jax.grad, {shown}", slopes, x_case, n)
        assert not np.isnan(slope).any(), (
            f"The value of {shown} is right, but its gradient has nan in it: {short(slope)}. Give the logarithm and the"
            f" division a harmless argument *inside*, wherever their result is thrown away. {WHERE}"
        )
        assert np.allclose(slope, expected_slope, rtol=1e-4, atol=1e-6), (
            f"The value of {shown} is right, but its gradient is {short(slope)} instead of {short(expected_slope)}. Is"
            f" each operation one that JAX can differentiate? {WHERE}"
        )
assert len(traced_lengths) == 3, (
    f"mean_log was traced {len(traced_lengths)} times for 3 lengths of x; once for each is wanted. {SHAPES}"
)
print(
    "Agrees with the function without jit on vectors of 3 lengths, with nan behind the measurements; the gradients"
)
print("have no nan; and it was traced 3 times, whatever n was.")

# %% [markdown]
# ## When `jit` traces again
#
# The record of `shrink` begins with `a:f32[3]`. For anything else there is no program yet, so JAX traces and
# compiles once more: it **retraces**. JAX does not tell you; the call is just slow. `count_traces`, a snippet of this
# course, wraps a function so that it counts how often Python runs it.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The next cell calls one compiled function seven times. Which of the calls are traced?
#
# </div>

# %% tags=["predict"]
from snippets.timing import count_traces

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

# %% tags=["hidden"]
recounted = count_traces(lambda array, rate: rate * array)
recompiled = jax.jit(recounted)
seen = []
for arguments in calls:
    traces_before = recounted.traces
    recompiled(*arguments)
    seen.append(recounted.traces - traces_before)
assert seen == [1, 0, 1, 1, 1, 1, 0]

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Calls 1, 3, 4, 5 and 6: the first call, a new shape, a new dtype, a whole number where a float had been, and a
# `float32` array where Python's own float had been. Other *values* (calls 2 and 7) change nothing, since the record
# has no values of traced arguments.
#
# </details>
#
# Why call 6? A Python number has a **weak type**: next to a `bfloat16` array, `0.1` becomes `bfloat16`, whereas
# `jnp.float32(0.1)` stays `float32`. These are different programs.

# %%
half = jnp.ones(2, jnp.bfloat16)
print((half * 0.1).dtype, (half * jnp.float32(0.1)).dtype)
print(repr(jnp.asarray(0.1)), repr(jnp.float32(0.1)))

# %% tags=["hidden"]
assert (half * 0.1).dtype == jnp.bfloat16
assert (half * jnp.float32(0.1)).dtype == jnp.float32
assert jnp.asarray(0.1).weak_type


def traces_of(*settings):
    """The number of traces for calls with these arguments."""
    f = count_traces(lambda params, rate: jax.tree.map(lambda p: rate * p, params))
    compiled = jax.jit(f)
    for args, kwargs in settings:
        compiled(*args, **kwargs)
    return f.traces


a_leaf = jnp.ones(3)
assert traces_of((({"a": a_leaf}, 0.1), {}), (({"b": a_leaf}, 0.1), {})) == 2
assert traces_of((({"a": a_leaf}, 0.1), {}), (({"a": a_leaf},), {"rate": 0.1})) == 2
product = count_traces(lambda m: m @ m)
compiled_product = jax.jit(product)
compiled_product(jnp.ones((2, 2)))
with jax.default_matmul_precision("highest"):
    compiled_product(jnp.ones((2, 2)))
assert product.traces == 2

import functools


class Net:
    def loss(self, x):
        net_traces.append(1)
        return jnp.sum(x)


net_traces, net = [], Net()
net_loss = net.loss
for make, traces in {
    lambda: net.loss: 3,
    lambda: functools.partial(Net.loss, net): 3,
    lambda: jax.grad(net_loss): 3,
    lambda: net_loss: 1,
}.items():
    net_traces.clear()
    for _ in range(3):
        jax.jit(make())(x)
    assert len(net_traces) == traces
by_type = count_traces(lambda x, n: x * n)
of_type = jax.jit(by_type, static_argnums=1)
assert [of_type(2.0, n) for n in (1, 1.0, 1, True)]
assert by_type.traces == 3

# %% [markdown]
# JAX finds a program again only if all of this is the same:
#
# - the function, as an object: a second `lambda` with the same text is another function, and so are a bound method
#   (`net.loss`), a `functools.partial` and `jax.grad(f)` each time you write them;
# - the shape, dtype and weak type of each array or number;
# - the structure of each pytree, names included, and which arguments are passed by keyword;
# - the values of static arguments;
# - the context: settings such as `jax.default_matmul_precision`, and the devices that hold the arguments.
#
# If calls are slow and you do not know why, let JAX explain. It logs its reasons as warnings, which the first line
# after the imports sends to the output of the cell.

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
# The first miss names the argument and its two types. The other two show the mistake that is easiest to make: `jit`
# *inside* the loop compiles a fresh lambda at every turn. (Python may reuse the address of a deleted lambda, so the
# two ids can coincide.) Compile once, before the loop, and reuse the compiled
# function. Transformations of a function are compiled in the same way:

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
assert jnp.allclose(slope_of_f(x), 3 * x**2)

# %% [markdown]
# One trace for each of the two programs, however many steps follow. Keep `jit` on the outside. It then compiles the
# record of the whole, here of the function *and* its gradient.

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
    # Leaf by leaf: p from params, g from grads.
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
# Without running them, predict how often each makes JAX trace `update`. Define `predicted`, a dictionary from the eight
# names to whole numbers. The check runs the eight functions and counts.

# %% exercise="count-the-traces" kind="predict" minutes="10"
# The form: predicted = {"shapes": 1, "rates": 1, "powers": 1, "trees": 1, "keywords": 1,
#                        "fresh_lambdas": 1, "same_function": 1, "decaying_rate": 1}
### BEGIN SOLUTION
predicted = {
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
THINK = {
    "shapes": "JAX keeps one program for each shape, and finds a shape again that it has seen before.",
    "rates": "A whole number, a Python float and a float32 array are three types; values do not count.",
    "powers": "Here the value of a static argument does count, and JAX keeps the program of each value.",
    "trees": "Names count, the order in which a dictionary was written does not.",
    "keywords": "Passing an argument by keyword where it was passed by position is another form of call.",
    "fresh_lambdas": "Each turn makes a new function object.",
    "same_function": "JAX looks up the function and its types, and does not care that `jax.jit` was called again.",
    "decaying_rate": "Which type does the rate have in the first step, and which after the first product?",
}
assert "predicted" in globals(), (
    "Exercise count-the-traces: define predicted in the cell above and run it, then run this check."
)
assert isinstance(predicted, dict), (
    f"predicted should be a dictionary from names to numbers, as in the comment of the cell, not {predicted!r}."
)
assert predicted.keys() == THINK.keys(), (
    "predicted should have the names of the eight functions; missing or unknown:"
    f" {sorted(map(str, predicted.keys() ^ THINK.keys()))}."
)
mistakes = []
sequences = (
    shapes,
    rates,
    powers,
    trees,
    keywords,
    fresh_lambdas,
    same_function,
    decaying_rate,
)
for name, sequence in zip(THINK, sequences, strict=True):
    said = predicted[name]
    numeric = isinstance(said, (int, float, np.number, jax.Array))
    numeric = numeric and not isinstance(said, bool) and np.shape(said) == ()
    assert numeric, (
        f'predicted["{name}"] should be a whole number, how often update is traced, not {said!r}.'
    )
    step_counted = count_traces(update)
    sequence(step_counted)
    if said != step_counted.traces:
        too = "many" if said > step_counted.traces else "few"
        mistakes.append(f'"{name}": {said} is too {too}. {THINK[name]}')
assert not mistakes, (
    f"{8 - len(mistakes)} of 8 are right. {' '.join(mistakes)}"
    ' Read "When `jit` traces again" again.'
)
print("All eight agree with the count.")

# %% [markdown]
# ## Time it: warm up, and wait
#
# A stopwatch around a call can mislead you in two ways. The first call traces and compiles. And a call may return
# before its work is done:


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

start = time.perf_counter()
result = chain(m)
returned = time.perf_counter() - start
jax.block_until_ready(result)
finished = time.perf_counter() - start
print(f"first call:  {1e3 * first:.1f} ms until the result is there")
print(f"second call: returns after {1e3 * returned:.1f} ms")
print(f"             result is there after {1e3 * finished:.1f} ms")

# %% tags=["hidden"]
assert jnp.allclose(result, 1.0)
waited = jax.block_until_ready({"a": x, "b": None, "c": np.ones(2), "d": "text"})
assert waited["a"] is x
assert waited["d"] == "text"

# %% [markdown]
# The call hands the work to a queue of the device, and returns an array that is still being computed. (A CPU may do
# small work on the spot.) This is **asynchronous dispatch**: Python prepares the next operation while the device is
# busy with the last one. What looks at the numbers waits for them: `print`, `float`, NumPy. `jax.block_until_ready`
# waits without looking. It takes any pytree and returns it.
#
# So an honest time needs three things: inputs that are made beforehand, a first call that is not timed, and a wait
# for every result before the clock is read.

# %% [markdown]
# ## Exercise: an honest benchmark
#
# Here is the stopwatch that comes to mind first, and two functions whose true cost is known: `slow_start`
# sleeps for 0.2 s in its first call and for 0.02 s in each later one, as a function that compiles would; `chain`
# you have just timed.


# %%
def naive_benchmark(f, *args, repeats=10):
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args)
    return (time.perf_counter() - start) / repeats


woken = []


def slow_start():
    time.sleep(0.02 if woken else 0.2)
    woken.append(True)


# %% tags=["varies"]
print(f"slow_start {naive_benchmark(slow_start):.4f} s, should be about 0.02")
print(f"chain      {naive_benchmark(chain, m):.6f} s, should be about {finished:.4f}")

# %% [markdown]
# Define `benchmark(f, *args, repeats=10)`, which returns the seconds that one call `f(*args)` takes:
#
# - `f` is called once without being timed, and then `repeats` times with the clock running;
# - the result of each call, also of the first, is waited for before the next call begins, since otherwise calls
#   overlap in the queue;
# - `f` is timed as it is given, compiled or not. It may return an array, a pytree of arrays, a NumPy array or `None`;
# - what is returned is one number, the mean over the timed calls. (Their median or minimum is welcome too. The
#   `ValueError` in the docstring is optional: it is not tested.)
#
# <details>
# <summary>Hint</summary>
#
# Start from `naive_benchmark`. One line changes, and one is added.
#
# </details>

# %% exercise="honest-benchmark" kind="build" minutes="10"
### BEGIN SOLUTION
from snippets.timing import benchmark

### END SOLUTION

# %% [markdown]
# The check never asks how fast anything is. It gives you functions that note when they are called and whether
# their last result is ready, and compares your seconds with its own clock.

# %% check="honest-benchmark"
assert callable(globals().get("benchmark")), (
    "Exercise honest-benchmark: define the function benchmark in the cell above and run it, then run this check."
)
TIME_IT = 'Read "Time it: warm up, and wait" again.'


@jax.jit
def busy(turns):
    return jax.lax.fori_loop(0, turns, lambda _, v: v @ v / 256, jnp.ones((256, 256)))


def seconds_of_20_turns():
    start = time.perf_counter()
    jax.block_until_ready(busy(20))
    return time.perf_counter() - start


TURNS = max(20, int(20 * 0.025 / min(seconds_of_20_turns() for _ in range(4))))


class Witness:
    """A function to be timed that remembers its calls; the first one takes `first_call` seconds more."""

    def __init__(self, work, first_call=0.0):
        self.work, self.first_call = work, first_call
        self.arguments, self.begun, self.overlaps, self.pending = [], [], 0, ()
        self.traced = False

    def __call__(self, *args):
        if any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(args)):
            self.traced = True
            return args
        self.overlaps += not self.idle()
        self.begun.append(time.perf_counter())
        self.arguments.append(args)
        time.sleep(self.first_call if len(self.begun) == 1 else 0)
        self.pending = self.work()
        return self.pending

    def idle(self):
        return all(
            leaf.is_ready()
            for leaf in jax.tree.leaves(self.pending)
            if isinstance(leaf, jax.Array)
        )


def in_turn(*seconds):
    """Work that sleeps for each of these times in turn."""
    turns = iter(range(10**6))

    def work():
        time.sleep(seconds[next(turns) % len(seconds)])
        return np.ones(2)

    return work


def asked(witness, repeats, *args):
    """What `benchmark` says, and the seconds of each timed call by the check's own clock."""
    keywords = {} if repeats == 10 else {"repeats": repeats}
    seconds, problem = None, None
    try:
        seconds = benchmark(witness, *args, **keywords)
    except Exception as raised:
        if str(raised).startswith("Exercise "):
            raise
        problem = raised
    end, made = time.perf_counter(), len(witness.begun)
    assert not witness.traced, (
        "Inside benchmark, f is called with a tracer. Time f as it is given, without jit or another transformation"
        f" around it: whether it is compiled is the caller's choice. {TIME_IT}"
    )
    assert problem is None, (
        f"benchmark stops with {type(problem).__name__}: {str(problem)[:200]} ... It has called f {made} times, for"
        f" benchmark(f, {', '.join(map(str, args))}, repeats={repeats}). f may return an array, a tree, a NumPy array"
        f" or None, and jax.block_until_ready waits for any. {TIME_IT}"
    )
    one = isinstance(seconds, (float, int, np.number, np.ndarray, jax.Array))
    one = one and np.shape(seconds) == () and np.isfinite(float(seconds))
    assert one, (
        f"benchmark returns {str(seconds)[:80]!r}, not one number: is there a `return`, and is it the bare seconds?"
        f" {TIME_IT}"
    )
    how = (
        "Without repeats, which stands for 10,"
        if repeats == 10
        else f"With repeats={repeats}"
    )
    assert repeats + 1 <= made <= repeats + 3, (
        f"{how} the function is called {made} times. It should be {repeats + 1}: once without the"
        f" clock, then {repeats} times with it. {TIME_IT}"
    )
    for given in witness.arguments:
        passed_on = len(given) == len(args) and all(map(np.array_equal, given, args))
        assert passed_on, (
            f"The function should be called with {args}, but got {str(given)[:60]}: pass `*args` on. {TIME_IT}"
        )
    assert not witness.overlaps, (
        f"{witness.overlaps} of {made} calls begin before the result of the call before is there. Wait for each"
        f" result, that of the first call too. {TIME_IT}"
    )
    assert witness.idle(), (
        f"benchmark returns while the last result is still being computed: it is not waited for. {TIME_IT}"
    )
    return float(seconds), np.diff([*witness.begun[-repeats:], end])


for work, first_call in (
    (in_turn(0.02), 0),
    (in_turn(0.02), 0.2),
    (lambda: busy(TURNS), 0),
    (lambda: busy(TURNS), 0.3),
    (in_turn(0.04, 0.08, 0.01, 0.02), 0),  # with a first call of 0.04
    (in_turn(0.08, 0.01, 0.02, 0.04), 0),
):
    witness = Witness(work, first_call)
    seconds, by_clock = asked(witness, 4, jnp.arange(3), 2)
    took = ", ".join(f"{once:.4f}" for once in by_clock)
    told = f"benchmark says {seconds:.4g} s for calls that took {took} s"
    assert seconds < 100 * by_clock.max(), (
        f"{told}. Are these milliseconds? The unit is the second. {TIME_IT}"
    )
    assert not (first_call and seconds > 1.2 * by_clock.max()), (
        f"{told}, after a first call that took {first_call} s more. The clock must start after it. {TIME_IT}"
    )
    assert seconds < 1.2 * by_clock.max(), (
        f"{told}. Is this the time of all {len(by_clock)} calls together? {TIME_IT}"
    )
    waits = "Does the clock (perf_counter, not process_time) run while the result is waited for?"
    divides = "Is the time divided by the number of timed calls?"
    asynchronous = isinstance(witness.pending, jax.Array)
    assert seconds > 0.7 * by_clock.min(), (
        f"{told}. {waits if asynchronous or seconds < 0.1 * by_clock.min() else divides} {TIME_IT}"
    )
    assert seconds < 1.2 * max(by_clock.mean(), np.median(by_clock)), (
        f"{told}, which is neither their mean nor their median: is only one of the calls timed? {TIME_IT}"
    )
for work in (in_turn(0.03), lambda: busy(TURNS)):
    for _ in range(3):  # again only if something came between
        seconds, (once,) = asked(Witness(work), 1)
        if fits := 0.7 * once < seconds < 1.2 * once:
            break
    assert fits, (
        f"With repeats=1 benchmark says {seconds:.4f} s for a call that took {once:.4f} s. Is the time divided by the"
        f" number of calls that were timed, no more and no fewer? {TIME_IT}"
    )
for work in (
    lambda: {"loss": jnp.ones(()), "params": [busy(TURNS), np.ones(2)]},
    lambda: np.ones(2),
    lambda: None,
):
    asked(Witness(work), 10, jnp.arange(3), 2)
print(
    "The first call left out, each result waited for, `repeats` calls timed, all arguments passed on, and seconds"
)
print(
    "that agree with the check's clock: tested on arrays still being computed, on trees of them, on NumPy and None."
)

# %% [markdown]
# ## What do you gain?
#
# Measure a function of several operations, the GELU that many networks use between their layers, on arrays from one to
# a million numbers: in plain JAX, compiled, and in NumPy.
#
# $$\operatorname{gelu}(x) = \tfrac{1}{2} \, x \left(1 + \tanh\left(\sqrt{2 / \pi} \; (x + 0.044715 \, x^3)\right)\right)$$
#
# What else the machine does adds to a time, so take the best of three.


# %%
def gelu(x, xp=jnp):  # xp is jnp or np
    return 0.5 * x * (1 + xp.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x * x * x)))


def best_of_three(f, x):
    return min(benchmark(f, x, repeats=10) for _ in range(3))


sizes = 4 ** np.arange(11)
best = {"plain JAX": [], "NumPy": [], "compiled": []}
compiled_gelu = jax.jit(gelu)
for size in sizes:
    numbers = np.random.default_rng(0).normal(size=size).astype(np.float32)
    best["plain JAX"].append(best_of_three(gelu, jnp.array(numbers)))
    best["NumPy"].append(best_of_three(lambda x: gelu(x, np), numbers))
    best["compiled"].append(best_of_three(compiled_gelu, jnp.array(numbers)))

# %% tags=["plot", "varies", "cover"] alt="Seconds per call of plain JAX, NumPy and compiled JAX against array size, one to a million."
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for name, seconds in best.items():
    axes.loglog(sizes, seconds, "o-", label=name)
axes.legend()
axes.set(xlabel="numbers in x", ylabel="seconds per call")
plt.show()

# %% tags=["hidden"]
numbers = np.linspace(-3, 3, 101, dtype=np.float32)
dispatched = len(jax.make_jaxpr(gelu)(numbers).eqns)
assert np.allclose(compiled_gelu(numbers), gelu(numbers, np), atol=1e-5)
assert np.allclose(compiled_gelu(numbers), jax.nn.gelu(numbers), atol=1e-5)

# %% [markdown]
# On the left the arrays are tiny, and the height of a curve is the cost of a call. On the machine that made this page,
# plain JAX took {{ 1e6 * best["plain JAX"][0]:.0f}} µs for its {{ dispatched }} operations, the compiled function
# {{ 1e6 * best["compiled"][0]:.0f}} µs for its one program, and NumPy {{ 1e6 * best["NumPy"][0]:.0f}} µs. (On a CPU a
# curve may jump where JAX stops computing on the spot and hands the work to other threads.)
#
# On the right the work itself takes the time. For {{ sizes[-1]:,}} numbers, plain JAX took
# {{ 1e3 * best["plain JAX"][-1]:.2f}} ms, compiled JAX {{ 1e3 * best["compiled"][-1]:.2f}} ms and NumPy
# {{ 1e3 * best["NumPy"][-1]:.2f}} ms. The compiled program reads `x` once and writes its result. The other two write
# and read an array for each operation in between. Where the curves cross, if they do, depends on the machine.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# When is `jit` slower than NumPy? Think of at least two cases.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# When the work is smaller than the cost of a call: few operations on few numbers. When the function is called
# once, or with a new shape each time, so that every call compiles. If compiling takes $c$ seconds, a plain call $p$
# and a compiled call $q < p$, it pays off after $c / (p - q)$ calls. When there is nothing to fuse, as in a single
# product of large matrices, the two may be about equal, since NumPy hands that to a compiled routine too. And on an
# accelerator when the inputs are NumPy arrays, which have to travel at each call.
#
# </details>

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` An `if`, `while`, `and` or `not` got a
#   tracer. Use `jnp.where` or `lax.cond` when the choice depends on data, a static argument when the caller makes it.
#   (If the tracer has several entries: `ValueError: The truth value of an array`. Combine masks with `&`, `|`, `~`.)
# - `NonConcreteBooleanIndexError: Array boolean indices must be concrete` Keep the shape: pass the mask as `where=`.
# - `ConcretizationTypeError` from `float`, `int`, `.item()` or `jnp.arange`; `TracerIntegerConversionError` from
#   `range`; `TypeError: Shapes must be 1D sequences of concrete values` from `jnp.zeros`; `IndexError: Array slice
#   indices must have static start/stop/step`. Each wants a Python number: a static argument, or a mask.
# - `ValueError: Non-hashable static arguments are not supported` Arrays and lists cannot be static; tuples of numbers
#   can.
# - `ValueError: Reverse-mode differentiation does not work for lax.while_loop` The gradient of a loop whose number of
#   turns is traced: use `lax.scan`.
# - No message, and `nan` in a gradient: `where` computed a branch with an infinite slope. Put a second `where` inside.
# - No message, only slowness: new shapes, static values or functions at each call. Set `jax_explain_cache_misses`.
# - No message, and an old value: a global variable was read while tracing. Make it an argument.
# - A time that looks too good: the clock stopped before the result was ready.
#
# These and more: [Error messages of JAX and Haiku, explained](../reference/errors.py).
#
# </div>
#
# ## What you learned
#
# - `jax.jit` runs your Python with tracers, which have shapes and dtypes but no values, and compiles the record.
# - Code that asks a tracer for its value fails. Record the choice (`where`, `cond`), keep the shape (masks), or make
#   the argument static.
# - Loop with `scan` where you need a gradient: reverse mode needs a number of turns that is known while tracing.
# - JAX reuses a program for the same function, shapes, types, tree structure and static values. Compile once, reuse.
# - To time a function, make its inputs first, leave out the first call, and wait with `jax.block_until_ready`.
#
# Next: [Random keys, not seeds](random_keys.py), on random numbers that a compiled function can draw.
