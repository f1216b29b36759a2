# %% [markdown]
# # Mutable state: refs and registered classes
#
# A **ref** is an array that compiled code may write to. A **registered class** is one whose objects JAX can pass in
# and out of compiled methods. Flax NNX registers its modules, and can hold their variables in refs.

# %% tags=["short"]
import jax


@jax.jit
def double(x):
    calls[...] += 1
    return 2 * x


calls = jax.new_ref(0)
print(double(double(3)), calls[...])

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - keep a counter or a log in a `jax.new_ref` inside compiled code, and say what refs refuse;
# - compile a method in one of three ways, and choose by what goes stale or is traced a second time;
# - map over a tree with the path of each leaf, and read `nnx.split` and `nnx.merge`.
#
# You need: [tracing and retracing](../jax/compilation.py), [pytrees](../jax/gradients.py), and at the end
# [Flax NNX](../porting/leaving_haiku.py).
#
# </div>

# %% [markdown]
# ## A ref is an array that compiled code may write
#
# Haiku passes state in and out of `apply`, and so do most programs in JAX, because compiled code that changes something
# behind your back is hard to trust. Refs let you change state where you use it. `jax.new_ref(array)` makes a ref with
# the shape and the dtype of a JAX array. `ref[...]` reads it, `ref[...] = x` writes it, and with an integer or a
# forward slice, as below, you read or write a part. You cannot set a ref of floats to an integer, so write `1.0` and
# not `1`, and nothing is broadcast.

# %%
import dataclasses

import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from flax import nnx

# %%
history = jax.new_ref(jnp.zeros(4))
history[1] = 5.0
history[2:] += 1.0
print(history[...], history[1])

# %% [markdown]
# So far this looks like NumPy. But a compiled function may do the same, and the value remains after the call although
# the function does not return it:

# %%
calls = jax.new_ref(jnp.zeros((), jnp.int32))


@jax.jit
def double(x):
    calls[...] += 1
    print("Python runs")
    return 2 * x


# %% [markdown]
# Here you call `double` three times, and then ten times in a loop of JAX. What is in `calls` at the end?
#
# - [{{ seen[-1] == 1 }}] 1, because its lines run only while JAX traces
# - [{{ seen[-1] == 13 }}] 13, because each run adds 1
# - [{{ seen[-1] == 4 }}] 4, because a loop is one call

# %% tags=["predict"]
for x in (1.0, 2.0, 3.0):
    double(x)
seen = [int(calls[...])]
jax.lax.fori_loop(0, 10, lambda _, x: double(x), 1.0)
seen.append(int(calls[...]))
print(seen)

# %% [markdown]
# The line with `print` belongs to Python, so it runs while JAX traces. The line with `calls` became part of the
# program, so it runs as often as the program does, in the loop too. The jaxpr shows the ref as a variable that is read
# and written, and the figure shows its value after each call:

# %%
print(jax.make_jaxpr(lambda x: double.__wrapped__(x))(1.0))

# %% tags=["plot", "cover"] alt="Above, a count goes into each pure call and comes out; below, three calls write 1, 2, 3 to one ref."
# Caption: A ref is written in place; a pure function hands the count on.
from snippets.drawing import PARAMETERS, array, arrow, box, canvas, note

axes, _writing, calls[...] = canvas(17.2), [], 0
_jaxpr, _write = "jax.make_jaxpr", "calls[...] += 1"
_read, _added, _new = (
    f"{_jaxpr} | {_equation}"
    for _equation in ("c:i32[] <- a[...]", "d:i32[] = add c 1:i32[]", "a[...] <- d")
)
_made = "calls = jax.new_ref(jnp.zeros((), jnp.int32)) | a:Ref{i32[]}"
note(axes, 0.2, 1.2, "pure: the count goes in and comes out", "left", _jaxpr)
_before = array(axes, 0.2, 3, 0, (), PARAMETERS, 2.6, ".0f", _read)
for _number, _place in enumerate((6.9, 17.9, 28.9), start=1):
    _pure = box(axes, _place, 4.3, "double", of=_added)
    _after = array(axes, _place + 4, 3, _number, (), PARAMETERS, 2.6, ".0f", _new)
    arrow(axes, _before, _pure, color=PARAMETERS, of=_read)
    arrow(axes, _pure, _after, color=PARAMETERS, of=_new)
    _before = _after
    double(1.0)
    _writing.append(box(axes, _place, 10.8, f"writes {calls[...]}", of=_write))
note(axes, 0.2, 8.2, "with a ref: each call writes to one place", "left", _write)
_ref = array(axes, 16.6, 14.2, calls[...], (), PARAMETERS, 2.6, ".0f", _made)
for _call in _writing:
    arrow(axes, _call, _ref, color=PARAMETERS, of=_write)
note(axes, 20, 15.8, "calls", "left", _made, color=PARAMETERS)
plt.show()

# %% [markdown]
# A ref can also be local. A function that makes one, fills it in a loop and returns its value is pure from outside.
# `jax.grad` and `jax.vmap` work on the one below. But `jax.jacfwd` raises an error, and so may `jax.grad` if a `cond`
# or a `while_loop` fills the ref. Keep `jax.checkpoint` away: around the loop it makes the gradient 0 without a
# message, and around the function it raises an error.


# %%
def running_sums(x):  # (T,) -> (T,)
    total, sums = jax.new_ref(jnp.zeros(())), jax.new_ref(jnp.zeros_like(x))

    def add(step, _):
        total[...] += x[step]
        sums[step] = total[...]

    jax.lax.fori_loop(0, len(x), add, None)
    return sums[...]


series = jnp.array([1.0, 2.0, 4.0])
print(jax.jit(running_sums)(series), jax.vmap(running_sums)(jnp.ones((2, 3))))
print(jax.grad(lambda x: running_sums(x)[1])(series))

# %% [markdown]
# ### What refs refuse
#
# JAX may reorder, copy and drop operations, because values do not change. A ref does change, and if two names mean the
# same ref, the order of reads and writes matters. So JAX has to know at every point which ref is meant, and refuses
# most of what would make that unclear. (`vmap` and `grad` do not notice a ref that is passed and also read from
# outside.) Most of these calls need only a small change:

# %%
memory = jax.new_ref(jnp.zeros(()))


def write(x):
    memory[...] = x
    return x


refused = {
    "return a ref": lambda: jax.jit(lambda: memory)(),
    "carry a ref": lambda: jax.lax.scan(lambda ref, _: (ref, None), memory, length=2),
    "pass it twice": lambda: jax.jit(lambda a, b: None)(memory, memory),
    "use it as an array": lambda: jnp.sin(memory),
    "another shape": lambda: write(jnp.ones(3)),
    "write a differentiated value": lambda: jax.grad(write)(1.0),
    "write under vmap": lambda: jax.vmap(lambda x: write(7.0))(jnp.ones(3)),
}
for name, call in refused.items():
    try:
        call()
    except Exception as problem:
        print(f"{name:29}{type(problem).__name__}: {str(problem)[:70]} ...")

# %% [markdown]
# The last two need more. For the differentiated value, write `jax.lax.stop_gradient(x)` to the ref. The message
# of the last one blames a mapped value, although the 7 was a constant: under `vmap` a shared ref may be read but not
# written. The same holds in `jacfwd`, `hessian` and `lax.map` with `batch_size`, because they contain a `vmap`.
# Instead, pass `vmap` a ref with one more axis, the first, as an argument.
#
# `cond`, `scan`, `fori_loop`, `while_loop` and `jax.checkpoint` read and write a ref that they take from outside.
# (Under `vmap`, a `cond` that touches a ref raises an error, and so does a `while_loop` that reads a shared one and has
# a mapped condition.)
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A loss under `jax.checkpoint` counts its calls in a ref. What does the counter say after one gradient?
#
# - [{{ _runs[...] == 0 }}] 0: it keeps no writes.
# - [{{ _runs[...] == 1 }}] 1: it was called once.
# - [{{ _runs[...] == 2 }}] 2: its program runs twice.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# By default `jax.checkpoint` does not keep what the function computed, and runs it a second time for the gradient, so
# the function writes twice. That is the price of a side effect: it counts how often the program ran, not how often you
# called it.
#
# </details>

# %% tags=["hidden"]
_runs = jax.new_ref(jnp.zeros(()))


def _counted_sine(x):
    _runs[...] += 1
    return jnp.sin(x)


jax.grad(jax.checkpoint(_counted_sine))(1.0)
assert _runs[...] == 2

# %% [markdown]
# ## Exercise: two counters that survive `jit`
#
# You suspect that a step is traced too often, and that some rows of its batch turn into nan now and then. Define
# `counted(f, rows)`, which returns `compiled` and `counts`.
#
# - `compiled` is `jax.vmap(f)` under `jax.jit`, for any arrays of `rows` rows, 1 or more; `f` makes an array of each row;
# - `counts()` returns a dictionary: `"traces"`, how often JAX traced `f` through `compiled`, and `"bad"`, an array of
#   integers that says for each row in how many runs its result was not finite everywhere. Runs in a loop of JAX count one
#   by one, and so do those in `jax.grad`.
#
# Each call of `counted` has counters of its own. In NumPy, where nothing is traced, it would be:


# %%
def counted_in_numpy(f, rows):
    bad = np.zeros(rows, int)

    def called(*arrays):
        results = np.stack([f(*row) for row in zip(*arrays, strict=True)])
        bad[:] += [not np.isfinite(result).all() for result in results]
        return results

    return called, lambda: {"traces": 0, "bad": bad.copy()}


called, counts = counted_in_numpy(np.sqrt, 3)
with np.errstate(invalid="ignore"):
    for entry in (-1.0, 1.0, -2.0):
        called(np.array([[1.0, 2.0], [entry, 3.0], [4.0, 5.0]]))
print(counts())


# %% exercise="two-counters" kind="build" minutes="15"
def counted(f, rows):
    ### BEGIN SOLUTION
    traces, bad = [0], jax.new_ref(jnp.zeros(rows, jnp.int32))

    @jax.jit
    def compiled(*arrays):
        traces[0] += 1
        results = jax.vmap(f)(*arrays)
        finite = jnp.isfinite(results).reshape(rows, -1).all(axis=1)
        bad[...] += ~finite
        return results

    return compiled, lambda: {"traces": traces[0], "bad": np.array(bad[...])}
    ### END SOLUTION


# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Which of the two lines in `double` runs while JAX traces, and which at each run? Inside `vmap`, a ref that all
# rows share may be read: write it outside, or give each row its own.
#
# </details>

# %% check="two-counters"
from publishing.teaching.checking import Check

_advice = {
    "returned": "A compiled function cannot return a ref: read it outside.",
    "unbatched": "All rows share this ref: write it outside of vmap, or map over it.",
    "unpack": "It returns two functions: compiled and counts.",
    "all rows at once": "Is it mapped?",
    "broadcasting": "The result of a row may have any shape, and gets one flag.",
    "TracerBool": "Under jax.jit, no `if` may depend on a result: add up its flags.",
    "racer": "A number of Python cannot count what the program does; a ref can.",
    "": "Which counter belongs to Python, and which to the program?",
}
_check = Check(
    globals(), "counted", "A ref is an array that compiled code may write", _advice
)


def used(counted):
    """Calls with good and bad rows, other shapes, in a loop and in grad; and the counts."""

    def of(rows, size, steps):
        in_python, seen = [], {"traces": [], "bad": []}

        def f(x, y):
            if y.ndim:
                raise ValueError("f gets all rows at once.")
            in_python.append(x)
            return jnp.sqrt(x) / y

        def read():
            for name, value in counts().items():
                seen[name].append(np.asarray(value))

        compiled, counts = counted(f, rows)
        other, others = counted(jnp.log, rows)
        good, ones = jnp.ones((rows, size)), jnp.ones(rows)
        nan, inf = good.at[-1, -1].set(-1), ones.at[0].set(0)
        read()
        results = [compiled(4 * good, ones), compiled(good, 2 * ones)]
        results.append(compiled(nan, ones))
        compiled(good, inf)
        read()
        compiled(jnp.ones((rows, size, 2)), ones)
        compiled(jnp.ones((rows, size), int), ones)
        read()
        results.append(len(in_python))
        jax.lax.fori_loop(0, steps, lambda _, x: (compiled(nan, ones), x)[1], 0)
        results.append(jax.grad(lambda x: compiled(x, inf + 1).sum())(good)[0])
        jax.grad(lambda x: compiled(x, inf).sum())(good)
        read()
        seen["traces"].pop()  # a loop and a gradient may trace, or not
        jax.jit(other)(ones)
        others = {name: np.asarray(value) for name, value in others().items()}
        return results, seen, others

    return of


def _case(rows, size, steps):
    when = f"With {rows} rows of {size} entries and a loop of {steps}, "
    own = "Do calls of counted share their counters?"
    results, seen, others = _check.call(rows, size, steps, by=used, when=when)
    values = [np.full((rows, size), value) for value in (2.0, 0.5, 1.0)]
    values[2][-1, -1] = np.nan
    slope = np.full(size, 0.5)
    mistakes = {
        "f runs in Python at each call: is it compiled?": [*values, 6, slope],
        "nan is replaced; leave what f makes.": [*map(np.nan_to_num, values), 3, slope],
        "": "Is f mapped and compiled as it is? At [3]: how often it ran in Python.",
    }
    _check.agrees(results, [*values, 3, slope], mistakes, when)
    one = all(np.ndim(number) == 0 for number in seen["traces"])
    _check.require(one, f'{when}"traces" is no number: are the names exchanged?')
    inf, nan = np.eye(rows, dtype=int)[[0, -1]]
    right = np.stack([0 * inf, inf + nan, inf + nan, 2 * inf + (1 + steps) * nan])
    bad = {
        "an infinite entry is not finite, either.": right[:, -1:] * nan,
        "is each entry looked at? A nan is missed.": right[:, :1] * inf,
        "a bad row counts for all rows.": 0 * inf + right.sum(1, keepdims=True),
        "the last run alone counts.": [0 * inf, inf, 0 * inf, inf],
        "the finite runs are counted.": np.c_[[0, 4, 6, 8 + steps]] - right,
        "runs in a loop of JAX, or in jax.grad, do not count.": right[[0, 1, 2, 1]],
        "bad overflows: how far does its dtype count?": right % 256,
        "": right,
    }
    counts = {text: {"traces": [0, 1, 3], "bad": [*rows]} for text, rows in bad.items()}
    right = counts.pop("")
    counts["another dtype is traced, too."] = {**right, "traces": [0, 1, 2]}
    counts[""] = "In order: before any call, after four, after two of other forms."
    _check.require(not seen["bad"][0].any(), f"{when}counters do not begin at 0. {own}")
    _check.agrees(seen, right, counts, when, "the counts", rtol=0)
    right = {"traces": 1, "bad": 0 * inf}
    told = {"a trace in another program counts, too.": right | {"traces": 0}, "": own}
    _check.agrees(others, right, told, when, "the counts of another f", rtol=0)


_draw = np.random.default_rng()
_more, _many = (int(_draw.integers(*its)) for its in ((17, 40), (257, 400)))
_case(3, 2, 10)
_check.over(_case, (1, 1, 1), (_more, 5, 0), (2, 2, _many))
print("Traces and bad rows agree, in loops and gradients too, for each function apart.")

# %% [markdown]
# ## A method under `jit`: three ways
#
# You can't simply compile a method of an object that holds arrays, because `self` is an argument, and JAX does not know
# its class:


# %%
class Scale:
    def __init__(self, scale):
        self.scale = scale

    @jax.jit
    def __call__(self, x):
        return self.scale * x


# %% raises="TypeError" match="Error interpreting argument to"
Scale(2.0)(1.0)

# %% [markdown]
# ### One: `self` is static
#
# Research code with an `Experiment` class marks `self` as static, with `@jax.jit(static_argnums=0)`. JAX then treats
# the object as a constant. As [the training loop](training_loops.py#trainingstate-and-an-experiment-around-it) shows, a
# change of the object goes unnoticed until the next trace, and each unequal object is traced and kept alive. A static
# `self` suits a few objects that hold settings and stay as they are.
#
# ### Two: compile a function, not the method
#
# Pass the arrays in, as Haiku does: `apply` is a function, and its parameters are an argument. The method then passes
# what changes to a compiled function:


# %%
@jax.jit
def scaled(scale, x):
    return scale * x


class OutsideScale(Scale):
    def __call__(self, x):
        return scaled(self.scale, x)


scale = OutsideScale(2.0)
before = scale(1.0)
scale.scale = 3.0
print(before, scale(1.0))

# %% tags=["hidden"]
assert (before, scale(1.0)) == (2, 3)

# %% [markdown]
# ### Three: register the class
#
# `jax.tree_util.register_dataclass` tells JAX which fields of a dataclass are arrays, or trees of arrays, and which are
# settings. The object is then a pytree, like a dictionary: it can be an argument and a result of a transformation or a
# carry of `scan`, `jax.grad` can differentiate with respect to it if its arrays are floats, and its methods compile
# like functions.


# %%
@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RegisteredScale:
    scale: jax.Array
    power: int = dataclasses.field(default=1, metadata={"static": True})

    @jax.jit
    def __call__(self, x):
        return self.scale * x**self.power


scale = RegisteredScale(jnp.array(2.0))
before = scale(1.0)
scale = dataclasses.replace(scale, scale=jnp.array(3.0))
print(before, scale(1.0), jax.grad(lambda scale: scale(2.0))(scale))

# %% [markdown]
# A field with `static` is part of the structure: it may be an `int`, a string or a function, it has no gradient, and
# each unequal value is traced. `frozen=True` is not required, but it protects you, because a method that assigns to
# `self` under `jit` would only change a copy.
#
# ## Exercise: how many traces?
#
# How often does JAX trace the method in each of these functions?

# %%
TRACES = [0]


def traced(method):
    def counted_method(self, x):
        TRACES[0] += 1
        return method(self, x)

    return counted_method


class Static:
    def __init__(self, scale):
        self.scale = scale

    __call__ = jax.jit(traced(lambda self, x: self.scale * x), static_argnums=0)


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class Registered:
    scale: jax.Array
    name: str = dataclasses.field(default="a", metadata={"static": True})

    __call__ = jax.jit(traced(lambda self, x: self.scale * x))


def a(Scale=Static):
    scale = Scale(2.0)
    scale(1.0)
    scale.scale = 3.0
    scale(2.0)


def b():
    for value in (1.0, 2.0, 3.0):
        Static(value)(1.0)


def c():
    for value in (1.0, 2.0, 3.0):
        Registered(value)(1.0)


def d():
    for name in ("a", "b", "a"):
        Registered(2.0, name)(1.0)


def e():
    for scale in (2.0, jnp.float32(2.0), jnp.array([2.0])):
        Registered(scale)(1.0)


# %% [markdown]
# Define `traces_of`, a dictionary from the five letters to numbers. Every function begins with an empty cache.

# %% exercise="traced-methods" kind="predict" minutes="8"
# traces_of = {"a": ..., "b": ..., "c": ..., "d": ..., "e": ...}
### BEGIN SOLUTION
traces_of = {"a": 1, "b": 3, "c": 1, "d": 2, "e": 3}
### END SOLUTION

# %% check="traced-methods"
from publishing.teaching.checking import predicted

_truth = {}
for _letter, _calls in zip("abcde", (a, b, c, d, e), strict=True):
    jax.clear_caches()
    TRACES[0] = 0
    _calls()
    _truth[_letter] = TRACES[0]
_reasons = {
    "a": "By what does JAX recognise a static object, and does that change with its attribute?",
    "b": "How many objects are there, and do they have one hash?",
    "c": "Is the number a part of the structure, or a leaf?",
    "d": "Which values of the static field are new?",
    "e": "What is a trace made for: a number, a shape, a dtype, the type of a leaf?",
}
predicted(globals(), "traces_of", _truth, _reasons)
print("All five agree with what JAX traced.")

# %% [markdown]
# ## Exercise: a running mean that compiles once
#
# This class keeps a mean of all batches that it has seen. Its results are right, but it is slow, because each update is
# traced.


# %%
@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class SlowMean:
    total: jax.Array  # (D,)
    count: int = dataclasses.field(default=0, metadata={"static": True})

    @jax.jit
    def update(self, batch):  # (B, D)
        return SlowMean(self.total + batch.sum(axis=0), self.count + len(batch))

    @property
    def mean(self):
        return self.total / max(self.count, 1)


mean = SlowMean(jnp.zeros(2))
for batch in (jnp.ones((3, 2)), jnp.zeros((1, 2))):
    mean = mean.update(batch)
print(mean, mean.mean)

# %% [markdown]
# Define `RunningMean`, made by `RunningMean(jnp.zeros(D))`, with the same `update` and `mean`: the mean of all rows of
# all batches, which may differ in size. A hundred updates with batches of one shape trace once or twice, and `mean`
# works inside compiled functions too. Before the first batch the mean is zero.

# %% exercise="steady-mean" kind="repair" minutes="15"
### BEGIN SOLUTION


@jax.tree_util.register_dataclass
@dataclasses.dataclass(frozen=True)
class RunningMean:
    total: jax.Array  # (D,)
    count: jax.Array | float = 0.0

    @jax.jit
    def update(self, batch):  # (B, D)
        return RunningMean(
            self.total + batch.sum(axis=0), jnp.float32(self.count + len(batch))
        )

    @property
    def mean(self):
        return self.total / jnp.maximum(self.count, 1)


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Which field makes JAX trace again? What would it have to be, and which function in `mean` then has to be one of JAX's?
#
# </details>

# %% check="steady-mean"
from publishing.teaching.checking import Check

_advice = {
    "Error interpreting argument": "JAX does not know the class: is it registered?",
    "TracerBool": "Under jax.jit the count is a tracer: max is Python's.",
    "returned a value": "The class is not registered: a compiled function cannot return it.",
    "cannot assign": "A frozen object is not changed: return a new one.",
    "NoneType": "update returns None, not a new object.",
    "metadata": "A static field cannot hold a tracer: which field has to be a leaf?",
    "out of bounds": "How many rows can the dtype of the count hold?",
    "": "RunningMean(jnp.zeros(D)) has update(batch), which returns a new one, and mean.",
}
_check = Check(globals(), "RunningMean", "A method under `jit`: three ways", _advice)


def means_of(RunningMean):
    """The means after each batch, by updates outside and inside of compiled code."""

    def of(batches):
        one = jax.jit(lambda state, batch: (state.update(batch), state.mean))
        start = state = RunningMean(jnp.zeros(batches[0].shape[1]))
        eager, compiled = [state.mean], []
        for batch in batches:
            state = state.update(batch)
            eager.append(state.mean)
        state = start
        for batch in batches:
            state, mean = one(state, batch)
            compiled.append(mean)
        return eager, [*compiled, state.mean]

    return of


def traces_of_each(RunningMean):
    """How often JAX traces in each update, and structures, eagerly and in a compiled step."""

    def of(batches):
        found = []
        for step in (lambda state, batch: state.update(batch), None):
            step = step or jax.jit(lambda state, batch: state.update(batch))
            state, seen, forms = RunningMean(jnp.zeros(batches[0].shape[1])), [], set()
            for batch in batches:
                _traced[0] = 0
                state = step(state, batch)
                seen.append(_traced[0])
                forms.add(jax.tree.structure(state))
            found.append((seen, len(forms)))
        return found

    return of


def _count(event, *_, **__):
    _traced[0] += event == "/jax/core/compile/jaxpr_trace_duration"


_traced = [0]
_batches = [jnp.ones((3, 2))] * 8
jax.monitoring.register_event_duration_secs_listener(_count)
try:
    for _seen, _forms in _check.call(_batches, by=traces_of_each):
        _why = (
            "is the count static"
            if _forms > 2
            else "is jax.jit new in each, or an argument static"
        )
        _told = f"of eight updates with batches of one shape, {sum(map(bool, _seen))} trace: {_why}?"
        _check.require(not any(_seen[2:]), _told)
finally:
    jax.monitoring.unregister_event_duration_listener(_count)
_draw = np.random.default_rng(0)
for _sizes, _columns, _scale in (
    ((3, 3, 3, 3), 2, 1),
    ((3, 1), 2, 1),
    ((1,) * 7, 1, 100),
    ((8, 2, 5, 1), 5, 1e-3),
    ((274, 2, 32_748, 32_512), 3, 1),  # a count of 16 bits ends before 2**16
    ((1,) * 270, 2, 1),
):
    _forms = [(rows, _columns) for rows in _sizes]
    _batches = [jnp.float32(_scale * _draw.normal(1, 1, form)) for form in _forms]
    _ends, _sums = np.cumsum([0, *_sizes]), np.zeros((len(_sizes) + 1, _columns))
    for _n, _batch in enumerate(_batches):
        _sums[_n + 1] = _sums[_n] + np.sum(_batch, axis=0, dtype=float)
    _right = list(_sums / np.maximum(_ends, 1)[:, None])
    _when = f"After batches of {', '.join(map(str, _sizes[:5]))}{' ...' * (len(_sizes) > 5)} rows, "
    _eager, _compiled = _check.call(_batches, by=means_of, when=_when)
    _each = [_right[0], *(np.mean(batch, axis=0) for batch in _batches)]
    _counts = np.maximum(np.arange(len(_sizes) + 1), 1)[:, None]
    _of_means = np.cumsum(_each, axis=0) / _counts
    _mistakes = {
        "that is the mean of the last batch.": _each,
        "that is the mean of the means of the batches.": [*_of_means],
        "rows are not counted, only batches.": list(_sums / _counts),
        "before the first batch it is 0 / 0.": [np.full(_columns, np.nan), *_right[1:]],
        "a count of 16 bits overflows.": list(
            _sums / np.maximum(_ends.astype(np.int16), 1)[:, None]
        ),
        "a bfloat16 count stops at 256.": [*(_sums / np.clip(_ends, 1, 256)[:, None])],
        "": "What are the sum and the number of all rows so far?",
    }
    _check.agrees(_eager, _right, _mistakes, _when, "the means")
    _check.agrees(_compiled, _right, _mistakes, _when, "the means in compiled code")
print("The means agree, of batches of any size, and only the first updates trace.")

# %% [markdown]
# ## Leaves by name: `map_with_path`
#
# `jax.tree.map_with_path` also passes the path of each leaf, so that you can treat leaves by name: decay weights but
# not biases, freeze an encoder.

# %%
tree = {
    "encoder": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)},
    "scale": RegisteredScale(jnp.array(2.0)),
}
decayed = jax.tree.map_with_path(
    lambda path, leaf: jax.tree_util.keystr(path, simple=True, separator="/").endswith(
        "/w"
    ),
    tree,
)
print(decayed)

# %% tags=["hidden"]
assert decayed["encoder"] == {"w": True, "b": False}
assert decayed["scale"].scale is False

# %% [markdown]
# A tuple is a *node* of a tree and not a leaf, so `tree.map` descends into a shape unless you say with `is_leaf` where
# to stop:

# %%
shapes = {"w": (2, 3), "b": (3,)}
print(jax.tree.map(np.ones, shapes))
print(jax.tree.map(np.ones, shapes, is_leaf=lambda node: isinstance(node, tuple)))

# %% tags=["hidden"]
assert isinstance(jax.tree.map(np.ones, shapes)["w"], tuple)
assert jax.tree.map(np.ones, shapes, is_leaf=lambda node: isinstance(node, tuple))[
    "w"
].shape == (2, 3)

# %% [markdown]
# `None` is a node without leaves, so `tree.map` skips it. In the first tree it is an error where the second has an array,
# because the structures differ, unless `is_leaf` makes it a leaf:

# %%
grads, defaults = {"w": 2.0, "b": None}, {"w": 1.0, "b": 0.0}
print(jax.tree.leaves(grads), jax.tree.map(lambda g: -g, grads))
filled = jax.tree.map(
    lambda g, d: d if g is None else g, grads, defaults, is_leaf=lambda x: x is None
)
print(filled)

# %% tags=["hidden"]
assert jax.tree.leaves(grads) == [2.0]
assert filled == {"w": 2.0, "b": 0.0}

# %% [markdown]
# ## The bridge to Flax NNX
#
# An `nnx.Module` is an object with mutable `nnx.Variable`s in it. `nnx.jit` copies changed variables back to the object
# after the call. `jax.jit` accepts the object too, since its class is registered, but changes stay in the copy that the
# compiled code had, unless a variable is made with `ref=True`:


# %%
class Counter(nnx.Module):
    def __init__(self):
        self.count = nnx.Variable(jnp.zeros(()))

    def __call__(self, x):
        self.count[...] += 1
        return 2 * x


counter = Counter()
nnx.jit(Counter.__call__)(counter, 1.0)
by_nnx = float(counter.count[...])
jax.jit(Counter.__call__)(counter, 1.0)
print(by_nnx, float(counter.count[...]))

# %% [markdown]
# To use JAX's own transformations, take the object apart: `nnx.split` returns its structure, which is static, and its
# arrays, a pytree. Inside the compiled function, `nnx.merge` puts the two together, with `copy=True` if the module
# changes state from outside the innermost transformation, such as a counter in a loss under `jax.grad`. State goes in
# and comes out, as in Haiku's [`apply` with state](../haiku/state.py).

# %%
structure, state = nnx.split(counter)


@jax.jit
def apply(state, x):
    module = nnx.merge(structure, state)
    y = module(x)
    return y, nnx.state(module)


y, state = apply(state, 1.0)
print(y, state["count"][...])

# %% tags=["hidden"]
assert (y, float(state["count"][...])) == (2, 2)


# %% [markdown]
# | with | the state is | changed by | under `jit` |
# |---|---|---|---|
# | Haiku's `apply` | an argument and a result | returning a new one | as it is |
# | a ref | outside, or an argument | writing | as it is, with the refusals above |
# | a registered class | the object | `dataclasses.replace` | as it is |
# | an `nnx.Module` | inside the object | assigning | `nnx.jit`, or `split` and `merge` |
#
# ## What can go wrong
#
# - `TypeError: Error interpreting argument to ... as an abstract array` `self`, or another argument, is not an array or
#   a tree of arrays; perhaps its class is not registered.
# - `ValueError: Non-hashable static arguments are not supported.` Perhaps `self` is static, and a dataclass that is not
#   frozen or holds an array. Register it, and drop `static_argnums`.
# - `ValueError: ... returned a mutable array reference` Read the ref, and return `ref[...]`.
# - `TypeError: ... can't be passed where an array is expected. Did you forget to read its value with ref[...]?`
# - No message, and an attribute keeps its first value: perhaps `self` is static and was changed, or a method that is
#   compiled assigns to a copy.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - A ref keeps what compiled code writes, so it can count how often the program runs.
# - A method compiles with `self` static (stale after a change, traced for each unequal object), as a function of
#   arrays, or in a registered class.
# - In a registered class arrays are leaves, and settings are structure: what changes often should be a leaf.
# - `tree.map_with_path` treats leaves by name; tuples and `None` are nodes. `nnx.split(module, nnx.Param, ...)`
#   separates the structure of an NNX module, its parameters and the rest, keys included.
#
# Next: [Many devices: meshes, shardings, `shard_map`](devices.py).
