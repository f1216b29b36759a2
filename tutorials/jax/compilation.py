# %% [markdown]
# # jit, and how to time it honestly
#
# `jax.jit` takes a function and returns one that gives the same results, sooner. "Sooner" can be measured,
# and most first measurements of it are wrong, among them the one in the practical from which this course
# grew: its stopwatch runs over the wrong things. To time a compiled function you have to know what compiling
# does, so this page explains the one by means of the other.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - say what `jax.jit` does with your function, read its record of it, and predict when it compiles again;
# - repair an `if` that meets a traced value, with `jnp.where` or with a static argument, and say which fits;
# - time a JAX function so that the number means something, and tell from it whether compiling pays.
#
# You need: tracers, from [Gradients of anything](../jax/gradients.py), and what an axis of a batch is, from
# [One example in mind, a batch in hand](../jax/batching.py).
#
# </div>

# %% [markdown]
# ## A stopwatch that seems right
#
# Here is a function with no meaning and many small operations, which is what a compiler likes. For arrays $x$
# and $y$ of $B$ rows and 12 columns, both counted from 0,
#
# $$f(x, y)_{ij} = x_{ij}^2 + x_{0j} \, a_{ij} + y_{ij} + x_{ij} + y_{ij}^3 + a_{ij} \, b_i,
# \qquad a_{ij} = x_{ij} + 1, \quad b_i = y_{i1}^2$$

# %%
import time

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


def polynom(x, y):  # both (B, 12)
    a = x + 1  # (B, 12)
    b = y[:, 1] ** 2  # (B,)
    return x**2 + x[0] * a + y + x + y**3 + a * b[:, None]  # (B, 12)


# %% [markdown]
# The practical times it like this: a thousand calls on fresh random arrays, first of the function as it is,
# then of the compiled one. (`split` and `normal` make the random numbers, and the next page is about them.)


# %%
def practical_loop(f, calls=1000):
    key = jax.random.key(0)
    start = time.perf_counter()
    for _ in range(calls):
        one_key, key = jax.random.split(key)
        x = jax.random.normal(one_key, (128, 12))
        y = jax.random.normal(one_key, (128, 12))
        f(x, y)
    return time.perf_counter() - start


# %% tags=["varies"]
plain = practical_loop(polynom)
compiled = practical_loop(jax.jit(polynom))
print(
    f"plain {plain:.2f} s, compiled {compiled:.2f} s: a ratio of {plain / compiled:.1f}"
)

# %% [markdown]
# A ratio, and one line of code was all it took. Can you trust it? Look once more at what happens between the
# two readings of the clock, and keep your list of doubts. You will come back to it with a better stopwatch,
# and find a quite different number.
#
# ## `jit` runs your Python once, to write it down
#
# Put a `print` into a function, compile it, and call it twice.


# %%
@jax.jit
def shrink(x):
    print("Python runs, with", x)
    return x / (1 + jnp.sum(x**2))


x = jnp.array([1.0, 2.0, 3.0])
print("first: ", shrink(x))
print("second:", shrink(2 * x))

# %% [markdown]
# Two calls, two right results, one run of your Python. (`@jax.jit` above a `def` means
# `shrink = jax.jit(shrink)`.) As under `jax.grad`, the function was given a tracer, but one that knows even
# less: `float32[3]`, a type and a shape, no values. JAX records what is done with it. This is called
# **tracing**, and the record, a **jaxpr**, can be printed:

# %%
jax.make_jaxpr(lambda x: x / (1 + jnp.sum(x**2)))(x)

# %% [markdown]
# Read it from the top: `a` is the input, three numbers of type `f32`; each line is one operation and names
# its result; the last names are the output. There is no Python left in it. That record goes to a compiler,
# XLA, which can see the whole of it and fuses operations, so that intermediate arrays need not be written to
# memory. Every later call runs the compiled program directly.
#
# What is not an operation on a tracer is not in the record. The `print` is not. Neither is a look at a
# variable outside:

# %%
factor = 3.0
scaled = jax.jit(lambda x: factor * x)

before = scaled(1.0)
factor = 30.0
print(before, scaled(1.0))

# %% [markdown]
# Still 3. While it was traced, the function read `factor`, and the *number* went into the program. Under
# `jax.grad` a change would have been seen, since `grad` runs your function each time. What may change belongs
# among the arguments.
#
# ## An `if` needs a value, and there is none
#
# A function that adds a kink: it leaves small numbers alone and stops at one.


# %%
def capped(x):
    if x > 1:
        return 1.0
    return x


print(capped(0.5), capped(7.0))

# %% raises="TracerBoolConversionError" match="Attempted boolean conversion of traced array"
jax.jit(capped)(0.5)

# %% [markdown]
# Python's `if` asks "true or false?" while the record is being written, when `x` is a type and a shape. Two
# answers, two records; JAX does not guess. The first repair is to record *both* outcomes and the choice
# between them, which is an operation like any other. It works on whole arrays, too.


# %%
@jax.jit
def capped(x):
    return jnp.where(x > 1, 1.0, x)


print(capped(0.5), capped(jnp.array([0.5, 7.0])))

# %% [markdown]
# The second repair is for another kind of argument, one that is no data but says which program you want.
# Here the number of steps is a Python loop's length:


# %%
def smooth(x, steps):
    traced.append(steps)
    for _ in range(steps):
        x = (x + jnp.roll(x, 1)) / 2
    return x


# %% raises="TracerIntegerConversionError" match="traced array"
traced = []
jax.jit(smooth)(x, 2)

# %% [markdown]
# The same complaint, this time from `range`. Declare the argument **static**: JAX then hands it to your
# function as the Python value that it is, and keeps a program of its own for each value. A list that notes
# each run of the Python code counts the tracings.

# %%
traced = []
smooth_compiled = jax.jit(smooth, static_argnames="steps")
for steps in (2, 2, 3, 2, 3):
    smooth_compiled(x, steps=steps)
print("traced for steps =", traced)

# %% [markdown]
# Five calls, two tracings. For an option with a handful of values that is a bargain; for a learning rate that
# changes at every step it would compile at every step. (By position instead of by name it is called
# `static_argnums=1`.) So: `jnp.where` when *data* decide, a static argument when the *caller* chooses among a
# few programs.
#
# ## Each new shape is a new program
#
# The record says `f32[3]`. What about an input that is not?
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The next cell calls one compiled function seven times. Which of the calls make JAX trace it again?
#
# </div>


# %%
@jax.jit
def scale_by(x, rate):
    traced.append(f"{x.dtype}{list(x.shape)} and {jnp.result_type(rate)}")
    return rate * x


calls = [
    (jnp.ones(4), 0.1),
    (jnp.zeros(4), 0.1),
    (jnp.ones(4), 0.2),
    (jnp.ones(5), 0.1),
    (jnp.ones(4, int), 0.1),
    (jnp.ones(4), 1),
    (jnp.ones(4), 0.3),
]
for number, arguments in enumerate(calls, start=1):
    traced = []
    scale_by(*arguments)
    print(f"call {number}:", "traced for " + traced[0] if traced else "-")

# %% tags=["hidden"]
traced = []
scale_by(jnp.ones(4), jnp.float32(0.1))
assert len(traced) == 1
scale_by(jnp.ones(4), jnp.float32(0.2))
assert len(traced) == 1

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The first, of course, and then calls 4, 5 and 6: a new shape, a new type of array, and a whole number where
# a float had been. Other *values* (calls 2, 3 and 7) change nothing, since the record holds none; a Python
# float is just a `float32` of shape `()` that arrives later. (An array, `jnp.float32(0.1)`, would be traced
# once more: JAX remembers whether the type was yours or Python's.)
#
# </details>
#
# This **retracing** gives right results and says nothing, which makes it easy to miss. A loop over sentences,
# each of another length, compiles at every turn; padding them to a few common lengths cures it.
#
# ## A call returns before the work is done
#
# The last surprise for the stopwatch. A chain of matrix products, compiled, and called once before, so that
# no tracing disturbs:


# %%
@jax.jit
def chain(m):  # (1200, 1200)
    for _ in range(12):
        m = m @ m / 1200
    return m


m = jnp.ones((1200, 1200))
result = jax.block_until_ready(chain(m))

# %% tags=["varies"]
start = time.perf_counter()
result = chain(m)
returned = time.perf_counter() - start
jax.block_until_ready(result)
finished = time.perf_counter() - start
print(
    f"the call returned after {1000 * returned:.2f} ms, the result was there after {1000 * finished:.0f} ms"
)

# %% tags=["hidden"]
assert returned < finished / 2
assert jnp.allclose(result, 1.0)

# %% [markdown]
# The call only hands the work over, to a queue of the device, and returns an array that is still being
# computed. This is **asynchronous dispatch**: Python prepares the next operation while the device is busy
# with the last. Whatever looks at the numbers waits for them: `print`, `float`, NumPy. To wait without
# looking, there is `jax.block_until_ready`, which takes any pytree of arrays and returns it. A clock that is
# read without it may have timed the handing over only.
#
# ## The same stopwatch, repaired
#
# Now repair the practical's measurement. Make the inputs beforehand, and this time two different ones: the
# loop drew `x` and `y` from the same key, so they were equal. Time the first call by itself. Wait for
# results.

# %% tags=["varies"]
x_key, y_key = jax.random.split(jax.random.key(0))
x, y = jax.random.normal(x_key, (128, 12)), jax.random.normal(y_key, (128, 12))
first, later = {}, {}
for name, f in {"plain": polynom, "compiled": jax.jit(polynom)}.items():
    jax.clear_caches()  # forget what is compiled: the first call shall be one
    start = time.perf_counter()
    jax.block_until_ready(f(x, y))
    first[name] = time.perf_counter() - start

    start = time.perf_counter()
    for _ in range(300):
        jax.block_until_ready(f(x, y))
    later[name] = (time.perf_counter() - start) / 300
    print(
        f"{name:8}  first call {1000 * first[name]:6.1f} ms, later calls {1000 * later[name]:.3f} ms"
    )

print(f"a ratio of {later['plain'] / later['compiled']:.0f}")

# %% tags=["hidden"]
one_key = jax.random.key(1)
assert (
    jax.random.normal(one_key, (128, 12)) == jax.random.normal(one_key, (128, 12))
).all()
assert not (x == y).any()
assert later["plain"] > 2 * later["compiled"]
assert first["compiled"] > 20 * later["compiled"]
assert first["plain"] > 3 * later["plain"]

# %% [markdown]
# As a rule this ratio is several times the first one. And the first call of the compiled function takes as
# long as very many later ones. Even *plain* JAX has a slow first call, since it compiles each operation, once
# for each shape, when it first meets it. That is how the plain function in the practical's loop came to pay
# for compiling, too.

# %% [markdown]
# ## Exercise: a stopwatch of your own
#
# Define `benchmark(f, *args, repeats=10)`, which returns the seconds that one call `f(*args)` takes:
#
# - `f` is called once without being timed, and then `repeats` times with the clock running;
# - the result of each call, also the first, is waited for before the next call begins, since otherwise calls
#   overlap in the queue;
# - `f` may be any function: it may return an array, a pytree of arrays, or a NumPy array;
# - what is returned is one number, the mean over the timed calls (their median or minimum is welcome too).
#
# <details>
# <summary>Hint</summary>
#
# The loop in "The same stopwatch, repaired" has all the parts. What changes is that `f(x, y)` becomes
# `f(*args)`, and 300 becomes `repeats`.
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
# What the check times: a function that hands work to the device and returns, and one that sleeps.


@jax.jit
def busy(turns):
    return jax.lax.fori_loop(0, turns, lambda _, v: v @ v / 256, jnp.ones((256, 256)))


jax.block_until_ready(busy(20))
start = time.perf_counter()
jax.block_until_ready(busy(20))
TURNS = max(20, int(20 * 0.03 / (time.perf_counter() - start)))


class Witness:
    """A function to be timed that remembers its calls; `first_call` is how many seconds more the first one takes."""

    def __init__(self, work, first_call=0.0):
        self.work, self.first_call = work, first_call
        self.arguments, self.begun, self.overlaps, self.pending = [], [], 0, ()

    def __call__(self, *args):
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


def asleep():
    time.sleep(0.03)
    return np.ones(2)


REPAIRED = 'Read "The same stopwatch, repaired" again.'


def time_it(witness, repeats, *args):
    """What `benchmark` says, and the seconds of each timed call by the check's own clock."""
    try:
        seconds = benchmark(
            witness, *args, **({} if repeats == 10 else {"repeats": repeats})
        )
    except NotImplementedError:
        raise
    except Exception as problem:
        calls = f"It has called the function {len(witness.begun)} times"
        raise AssertionError(
            f"benchmark stops with {type(problem).__name__}: {str(problem)[:200]} ... {calls}, for benchmark(f,"
            f" {str(args)[1:-1]}, repeats={repeats}). The function may return an array, a tree or NumPy's array, and"
            ' jax.block_until_ready waits for any: read "A call returns before the work is done" again.'
        ) from problem
    end = time.perf_counter()
    is_number = (
        isinstance(seconds, (float, int, np.number, jax.Array))
        and np.shape(seconds) == ()
    )
    assert is_number, (
        f"benchmark returns {seconds!r}, not one number: is there a `return`, and is it the bare seconds? {REPAIRED}"
    )
    made = len(witness.begun)
    assert repeats + 1 <= made <= repeats + 3, (
        f"With repeats={repeats} the function is called {made} times. It should be {repeats + 1}: once without the"
        f" clock, then {repeats} times with it. {REPAIRED}"
    )
    assert all(given == args for given in witness.arguments), (
        f"The function should be called with {args}, but got {str(witness.arguments[-1])[:60]}: pass `*args` on."
        f" {REPAIRED}"
    )
    assert not witness.overlaps, (
        f"{witness.overlaps} of {made} calls begin before the result of the call before is there. Wait for each result,"
        ' that of the first call too: read "A call returns before the work is done" again.'
    )
    assert witness.idle(), (
        "benchmark returns while the last result is still being computed: it is not waited for. Read"
        ' "A call returns before the work is done" again.'
    )
    return float(seconds), np.diff([*witness.begun[-repeats:], end])


for work, first_call in (
    (asleep, 0),
    (asleep, 0.3),
    (lambda: busy(TURNS), 0),
    (lambda: busy(TURNS), 0.3),
):
    seconds, by_clock = time_it(Witness(work, first_call), 4, "left", 2)
    told = f"benchmark says {seconds:.4g} s for calls that took {by_clock.min():.4f} to {by_clock.max():.4f} s"
    assert seconds < 100 * by_clock.max(), (
        f"{told}. Are these milliseconds? The unit is the second. {REPAIRED}"
    )
    assert not (first_call and seconds > 1.2 * by_clock.max()), (
        f"{told} each, after a first call that took {first_call} s more. The clock must start after it. {REPAIRED}"
    )
    assert seconds < 1.2 * by_clock.max(), (
        f"{told}. Is this the time of all {len(by_clock)} calls together? {REPAIRED}"
    )
    assert seconds > 0.1 * by_clock.min(), (
        f"{told}. Does the clock (perf_counter, not process_time) still run while the result is waited for? {REPAIRED}"
    )
    assert seconds > 0.7 * by_clock.min(), (
        f"{told}. Is the time divided by the number of timed calls? {REPAIRED}"
    )
    for _ in range(3):  # again only if something came between
        seconds, (once,) = time_it(Witness(work), 1)
        if fits := 0.7 * once < seconds < 1.2 * once:
            break
    assert fits, (
        f"With repeats=1 benchmark says {seconds:.4f} s for a call that took {once:.4f} s. Is the time divided by the"
        f" number of calls that were timed, no more and no fewer? {REPAIRED}"
    )

for work in (
    lambda: {"loss": jnp.ones(()), "params": [busy(TURNS), np.ones(2)]},
    lambda: np.ones(2),
):
    time_it(Witness(work), 10, "left", 2)
print(
    "The first call left out, each result waited for, `repeats` calls timed, all arguments passed on, and seconds"
)
print(
    "that agree with the check's clock: for arrays still being computed, for trees of them, and for NumPy."
)

# %% [markdown]
# ## Where the practical's time went
#
# Put four stopwatches into the practical's loop: one for the keys, one for the random numbers, one for the
# first call of the function, one for the other calls. Nothing else changes. They wait as little as the loop
# did, so the parts add up to what it measured.


# %%
def parts_of_loop(f, calls=1000):
    seconds = dict.fromkeys(
        ["keys", "random numbers", "first call", "other calls"], 0.0
    )
    key = jax.random.key(0)
    for call in range(calls):
        start = time.perf_counter()
        one_key, key = jax.random.split(key)
        split = time.perf_counter()
        x, y = (jax.random.normal(one_key, (128, 12)) for _ in range(2))
        drawn = time.perf_counter()
        f(x, y)
        seconds["keys"] += split - start
        seconds["random numbers"] += drawn - split
        seconds["other calls" if call else "first call"] += time.perf_counter() - drawn
    return seconds


# %% tags=["varies"] alt="Two stacked bars. Of the compiled loop, calls of the compiled function are the smaller part."
jax.clear_caches()
parts = {
    "compiled": None,
    "plain": parts_of_loop(polynom),
}  # the plain loop runs first, as in the practical
parts["compiled"] = parts_of_loop(jax.jit(polynom))

totals = {name: sum(seconds.values()) for name, seconds in parts.items()}
figure, axes = plt.subplots(figsize=(8, 2.6), layout="constrained")
left = np.zeros(2)
for part in parts["plain"]:
    share = np.array([100 * parts[name][part] / totals[name] for name in parts])
    axes.barh(
        [f"{name}, {totals[name]:.2f} s" for name in parts],
        share,
        left=left,
        label=part,
    )
    left += share
axes.set(xlabel="per cent of the loop's time", xlim=(0, 100))
axes.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1.0))
plt.show()

for name, seconds in parts.items():
    print(
        f"{name:8}: {seconds['other calls'] / totals[name]:.0%} of the time are calls after the first"
    )

# %% tags=["hidden"]
assert parts["compiled"]["other calls"] < sum(parts["compiled"].values()) / 2
assert parts["compiled"]["other calls"] < parts["plain"]["other calls"]

# %% [markdown]
# In the lower bar, most of the time goes to keys, random numbers and the one call that compiles. The
# compiled function is what is left over. The upper bar has paid for something else as well: the plain loop
# ran first, so that compiling the operations behind `split` and `normal` fell to it, and the compiled loop
# got them free.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The practical's own cell gave a ratio of about four on the machine where this course was prepared. You have
# seen that the function itself gains more. Why was it only about four?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Because `jit` can speed up one part of the loop only, and the clock ran over all of them. Let $r$ be what
# keys and random numbers take, $c$ the first call, $p$ and $q$ a plain and a compiled call, and $n$ the
# number of turns. The loop measures
#
# $$\frac{n r + c_\text{plain} + n p}{n r + c_\text{compiled} + n q}$$
#
# and not $p / q$. The more $r$ outweighs $q$, the closer it comes to $(r + p) / r$, however fast the
# compiled function is. Besides, the loop never waits, so $p$ and $q$ are the times to *hand over* the work.
# That hardly matters for work as small as this, and would be all that matters for `chain`.
#
# </details>
#
# ## When compiling pays
#
# Compilation is paid once and earned back call by call. With $c$ the time of the first call beyond a later
# one, it has paid after
#
# $$n = \frac{c}{p - q}$$
#
# calls, compared with plain JAX that has its own first call behind it.

# %% tags=["varies"]
p, q = (
    benchmark(polynom, x, y, repeats=100),
    benchmark(jax.jit(polynom), x, y, repeats=100),
)
c = first["compiled"] - q
print(
    f"plain {1e6 * p:.0f} µs, compiled {1e6 * q:.0f} µs: paid after {c / (p - q):.0f} calls"
)

# %% tags=["hidden"]
assert p > q
assert c / (p - q) > 1

# %% [markdown]
# For a training loop with thousands of steps that is nothing; for a function that you call once it is a
# loss. The size of the arrays matters as well, and so does whom you compare with. `polynom` takes NumPy
# arrays unchanged, and NumPy has computed before it returns: its result is dropped, since even the look
# whether it is ready would take longer than a small sum. And whatever else your machine does can only add
# to a time, so take the best of five. Begin with one operation.


# %%
def best_of_five(f, *args, repeats):
    return min(benchmark(f, *args, repeats=repeats) for _ in range(5))


def dropped(f):
    return lambda *args: f(*args) is None  # a bool: nothing to wait for


# %% tags=["varies"]
y_numpy = np.random.default_rng(0).normal(size=(4096, 12)).astype(np.float32)
for name, cube in {"y**3": lambda y: y**3, "y * y * y": lambda y: y * y * y}.items():
    with_numpy = best_of_five(dropped(cube), y_numpy, repeats=5)
    with_jit = best_of_five(jax.jit(cube), jnp.array(y_numpy), repeats=5)
    print(
        f"{name:9}  NumPy {1e6 * with_numpy:5.0f} µs, compiled {1e6 * with_jit:5.0f} µs"
    )

# %% [markdown]
# JAX knows that the exponent is 3 and multiplies (`integer_pow` in a jaxpr). NumPy calls a general power,
# which on some processors is very much slower. A ratio that hangs on this would compare two ways to write a
# cube, so let NumPy multiply, and time plain JAX, compiled JAX and NumPy on more and more rows.


# %%
def numpy_polynom(x, y):
    a = x + 1
    return x**2 + x[0] * a + y + x + y * y * y + a * (y[:, 1] ** 2)[:, None]


rows = 4 ** np.arange(9)  # 1 to 65536
draw = np.random.default_rng(0)
best = {"plain JAX": [], "NumPy": [], "compiled": []}
for B in rows:
    arrays = draw.normal(size=(2, B, 12)).astype(np.float32)
    x, y = jnp.array(arrays)
    repeats = 20 if B < 1000 else 3
    best["plain JAX"].append(best_of_five(polynom, x, y, repeats=repeats))
    best["NumPy"].append(best_of_five(dropped(numpy_polynom), *arrays, repeats=repeats))
    best["compiled"].append(best_of_five(jax.jit(polynom), x, y, repeats=repeats))

# %% alt="Compiled code beats plain JAX at every size; NumPy falls behind it on the largest arrays." tags=["varies", "cover"]
gain = {
    name: np.array(best[name]) / best["compiled"] for name in ("plain JAX", "NumPy")
}
figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for name, values in gain.items():
    (line,) = axes.loglog(12 * rows, values, "o-")
    shift = 14 if name == "plain JAX" else -16
    axes.annotate(
        name,
        (12 * rows[4], values[4]),
        (0, shift),
        textcoords="offset points",
        color=line.get_color(),
    )
axes.axhline(1, linestyle="--", color="C2")
axes.text(12 * rows[-1], 0.93, "as fast as compiled", color="C2", ha="right", va="top")
axes.set(xlabel="numbers in x", ylabel="time / time of the compiled function")
plt.show()

# %% tags=["hidden"]
assert len(jax.make_jaxpr(polynom)(x, y).eqns) > 12
assert min(gain["plain JAX"]) > 1
assert min(gain["NumPy"][:5]) < gain["NumPy"][-1]
assert gain["NumPy"][-1] > 1

# %% [markdown]
# Plain JAX hands over more than a dozen operations where the compiled function hands over one program, and its curve
# is above the dashed line throughout. NumPy starts an operation with far less ado. Where its curve is below
# the dashed line, it is the faster one, which may well be so for all but large arrays. (A CPU may show a
# step there: JAX computes very small things on the spot, and from some size on by way of the queue.) With
# more numbers the compiled function gains: it reads `x` and `y` once, where NumPy writes and reads an array
# for every operation.
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
# When the work is smaller than the cost of a call: few operations on few numbers, as in the next cell. When
# the function is called once, or with a new shape each time, so that every call compiles. When there is
# nothing to fuse, a single product of large matrices, say, it is about equal, since NumPy hands that to a
# compiled routine too. And on an accelerator when its inputs are NumPy arrays, which then travel at each
# call.
#
# </details>

# %% tags=["varies"]
numbers = np.ones(10, np.float32)
with_numpy = best_of_five(dropped(lambda v: v + 1), numbers, repeats=300)
with_jit = best_of_five(jax.jit(lambda v: v + 1), jnp.array(numbers), repeats=300)
print(
    f"ten additions: NumPy {1e6 * with_numpy:.1f} µs, compiled {1e6 * with_jit:.1f} µs"
)

# %% tags=["hidden"]
assert with_numpy < with_jit

# %% [markdown]
# ## What you learned
#
# - `jax.jit` runs your Python once for each combination of shapes, types and static values, with tracers that
#   have no values, and compiles the record. `jax.make_jaxpr` prints it.
# - `print`, a look at a global, an `if`: whatever is no operation on a tracer happens while tracing,
#   or fails.
# - A call returns before its result is there; `jax.block_until_ready` waits.
# - An honest figure leaves out the first call and the making of inputs, waits for results, and is compared
#   with the cost of compiling: it pays after $c / (p - q)$ calls.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` An `if`, `while`, `and` or `not`
#   got a tracer: `jnp.where` if data decide, a static argument if the caller does.
# - `TracerIntegerConversionError` A Python number is wanted, for `range` or a shape: make the
#   argument static.
# - `ValueError: Non-hashable static arguments` A static argument must be hashable, which arrays and lists are
#   not: make it a tuple, or do not make it static.
# - No message, only slowness: each call brings a new shape or a new static value. Count the tracings.
# - No message, and an old value: a variable outside was read while tracing. Make it an argument.
# - A time that is too good: nobody waited for the result.
#
# </div>

# %% [markdown]
# Next: [Keys, not seeds](../jax/random_keys.py), on the random numbers that took up so much of the loop,
# and why `x` and `y` were equal in it.
