# %% [markdown]
# # Recurrent networks: `hk.LSTM`, `hk.GRU` and their unrolls
#
# An agent remembers what it saw in the state of a *recurrent core*, which your code carries from step to step. Most
# mistakes with that state raise no error.

# %% tags=["short"]
import haiku as hk
import jax


def net(xs):  # (T, B, D): time first
    core = hk.LSTM(4)
    state = core.initial_state(xs.shape[1])
    return hk.dynamic_unroll(core, xs, state)


xs, key = jax.numpy.ones((6, 2, 3)), jax.random.key(0)
params = hk.transform(net).init(key, xs)
outs, state = hk.transform(net).apply(params, key, xs)
print(outs.shape, state.hidden.shape, state.cell.shape)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - read a recurrent agent: its core, state, unroll and reset;
# - train an LSTM on sequences, and run it step by step;
# - find the silent mistakes with the state: forgotten, late, swapped with time, cut from the gradient.
#
# You need: [modules and names](../haiku/modules.py), and [training with Optax](transformer.py).
#
# </div>
#
# ## A core: input and state, output and state
#
# Haiku's cores derive from `hk.RNNCore`, an `hk.Module` with two methods. One of the smallest cores with a memory is a
# running total:

# %%
import time

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

# A GPU may round float32 products more coarsely, unless it is asked not to.
jax.config.update("jax_default_matmul_precision", "highest")
key = jax.random.key(0)
T, B, D, H = 6, 2, 3, 4  # time steps, batch, input features, hidden units
x = jax.random.normal(jax.random.key(1), (B, D))
xs = jax.random.normal(jax.random.key(2), (T, B, D))


def pure(f):
    return hk.without_apply_rng(hk.transform(f))


def run(f, *inputs):
    """Compile and call `init`, then `apply`: the parameters, and what `f` returns."""
    net = pure(f)
    params = jax.jit(net.init)(key, *inputs)
    return params, jax.jit(net.apply)(params, *inputs)


def shapes(tree):
    return jax.tree.map(jnp.shape, tree)


def trace(f, *inputs):
    """The shapes of the parameters and of what `f` returns, without computing them."""
    net = pure(f)
    params = jax.eval_shape(net.init, key, *inputs)
    return shapes(params), shapes(jax.eval_shape(net.apply, params, *inputs))


# %%
class Total(hk.RNNCore):
    """Adds up its inputs."""

    def initial_state(self, batch_size):
        return jnp.zeros((batch_size, 1))

    def __call__(self, x, state):
        state = state + x
        return state, state  # the output, the next state


def totals(xs):
    core = Total()
    state = core.initial_state(xs.shape[1])
    for x in xs:
        out, state = core(x, state)
    return out


_, out = run(totals, jnp.ones((T, B, 1)))
print(out.ravel())

# %% tags=["hidden"]
assert (out == T).all()

# %% [markdown]
# This state is an ordinary value that your code passes on. Because it has nothing to do with
# [`hk.get_state`](../haiku/state.py), `hk.transform` is enough. `hk.IdentityCore` has the same interface and no memory,
# so its state is an empty tuple:

# %%
_, (out, state) = run(lambda x: hk.IdentityCore()(x, ()), x)
print(bool((out == x).all()), state)

# %% [markdown]
# ## Three cores: `hk.VanillaRNN`, `hk.GRU`, `hk.LSTM`


# %%
def one_step(core_class):
    def f(x):
        core = core_class(H)
        return core(x, core.initial_state(B))

    return f


for make in (hk.VanillaRNN, hk.GRU, hk.LSTM):
    params, (out, state) = trace(one_step(make), x)
    print(f"{make.__name__}: output {out}, state {state}\n    {params}")

# %% [markdown]
# The output is the new hidden vector in all three. The state of an LSTM is a named tuple with `hidden` and `cell`. Its one
# matrix takes input and hidden vector side by side, and yields all four gates. `hk.Conv2DLSTM` is an LSTM whose vectors
# are images:


# %%
def film(image):  # (B, height, width, channels)
    core = hk.Conv2DLSTM((8, 8), output_channels=2, kernel_shape=3)
    return core(image, core.initial_state(B))


print(trace(film, jnp.ones((B, 8, 8, 1)))[1])

# %% [markdown]
# ## Unrolls: `hk.dynamic_unroll` and `hk.static_unroll`
#
# An unroll calls a core at each step of a sequence, with time as the first axis. It returns all outputs and the last
# state. `static_unroll` is a Python loop, and `dynamic_unroll` is a scan:


# %%
def by_loop(core, xs, state):
    outs = []
    for x in xs:
        out, state = core(x, state)
        outs.append(out)
    return jnp.stack(outs), state


def unrolled(unroll):
    def f(xs):
        core = hk.LSTM(H)
        return unroll(core, xs, core.initial_state(xs.shape[1]))

    return pure(f)


lstm_params, _ = run(one_step(hk.LSTM), x)
gru_params, _ = run(one_step(hk.GRU), x)
results = [
    unrolled(unroll).apply(lstm_params, xs)
    for unroll in (by_loop, hk.static_unroll, hk.dynamic_unroll)
]
for outs, state in results[1:]:
    np.testing.assert_allclose(outs, results[0][0], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(state.cell, results[0][1].cell, rtol=1e-4, atol=1e-5)
print("outputs", outs.shape, "last state", shapes(state))

# %% [markdown]
# All three compute the same here. The dynamic unroll can also return the state after each step
# (`return_all_states=True`), and read the sequence from its end (`reverse=True`), as the second half of a bidirectional
# network does.


# %%
def both_ways(xs):
    core, back, state = hk.GRU(H), hk.GRU(H), jnp.zeros((B, H))
    outs, states = hk.dynamic_unroll(core, xs, state, return_all_states=True)
    backward, _ = hk.dynamic_unroll(back, xs, state, reverse=True)
    return outs, states, jnp.concatenate([outs, backward], axis=-1)


print(trace(both_ways, xs)[1])

# %% [markdown]
# ## Several layers: `hk.DeepRNN`
#
# `hk.DeepRNN` chains cores and functions, and is itself a core. Its state is a tuple with an entry for each core, even
# when there is only one:


# %%
def deep(xs):
    core = hk.DeepRNN([hk.Linear(8), jax.nn.relu, hk.LSTM(H), hk.GRU(5), hk.Linear(1)])
    return hk.dynamic_unroll(core, xs, core.initial_state(xs.shape[1]))


params, (outs, state) = trace(deep, xs)
print("outputs", outs, "state", state)
print(list(params))

# %% [markdown]
# `DeepRNN` does not appear in the names, because the layers were made outside it.
#
# ## Exercise: a core that forgets
#
# Define `RecentMean(steps, size)`, a core whose output is the mean of the last `steps` inputs, the present one included,
# or of all inputs while there are fewer. Inputs older than that must not matter, not even by rounding. An input is of
# shape `(B, size)`, or `(size,)` where `initial_state` was called with `None`. Each array of the state has the batch as
# its first axis, if there is one, so that `hk.DeepRNN` and all that restarts single rows can use it. In NumPy:


# %%
def recent_means(xs, steps):  # (T, B, size)
    return np.stack(
        [xs[max(0, t + 1 - steps) : t + 1].mean(axis=0) for t in range(len(xs))]
    )


print(recent_means(np.array([[[3.0]], [[0.0]], [[6.0]], [[9.0]]]), 3).ravel())

# %% exercise="recent-mean" kind="build" minutes="12"
### BEGIN SOLUTION


class RecentMean(hk.RNNCore):
    """Yields the mean of the last inputs; its state holds them, and a 1 behind each."""

    def __init__(self, steps, size, name=None):
        super().__init__(name=name)
        self.shape = steps, size + 1

    def initial_state(self, batch_size):
        batch = () if batch_size is None else (batch_size,)
        return jnp.zeros((*batch, *self.shape))

    def __call__(self, x, state):
        new = jnp.concatenate([x, jnp.ones_like(x[..., :1])], axis=-1)
        state = jnp.concatenate([state[..., 1:, :], new[..., None, :]], axis=-2)
        total = state.sum(axis=-2)  # (B, size + 1)
        return total[..., :-1] / total[..., -1:], state


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Look at `Total` above. How many inputs does the state hold, and how can it tell an input of zeros from one that has not
# come yet?
#
# </details>

# %% check="recent-mean"
from publishing.teaching.checking import Check

_advice = {
    "equal types": "A state goes out of a step with the shapes and dtypes that came in.",
    "of dimensions": "With None for the batch neither x nor the state has an axis for it.",
    "item assignment": "Arrays do not change: .at[...].set makes new ones.",
    "abstract": "A core is called by __call__; forward is PyTorch's name.",
    "UnexpectedTracer": "What lasts from step to step belongs in the state, not in self.",
    "": "It is made with steps and size, and called with an input and a state, as Total is.",
}
_check = Check(globals(), "RecentMean", "Several layers: `hk.DeepRNN`", _advice)


def unrolled_by(core_class):
    """Outputs in one go, in two parts, in a deep core with resets, and of one row alone."""

    def of(steps, xs, resets):
        def f(xs, resets):
            core = core_class(steps, xs.shape[-1])
            start, cut = core.initial_state(xs.shape[1]), (len(xs) + 1) // 3
            whole, _ = hk.dynamic_unroll(core, xs, start)
            first, state = hk.static_unroll(core, xs[:cut], start)
            second, _ = hk.dynamic_unroll(core, xs[cut:], state)
            deep = hk.ResetCore(hk.DeepRNN([core, jnp.negative]))
            given = (xs, resets), deep.initial_state(xs.shape[1])
            restarted, _ = hk.dynamic_unroll(deep, *given)
            alone, _ = hk.dynamic_unroll(core, xs[:, 0], core.initial_state(None))
            return whole, jnp.concatenate([first, second]), -restarted, alone

        return jax.jit(pure(f).apply)({}, xs, resets)

    return of


def starts_of(core_class):
    return lambda steps, size, batch_size: pure(
        lambda: core_class(steps, size).initial_state(batch_size)
    ).apply({})


def _of_steps(steps, length, rows, size):
    draw, when = np.random.default_rng(0), f"With {steps} steps and {rows} rows, "
    xs = np.float32(draw.normal(size=(length, rows, size)))
    xs[2] = 0  # an input like any other
    if length > steps + 2:
        xs[0] = 1e9
    resets = draw.random((length, rows)) < 0.2
    for kept in jax.tree.leaves(_check.call(steps, size, rows, by=starts_of)):
        told = f"{when}an array of the state has the shape {kept.shape}: the batch of {rows} should be the first axis."
        _check.require(kept.shape[:1] == (rows,), told)
    mine = _check.call(steps, xs, resets, by=unrolled_by, when=when)
    right = recent_means(xs, steps)
    restarted = right.copy()
    for row, t in zip(*np.nonzero(resets.T), strict=True):
        restarted[t:, row] = recent_means(xs[t:, row], steps)
    few, many = (recent_means(xs, n) for n in (max(1, steps - 1), steps + 1))
    t = np.arange(length)[:, None, None]
    seen, zeros = np.minimum(t + 1, steps), (t >= 2) & (t < 2 + steps)
    mistakes = {
        "the mean is of one input too few.": few,
        "the mean is of one input too many.": many,
        "the first means are divided by all steps.": right * seen / steps,
        "that is the sum of the inputs.": right * seen,
        "an input of 0 is not counted.": right * seen / np.maximum(seen - zeros, 1),
        "that is one step late.": np.concatenate([0 * right[:1], right[:-1]]),
        "the present input is left out.": np.append(np.nan * few[:1], few[:-1], axis=0),
        "": "Which inputs are in the mean, and by how many is it divided?",
    }
    _check.agrees(mine[0], right, mistakes, when, "the output")
    told = {"": "Is anything left of an input that is in the mean no more?"}
    given = mine[0][steps:], right[steps:], told, when
    _check.agrees(*given, "the output after so many steps")
    parts = {
        "in two unrolls": (mine[1], right, "Is all that it needs in the state?"),
        "with resets": (mine[2], restarted, "Does each row have a state of its own?"),
        "of one row alone": (
            mine[3],
            right[:, 0],
            "What is different without a batch?",
        ),
    }
    for what, (value, wanted, told) in parts.items():
        _check.agrees(value, wanted, {"": told}, when, f"the output {what}")
    if steps == 3:
        lost = np.where(np.arange(length)[:, None, None] > 0, xs, np.nan)
        mine = _check.call(steps, lost, resets, by=unrolled_by, when=when)
        told = {"": "An old nan times 0, or minus itself, is not gone."}
        _check.agrees(
            mine[0][steps:], right[steps:], told, when, "the output after nan"
        )


_many = int(np.random.default_rng().integers(43, 50))
for _case in (3, 8, 2, 1), (1, 4, 1, 3), (9, 8, 3, 2):
    _of_steps(*_case)
_check.over(_of_steps, (3, 8, 2, 1), (_many, 3 * _many, 17, 2))
print("The means of the last inputs, in parts, with resets and without a batch, too.")

# %% [markdown]
# ## Long sequences: a scan does not grow
#
# The program of a static unroll grows with the length of the sequence, so it took longer to compile. Each number below
# is the better of two times:


# %% tags=["varies"]
def seconds_to_compile(apply, *arguments):
    start = time.perf_counter()
    jax.jit(lambda *given: apply(*given)).lower(*arguments).compile()  # nothing cached
    return time.perf_counter() - start


sizes, seconds = {}, {}
for steps in (8, 32):
    given = lstm_params, jnp.ones((steps, B, D))
    for unroll in (hk.static_unroll, hk.dynamic_unroll):
        apply = unrolled(unroll).apply
        sizes[unroll, steps] = str(jax.make_jaxpr(apply)(*given)).count("\n")
        times = [seconds_to_compile(apply, *given) for _ in range(2)]
        seconds[unroll, steps] = min(times)
    size, time_ratio = (
        of[hk.static_unroll, steps] / of[hk.dynamic_unroll, steps]
        for of in (sizes, seconds)
    )
    print(
        f"{steps} steps, static over dynamic: jaxpr {size:.1f}, time {time_ratio:.1f}"
    )

# %% tags=["hidden", "varies"]
assert seconds[hk.static_unroll, 32] > seconds[hk.dynamic_unroll, 32]

# %% tags=["hidden"]
assert sizes[hk.dynamic_unroll, 8] == sizes[hk.dynamic_unroll, 32]
assert sizes[hk.static_unroll, 32] > 3 * sizes[hk.static_unroll, 8]

# %% [markdown]
# The jaxpr of the dynamic unroll has {{ sizes[hk.dynamic_unroll, 8] }} lines for both lengths, that of the static one
# {{ sizes[hk.static_unroll, 8] }} and {{ sizes[hk.static_unroll, 32] }}. Use the dynamic one, or its `unroll=4`,
# which puts four steps into each iteration of the loop.
#
# ### A core that is made in the loop
#
# Each `hk.GRU(H)` is a module of its own, so if you make it in a Python loop, the steps silently have separate
# weights:


# %%
def unshared(xs):
    state = jnp.zeros((B, H))
    for x in xs:
        out, state = hk.GRU(H)(x, state)
    return out


unshared_params, _ = trace(unshared, xs)
print(list(unshared_params))

# %% tags=["hidden"]
assert len(unshared_params) == T

# %% [markdown]
# In `hk.dynamic_unroll` the same mistake [is an error](../look_up/errors.py#new-parameters-were-created) at `init`, if the
# sequence has more than one step. Make the core before the loop instead.

# %% raises="AssertionError" match="New parameters were created"
run(
    lambda xs: hk.dynamic_unroll(lambda x, s: hk.GRU(H)(x, s), xs, jnp.zeros((B, H))),
    xs,
)

# %% [markdown]
# ## Time first or batch first
#
# `(T, B, ...)` is *time-major*, the default. `(B, T, ...)` is *batch-major*, as replay buffers often return it.
# `time_major=False` swaps the two axes of inputs and outputs:


# %%
def batch_major(xs):  # (B, T, D)
    core = hk.LSTM(H)
    return hk.dynamic_unroll(core, xs, core.initial_state(len(xs)), time_major=False)


swapped = jnp.swapaxes(xs, 0, 1)
outs, _ = pure(batch_major).apply(lstm_params, swapped)
right, _ = unrolled(hk.dynamic_unroll).apply(lstm_params, xs)
np.testing.assert_allclose(jnp.swapaxes(outs, 0, 1), right, rtol=1e-4, atol=1e-5)
print(outs.shape)

# %% [markdown]
# If you forget `time_major=False` and also take the batch size from the wrong axis, the shape of the output is right,
# but the network runs along the batch. The gradient shows it. Which inputs does the first example's last output
# depend on in this network?
#
# - [{{ (wrong == right).all() }}] On all steps of example 0, as in one that is right.
# - [{{ wrong.sum() == wrong[0, -1] == 1 }}] On the last step of example 0, and on no other.
# - [{{ wrong[:, -1].all() }}] On the last step of each example.
# - [{{ wrong.all() }}] On all steps of both examples.


# %% tags=["predict"]
def influence(unroll):
    """(B, T): how strongly each input moves the last output of example 0."""

    def last_output(xs):  # (B, T, D)
        core = hk.LSTM(H)
        return unroll(core, xs)[0][0, -1].sum()

    grads = jax.jit(jax.grad(pure(last_output).apply, argnums=1))(lstm_params, swapped)
    return (jnp.abs(grads).max(axis=-1) > 0).astype(int)


right = influence(
    lambda core, xs: hk.dynamic_unroll(
        core, xs, core.initial_state(xs.shape[0]), time_major=False
    )
)
wrong = influence(
    lambda core, xs: hk.dynamic_unroll(core, xs, core.initial_state(xs.shape[1]))
)
print(f"right:\n{right}\nwrong:\n{wrong}")

# %% tags=["hidden"]
assert (right == jnp.array([[1] * T, [0] * T])).all()
assert (wrong == jnp.zeros((B, T), int).at[0, -1].set(1)).all()

# %% [markdown]
# In the right unroll, the output depends on all steps of example 0 and on none of example 1. In the wrong one it
# depends only on the last step, so the network has no memory, and example 1 depends on example 0.
#
# `hk.LSTM` and `hk.GRU` take `(D,)` or `(B, D)`, and say so if they get more. But other layers see the whole sequence,
# and some, such as a convolution, take only one batch axis. `hk.BatchApply` merges time and batch for them:

# %%
films = jnp.ones((T, B, 8, 8, 1))
print(trace(lambda x: hk.BatchApply(hk.Conv2D(5, 3))(x), films)[1])

# %% [markdown]
# ## A loop of your own: `hk.scan`
#
# Sequences of different lengths are padded to the same length. The core also runs over the padding, so its last state
# is not the state at the end of the sequence. In a loop of your own, you can keep the state unchanged there:


# %%
def last_state(xs, lengths):
    core = hk.GRU(H)

    def step(state, inputs):
        x, t = inputs
        _, new = core(x, state)
        going_on = (t < lengths)[:, None]  # (B, 1)
        return jnp.where(going_on, new, state), None

    start = core.initial_state(xs.shape[1])
    return hk.scan(step, start, (xs, jnp.arange(len(xs))))[0]


lengths = jnp.array([T, 4])
apply = pure(last_state).apply
held = apply(gru_params, xs, lengths)
alone = apply(gru_params, xs[:4, 1:], jnp.array([4]))
padded = apply(gru_params, xs, jnp.array([T, T]))
np.testing.assert_allclose(held[1:], alone, rtol=1e-4, atol=1e-5)
print(f"without the mask: off by up to {jnp.abs(padded[1:] - alone).max():.2f}")

# %% [markdown]
# Padding does reach the state if a module before the core mixes steps or examples, as `hk.BatchNorm` does, and an `inf` or
# `nan` that a layer computes from it can reach the gradient. The function that `hk.scan` runs returns the carry first and
# the output second, the other way round from a core. `jax.lax.scan` [can leak tracers or reuse dropout
# masks](transforms_inside.py) here.
#
# ## Episodes: `hk.ResetCore`
#
# A sequence from a replay buffer may hold the end of one episode and the beginning of the next. `hk.ResetCore` takes
# pairs of an input and a flag, for each step and each example. Where the flag is true, the core starts from its
# initial state *before* it sees that input. `Total` makes this visible, because it counts the steps of an episode if
# all inputs are 1.


# %%
def count_steps(ones, flags):
    core = hk.ResetCore(Total())
    state = core.initial_state(ones.shape[1])
    return hk.dynamic_unroll(core, (ones, flags), state)[0]


first = jnp.array([1, 0, 0, 1, 0, 0], bool)[:, None]  # (T, 1)
last = jnp.array([0, 0, 1, 0, 0, 1], bool)[:, None]
ones = jnp.ones((T, 1, 1))
counts = {}
for name, flags in {"first": first, "last": last}.items():
    counts[name] = run(count_steps, ones, flags)[1].ravel()
    print(f"{name:5} {flags.ravel().astype(int)} -> {counts[name]}")

# %% tags=["hidden"]
assert (counts["first"] == jnp.array([1, 2, 3, 1, 2, 3])).all()
assert (counts["last"] == jnp.array([1, 2, 1, 2, 3, 1])).all()

# %% [markdown]
# So the flag must mark the *first* step of an episode; RL code writes `step_type == FIRST`. A flag for the last step
# (`done`, `discount == 0`) silently resets one step too early, so that the last step of each episode forgets the
# episode, and the next episode inherits a state. With flags for the first step, the second episode below gives the same
# outputs as it does alone. (The wrapper adds nothing to the names, so the parameters of the LSTM above fit.)


# %%
def with_resets(xs, flags):
    core = hk.ResetCore(hk.LSTM(H))
    return hk.dynamic_unroll(core, (xs, flags), core.initial_state(xs.shape[1]))[0]


flags = jnp.repeat(first, B, axis=1)  # (T, B)
outs = pure(with_resets).apply(lstm_params, xs, flags)
alone = pure(with_resets).apply(lstm_params, xs[3:], flags[3:])
np.testing.assert_allclose(outs[3:], alone, rtol=1e-4, atol=1e-5)

# %% tags=["plot", "cover"] alt="A core six times: inputs from below, outputs above, the state to the right; flag 1 puts in zeros."
# Caption: At the first step of an episode the state is replaced by the initial one, so
# nothing leaks into the next.
from snippets.drawing import DATA, PARAMETERS, array, arrow, box, canvas, note

axes = canvas(24)
of_x, of_flag = "(xs, flags)", "flags = jnp.repeat(first, B, axis=1)"
of_core, of_out = "hk.ResetCore(hk.LSTM(H))", "outs = pure(with_resets)"
of_start, of_state = "core.initial_state(xs.shape[1])", "hk.dynamic_unroll(core"
cores = []
for t in range(T):
    left = 3 + 5.6 * t
    flag, code = int(flags[t, 0]), {"family": "monospace"}
    note(axes, left + 0.8, 22.8, f"{flag}", of=of_flag, **code)
    into = array(axes, left, 17, xs[t, 0][:, None], cell=1.6, of=of_x)
    core = box(axes, left + 0.8, 13, "core", width=3.4, of=of_core)
    arrow(axes, into, core, of=of_x)
    if flag:
        arrow(axes, (left - 1.6, 10.4), core, color=PARAMETERS, of=of_start)
        note(axes, left - 2, 9.8, "0", of=of_start, color=PARAMETERS, **code)
    else:
        arrow(axes, cores[-1], core, color=PARAMETERS, of=of_state)
    out = array(axes, left, 1.8, outs[t, 0][:, None], cell=1.6, of=of_out)
    arrow(axes, core, out, of=of_out)
    cores.append(core)
note(axes, 0.4, 5, "out", "left", of_out, color=DATA)
note(axes, 0.4, 19.4, "x", "left", of_x, color=DATA)
note(axes, 0.4, 22.8, "flag", "left", of_flag)
plt.show()

# %% [markdown]
# ## Exercise: join the chunks of an episode
#
# This learner gets long series in chunks, in which `ended` marks the *last* step of each episode. It runs, but it is
# wrong: compare one unroll over six steps with two over three.


# %%
def broken_unroll_chunk(core, xs, ended, state):
    """Outputs (T, B, ...) of a core, and the state for the next chunk."""
    return hk.dynamic_unroll(hk.ResetCore(core), (xs, ended), state)


def in_chunks(unroll_chunk, make_core, xs, ended, size):
    """Unroll chunks of `size` steps, carrying the state."""
    core = make_core()
    state, outs = core.initial_state(xs.shape[1]), []
    for t in range(0, len(xs), size):
        out, state = unroll_chunk(core, xs[t : t + size], ended[t : t + size], state)
        outs.append(out)
    return jnp.concatenate(outs)


ended = last  # (T, 1): episodes of three steps
_, outs = run(lambda xs: in_chunks(broken_unroll_chunk, Total, xs, ended, 3), ones)
print("counts", outs.ravel(), "and should be [1. 2. 3. 1. 2. 3.]")

# %% [markdown]
# Define `unroll_chunk(core, xs, ended, state)`, the repaired function. `xs` is `(T, B, D)` and `ended` is `(T, B)` of
# booleans. The core may be any `hk.RNNCore` that was made before, and its state any tree of arrays `(B, ...)`, of any
# rank and dtype. Where an episode ended, the core takes the next input with its initial state, whether in this chunk
# or in the next, so the state that you return must be reset where the last step of the chunk ended an episode. The
# old state must not remain in any part, even where it is `nan` or infinite. A chunk has at least one step. The
# function should run under `jax.jit`, in `apply` as in `init`. For `Total`, in loops:


# %%
def totals_in_loops(xs, ended, state):
    """Running totals in each episode; xs (T, B, 1), ended (T, B), state (B, 1)."""
    outs, state = np.zeros(xs.shape), np.array(state)
    for t in range(xs.shape[0]):
        for b in range(xs.shape[1]):
            state[b] = state[b] + xs[t, b]
            outs[t, b] = state[b]
            if ended[t, b]:
                state[b] = 0.0
    return outs, state


outs, state = totals_in_loops(np.ones((6, 1, 1)), np.asarray(ended), np.zeros((1, 1)))
print(outs.ravel(), state)

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Turn `ended` into flags for first steps: which step of the chunk does each entry belong to, and what becomes of the
# last one? `jnp.where` chooses between the initial state and the last one, leaf by leaf, if its mask has the rank of the
# leaf.
#
# </details>


# %% exercise="join-chunks" kind="repair" minutes="12"
def unroll_chunk(core, xs, ended, state):
    """Outputs (T, B, ...) of a core, and the state for the next chunk."""
    ### BEGIN SOLUTION
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(xs.shape[1])

    def reset(new, old):
        over = ended[-1].reshape(ended.shape[1:] + (1,) * (old.ndim - 1))
        return jnp.where(over, new, old)

    return outs, jax.tree.map(reset, fresh, state)
    ### END SOLUTION


# %% check="join-chunks"
from publishing.teaching.checking import Check

_episodes = 'Read "Episodes: `hk.ResetCore`" again.'
_advice = {
    "UnexpectedTracer": 'Which loop may call modules? Read "A loop of your own: `hk.scan`" again.',
    "Incompatible shapes": "Has the mask as many axes as each leaf of the state?",
    "item assignment": "Arrays do not change: jnp.where makes new ones.",
    "equal types": "A state keeps its dtypes: choose by jnp.where, do not multiply.",
    "TracerBool": f"An if cannot ask a tracer: what chooses between two arrays? {_episodes}",
    "": f"Does it work for one step, too, and for a state of any tree and rank? {_episodes}",
}
_wanted = "Exercise: join the chunks of an episode"
_check = Check(globals(), "unroll_chunk", _wanted, _advice)


class _Mixed(hk.RNNCore):
    """Its state has arrays of four axes, which start at 2, and integers (B,)."""

    def initial_state(self, batch_size):
        sums, count = jnp.full((batch_size, 2, 2, 1), 2.0), jnp.full(batch_size, 3)
        return {"sums": sums, "counts": [count]}

    def __call__(self, x, state):
        sums = 0.5 * state["sums"] + x.sum(axis=-1)[:, None, None, None]
        count = state["counts"][0] + 2
        return sums[:, 0, :, 0] * count[:, None], {"sums": sums, "counts": [count]}


def _steps(core, xs, first, end, state):
    """Steps where `first`, and the next chunk where `end`, begin with the initial state."""
    fresh, outs = core.initial_state(xs.shape[1]), []
    pick = jax.vmap(lambda o, *t: jax.tree.map(lambda f, s: jnp.where(o, f, s), *t))
    for t in range(len(xs)):
        out, state = core(xs[t], pick(first[t], fresh, state))
        outs.append(out)
    return jnp.stack(outs), pick(end, fresh, state)


def in_a_network(unroll):
    def init_and_apply(make_core, params, *inputs):
        network = pure(lambda *inputs: unroll(make_core(), *inputs))
        made = shapes(jax.jit(network.init)(key, *inputs))
        return made, jax.jit(network.apply)(params, *inputs)

    return init_and_apply


_told = (
    "a flag resets its own step: to which episode does that belong?",
    "a flag resets its own step, which is the last of its episode.",
    "why is the first step of the chunk reset?",
    "why does the flag of the last step reset the first?",
    "the flags move to an earlier step.",
    "what becomes of the state if the last step ends an episode?",
    "the state of every example is reset, whether its episode has ended or not.",
)
_draw = np.random.default_rng(0)
for _make, _t, _b, _d in (
    (lambda: hk.DeepRNN([hk.LSTM(2), _Mixed()]), 5, 3, 4),
    (lambda: hk.GRU(3), 1, 4, 2),
    (Total, int(_draw.integers(9, 16)), 1, 1),
    (hk.IdentityCore, 2, 2, 1),  # without a state
    (Total, 3, 2, 1),
):
    _xs = np.float32(_draw.normal(size=(_t, _b, _d)))
    _over = _draw.random((_t, _b)) < 0.4
    _over[[0, -1], 0], _over[-1, 1:2] = True, False
    _when = f"With {_t} steps and a batch of {_b}, "
    if _t == 3:  # nan and inf, which are to be forgotten
        _over[1] = True
        _lost = np.float32([np.nan, np.inf])[:, None]
        _xs = np.where(_over[..., None], _lost, _xs)
        _when = f"With {_t} steps, and nan or inf in a state that is to be forgotten, "
    _state = pure(lambda make, size: make().initial_state(size)).apply({}, _make, _b)
    _state = jax.tree.map(lambda leaf: 2 * np.array(leaf) + 1, _state)
    _none, _before, _end = np.zeros((1, _b), bool), _over[:-1], _over[-1]
    _first, _never = np.concatenate([_none, _before]), _none[0]
    _begin, _late = np.concatenate([~_none, _before]), np.roll(_over, 1, axis=0)
    _early = np.concatenate([_over[1:], _none])
    _firsts = [_first, _over, _over, _begin, _late, _early, _first, _first]
    _ends = [_end, _never, _end, _end, _end, _end, _never, ~_never]
    _reference = pure(lambda *inputs, make=_make: _steps(make(), *inputs))
    _like = jax.eval_shape(_reference.init, key, _xs, _first, _end, _state)
    _params = jax.tree.map(lambda p: np.float32(_draw.normal(size=p.shape)), _like)
    _all = jax.jit(jax.vmap(_reference.apply, (None, None, 0, 0, None)))(
        _params, _xs, np.stack(_firsts), np.stack(_ends), _state
    )
    _all = jax.tree.map(np.array, _all)
    _each = [jax.tree.map(lambda leaf, at=at: leaf[at], _all) for at in range(8)]
    _right, _others = _each[0], dict(zip(_told, _each[1:], strict=True))
    _others["in which order are the outputs and the state?"] = _right[::-1]
    _others["the outputs are (T, B, ...)."] = _right[0].swapaxes(0, 1), _right[1]
    _zeros = jax.tree.map(lambda leaf, end=_end: np.where(end, 0, leaf.T).T, _right[1])
    _others["is an initial state always zeros?"] = _right[0], _zeros
    _others[""] = (
        f"Which steps begin with the initial state, and which not? {_episodes}"
    )
    if _t == 3:
        _others = {"": "An old state times 0 is not gone: choose by jnp.where."}
    _given = _make, _params, _xs, jnp.asarray(_over), _state
    _made, _value = _check.call(*_given, by=in_a_network, when=_when)
    _check.agrees(_value, _right, _others, _when, dtypes=True)
    _check.require(_made == shapes(_like), "In init it makes other parameters.")
print("Outputs and states agree with a loop over steps, for three kinds of core.")

# %% [markdown]
# The two chunks together now count both episodes right:

# %%
_, outs = run(lambda xs: in_chunks(unroll_chunk, Total, xs, ended, 3), ones)
print("counts", outs.ravel())

# %% [markdown]
# ## One network, three functions
#
# An agent needs one step to act, an unroll to learn, and a state to begin with. RL code puts them into one class and
# makes all modules in `__init__`, so that the methods share them:


# %%
class Net(hk.RNNCore):
    def __init__(self, make_core, name=None):
        super().__init__(name=name)
        self._torso = hk.Linear(32, name="torso")
        self._core = make_core()
        self._head = hk.Linear(1, name="head")

    def initial_state(self, batch_size):
        return self._core.initial_state(batch_size)

    def __call__(self, x, state):  # (B, D)
        out, state = self._core(jax.nn.relu(self._torso(x)), state)
        return self._head(out), state

    def unroll(self, xs, state):  # (T, B, D)
        torso = jax.nn.relu(hk.BatchApply(self._torso)(xs))
        outs, state = hk.dynamic_unroll(self._core, torso, state)
        return hk.BatchApply(self._head)(outs), state


def functions(make_core):
    def f():
        net = Net(make_core)
        return net.__call__, (net.__call__, net.unroll, net.initial_state)

    return hk.without_apply_rng(hk.multi_transform(f))


lstm = functions(lambda: hk.LSTM(32))
step, unroll = map(jax.jit, lstm.apply[:2])
initial_state = lstm.apply[2]
start = initial_state({}, 1)  # needs no parameters
params = jax.jit(lstm.init)(key, jnp.ones((1, 1)), start)
print(shapes(params))

# %% [markdown]
# [`hk.multi_transform`](../haiku/modules.py#several-functions-of-one-network-hkmulti_transform) makes one tree for the
# three. Some Acme agents use three separate `hk.transform`s, which can share one tree because the names agree:


# %%
unroll_alone = pure(lambda xs, state: Net(lambda: hk.LSTM(32)).unroll(xs, state))
waves = jnp.sin(jnp.arange(20.0))[:, None, None]  # (T, 1, 1)
outs, _ = unroll(params, waves, start)
same, _ = unroll_alone.apply(params, waves, start)
np.testing.assert_allclose(outs, same, rtol=1e-4, atol=1e-5)

# Outside of a network, an unroll of the pure step function does it as well.
same, _ = hk.dynamic_unroll(lambda x, s: step(params, x, s), waves, start)
np.testing.assert_allclose(outs, same, rtol=1e-4, atol=1e-5)

# %% [markdown]
# If two methods each make a core, as below, these are two modules, `apart/gru` and `apart/~unroll/gru`. If `init` runs
# both methods, you train one and act with the other, and the list of names shows it:


# %%
class Apart(hk.Module):
    def __call__(self, x, state):
        return hk.GRU(H)(x, state)

    def unroll(self, xs, state):
        return hk.dynamic_unroll(hk.GRU(H), xs, state)


def act_and_learn(xs):
    net, state = Apart(), jnp.zeros((B, H))
    return net(xs[0], state)[0], net.unroll(xs, state)[0][0]


apart_params, _ = trace(act_and_learn, xs)
print(list(apart_params))

# %% tags=["hidden"]
assert set(apart_params) == {"apart/gru", "apart/~unroll/gru"}
# %% [markdown]
# ## Train: a sine, one value ahead
#
# The data are sines of one period and random phases, and the network predicts the next value at each step. Adam, from
# Optax, trains it: `init` makes the optimiser's state, `update` turns gradients into changes, and `apply_updates` adds
# these to the parameters.


# %%
PERIOD = 25
SPEED = 2 * jnp.pi / PERIOD  # radians per step


def sines(key, batch, steps):  # (T, B, 1)
    phase = jax.random.uniform(key, (batch,), maxval=2 * jnp.pi)
    return jnp.sin(phase + SPEED * jnp.arange(steps)[:, None])[..., None]


def train(net, steps):
    _, unroll, initial_state = net.apply
    optimizer = optax.adam(optax.cosine_decay_schedule(2e-2, steps))

    def loss_fn(params, batch):
        start = initial_state(params, batch.shape[1])
        predictions, _ = unroll(params, batch[:-1], start)
        return jnp.mean((predictions - batch[1:]) ** 2)

    @jax.jit
    def run_all(key):
        def update(carry, key):
            params, opt_state = carry
            batch = sines(key, 32, 51)
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        x = jnp.zeros((1, 1))
        params = net.init(key, x, initial_state({}, 1))
        keys = jax.random.split(key, steps)
        (params, _), losses = jax.lax.scan(
            update, (params, optimizer.init(params)), keys
        )
        return params, losses, loss_fn(params, sines(jax.random.key(9), 500, 51))

    return run_all(jax.random.key(4))


no_memory = functions(hk.IdentityCore)
params, losses, mse = train(lstm, steps=800)
_, memoryless_losses, memoryless_mse = train(no_memory, steps=400)

# %% tags=["hidden"]
FLOOR = np.sin(SPEED) ** 2 / 2
assert mse < 2e-3
assert 0.98 * FLOOR < memoryless_mse < 1.1 * FLOOR

# %% [markdown]
# On new phases the mean squared error of the LSTM is {{ float(mse):.5f}}, and {{ float(memoryless_mse):.4f}} with
# `hk.IdentityCore` instead. A value alone does not say whether the sine rises or falls. With
# $x_{t+1} = x_t \cos\omega \pm \sqrt{1 - x_t^2} \sin\omega$, the best guess is $x_t \cos\omega$, which leaves an error
# of $\tfrac12 \sin^2\omega$ = {{ np.sin(SPEED) ** 2 / 2:.4f}}. If your recurrent network stops at the error of a network
# without memory, look for a lost state.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Two successive values of a sine of known period determine all others. How low can the LSTM's mean error over 50 steps
# fall?
#
# - [{{ mse < FLOOR / 100 }}] To 0, if it is trained for long enough.
# - [{{ mse > FLOOR / 25 }}] To a twenty-fifth of the error without memory.
# - [{{ FLOOR / 60 < mse < FLOOR / 30 }}] To a fiftieth of the error without memory.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# At the first of its 50 steps it has seen one value only, and has to guess like the network without memory. So its floor
# is a fiftieth of that error, {{ np.sin(SPEED) ** 2 / 100:.5f}}.
#
# </details>

# %% tags=["plot"] alt="Loss against step, log scale: IdentityCore stays at the upper floor, the LSTM falls to the lower one."
# Caption: Without memory the loss stops where guessing stops; with memory it goes on
# falling.
fig, ax = plt.subplots()
for name, curve, color in [
    ("hk.IdentityCore", memoryless_losses, "C1"),
    ("hk.LSTM", losses, "C0"),
]:
    smooth = np.convolve(curve, np.ones(10) / 10, "valid")
    ax.semilogy(np.arange(len(smooth)) + 9, smooth, color=color, label=name)
for level, text in [
    (np.sin(SPEED) ** 2 / 2, "floor without memory"),
    (np.sin(SPEED) ** 2 / 100, "floor with memory"),
]:
    ax.axhline(level, color="C2", linestyle="--", linewidth=1.2)
    ax.annotate(text, (800, level), (0, -15), ha="right", textcoords="offset points")
ax.set(xlabel="step", ylabel="mean squared error", title="Memory, and none")
ax.set_ylim(1e-4, 1)
ax.yaxis.set_major_formatter("{x:g}")
ax.legend()
plt.show()

# %% [markdown]
# ## Autoregression: feed the outputs back
#
# Read some true values to fill the state, then let each prediction be the next input. This loop is outside the
# network, so it is a `jax.lax.scan` around the pure `step`:


# %%
def continue_series(params, known, steps, keep=True):
    """The next values after `known`, (T, B, 1); `keep=False` forgets the state."""
    start = initial_state(params, known.shape[1])
    outs, state = unroll(params, known, start)

    def one(carry, _):
        x, state = carry
        y, state = step(params, x, state if keep else start)
        return (y, state), x

    return jax.lax.scan(one, (outs[-1], state), None, length=steps)[1]


known, ahead = 40, 150
truth = sines(jax.random.key(5), 100, known + ahead)
free = continue_series(params, truth[:known], ahead)
forgetful = continue_series(params, truth[:known], ahead, keep=False)
error = {
    "free": float(jnp.sqrt(jnp.mean((free - truth[known:]) ** 2))),
    "forgetful": float(jnp.sqrt(jnp.mean((forgetful - truth[known:]) ** 2))),
}
print(error)

# %% tags=["hidden"]
assert error["free"] < 0.2
assert error["forgetful"] > 0.5

# %% [markdown]
# Over {{ ahead }} steps, six periods, the free run stays within {{ error["free"]:.3f}} of the truth (root of the mean
# square). With `keep=False`, each step gets the initial state. This mistake is easy to make and raises no error; you
# see only values of the right shape and range:

# %% tags=["plot"] alt="Fed its own outputs, the LSTM stays on the sine for six periods; with its state forgotten it goes flat."
# Caption: A forgotten state raises no error: the output has the right shape and says
# nothing.
fig, ax = plt.subplots()
now = np.arange(known, known + ahead)
ax.plot(truth[:, 0, 0], color="C0", linewidth=4, alpha=0.35, label="truth")
ax.plot(now, free[:, 0, 0], color="C0", label="LSTM, fed its own outputs")
ax.plot(now, forgetful[:, 0, 0], "--", color="C1", label="the same, state forgotten")
ax.vlines(known, -1.6, 1.2, color="C2", linewidth=1)
ax.annotate("from here on its own", (known, -1.5), (4, 0), textcoords="offset points")
ax.set(xlabel="step", ylabel="value", ylim=(-1.7, 3), title="Six periods ahead")
ax.legend(loc="upper left")
ax.set_yticks([-1, 0, 1])
plt.show()

# %% [markdown]
# ### States of the wrong batch size
#
# A state may have been made for a batch of 1, or for `None`, without a batch axis. With such a state `hk.LSTM` raises
# an error. A GRU, `VanillaRNN` or convolutional LSTM broadcasts it. Under `hk.dynamic_unroll`, `init` passes, since it
# runs the first step before the scan, but `apply` fails, because the steps of a scan have to return a state of the same
# shape:

# %% raises="TypeError" match="Cannot concatenate arrays"
trace(lambda xs: hk.dynamic_unroll(hk.LSTM(H), xs, hk.LSTM(H).initial_state(1)), xs)

# %% raises="TypeError" match="must have equal types"
trace(lambda xs: hk.dynamic_unroll(hk.GRU(H), xs, hk.GRU(H).initial_state(1)), xs)

# %% [markdown]
# A single step of such a core raises no error, nor does `hk.static_unroll`. That is harmless if the state is zero. But
# if an actor keeps one state for several environments, all of them get the past of one, and from the next step on the
# shapes are right:


# %%
def gru_step(x, state):
    return hk.GRU(H)(x, state)[1]


one_past = jax.random.normal(key, (1, H))
both_pasts = jnp.repeat(one_past, B, axis=0)
next_state, same_state = (
    pure(gru_step).apply(gru_params, x, past) for past in (one_past, both_pasts)
)
np.testing.assert_allclose(next_state, same_state, rtol=1e-4, atol=1e-5)
print(one_past.shape, "->", next_state.shape)

# %% [markdown]
# ## Gradients through time, and truncation
#
# How much does the last output depend on the input of $k$ steps ago? Differentiate one with respect to the other, here
# before training:


# %%
def gradient_norms(make, cut=None, edit=lambda params: params, steps=60):
    """(steps,): the norm of the gradient for each input, the newest first."""

    def last_output(xs):
        core = make(32)
        state = core.initial_state(xs.shape[1])
        if cut:
            _, state = hk.dynamic_unroll(core, xs[:-cut], state)
            state = jax.lax.stop_gradient(state)
            xs = xs[-cut:]
        return hk.dynamic_unroll(core, xs, state)[0][-1].sum()

    xs = jax.random.normal(key, (steps, 16, D))
    net = pure(last_output)
    params = edit(jax.jit(net.init)(key, xs))
    grads = jax.jit(jax.grad(net.apply, argnums=1))(params, xs)
    return np.asarray(jnp.linalg.norm(grads, axis=-1).mean(axis=1))[::-1]


def without_the_one(params):
    layer = params["lstm/linear"]
    b = layer["b"].at[64:96].add(-1)  # i, g, f, o, of 32 each
    return {"lstm/linear": {"w": layer["w"], "b": b}}


through_time = {
    "VanillaRNN": gradient_norms(hk.VanillaRNN),
    "LSTM without the 1": gradient_norms(hk.LSTM, edit=without_the_one),
    "LSTM": gradient_norms(hk.LSTM),
}
truncated = gradient_norms(hk.LSTM, cut=20)

# %% tags=["hidden"]
assert (truncated[20:] == 0).all()
assert through_time["LSTM"][40] > through_time["VanillaRNN"][40]
assert through_time["LSTM"][40] > 10 * through_time["LSTM without the 1"][40]

# %% tags=["plot"] alt="Gradients fall exponentially with age, those of the LSTM slowest; truncation ends them after 20 steps."
# Caption: What lies far back hardly reaches the gradient, and truncation cuts off the
# rest.
fig, ax = plt.subplots()
for (name, values), color in zip(through_time.items(), ("C1", "C3", "C0"), strict=True):
    ax.semilogy(values, color=color)
    ax.annotate(
        name, (59, values[-1]), (4, -3), textcoords="offset points", color=color
    )
ax.semilogy(truncated[:20], color="C2", linewidth=5, alpha=0.5)
ax.annotate(
    "truncated after 20",
    (19, truncated[19]),
    (6, 8),
    textcoords="offset points",
    color="C2",
)
ax.set(xlabel="steps ago", ylabel="norm of the gradient", xlim=(0, 100))
ax.set(title="What the last output can learn from", xticks=range(0, 61, 20))
ax.yaxis.set_major_formatter("{x:g}")
plt.show()

# %% [markdown]
# Here the gradients fall exponentially, so the network learns almost nothing from inputs far back. The LSTM keeps more,
# thanks to the 1 in its forget gate, without which the gate would begin near one half. Between unrolls,
# `jax.lax.stop_gradient(state)` **truncates** the gradient: that of later outputs is exactly zero before the cut, and
# its backward pass covers only the last part.
#
# In most code you need not write the cut. A state that enters the loss as an argument is data, unless you differentiate
# with respect to it. So if you train on chunks of a long series, and each chunk starts from the state at the end of the
# last, the gradient is truncated without a `stop_gradient`. But you must not lose the state. Here is the trained
# network on chunks of 5:


# %%
def chunked(params, series, size, keep=True):
    """The error of one-step predictions, chunk by chunk."""
    start = state = initial_state(params, series.shape[1])
    errors = []
    for t in range(0, len(series) - size, size):
        outs, state = unroll(params, series[t : t + size], state if keep else start)
        errors.append(jnp.mean((outs - series[t + 1 : t + size + 1]) ** 2))
    return float(np.mean(errors))


carried = chunked(params, truth, 5)
forgotten = chunked(params, truth, 5, keep=False)
print(f"state carried: {carried:.5f}   forgotten: {forgotten:.5f}")

# %% tags=["hidden"]
assert forgotten > 2 * carried

# %% [markdown]
# R2D2 and its relatives start from a state that was stored with the sequence, perhaps by older parameters, and *burn in*:
# they unroll the first steps to bring the state up to date, and take the loss on the rest. From a state of zeros:


# %%
def burned_in(params, series, burn_in):
    start = initial_state(params, series.shape[1])
    _, state = unroll(params, series[:burn_in], start)
    state = jax.lax.stop_gradient(state)
    outs, _ = unroll(params, series[burn_in:-1], state)
    return float(jnp.mean((outs - series[burn_in + 1 :]) ** 2))


burn_in_errors = {steps: burned_in(params, truth[:51], steps) for steps in (0, 5)}
print({steps: f"{error:.6f}" for steps, error in burn_in_errors.items()})

# %% tags=["hidden"]
assert burn_in_errors[0] > 5 * burn_in_errors[5]

# %% [markdown]
# The first number, the error without burn-in, comes from the first few steps, in which the state does not hold enough
# of the past, so five steps of burn-in removed nearly all of it.
#
# ## Weights from another library: the gates by hand
#
# The next two cells compute one step by hand and compare it with Haiku's:


# %%
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm_by_hand(params, x, state, order="igfo"):
    w, b = params["lstm/linear"]["w"], params["lstm/linear"]["b"]
    parts = np.split(np.concatenate([x, state.hidden], axis=-1) @ w + b, 4, axis=-1)
    gate = dict(zip(order, parts, strict=True))
    forget = sigmoid(gate["f"] + 1)  # at first, keep more than half
    cell = forget * state.cell + sigmoid(gate["i"]) * np.tanh(gate["g"])
    hidden = sigmoid(gate["o"]) * np.tanh(cell)
    return hidden, hk.LSTMState(hidden, cell)


def gru_by_hand(params, x, h):
    w_i, w_h, b = (params["gru"][name] for name in ("w_i", "w_h", "b"))
    x_z, x_r, x_a = np.split(x @ w_i + b, 3, axis=-1)
    h_z, h_r, h_a = np.split(w_h, 3, axis=-1)
    z, r = sigmoid(x_z + h @ h_z), sigmoid(x_r + h @ h_r)
    return (1 - z) * h + z * np.tanh(x_a + (r * h) @ h_a)


# %%
h, c = np.asarray(jax.random.normal(jax.random.key(3), (2, B, H)))
params, (out, state) = run(lambda x: hk.LSTM(H)(x, hk.LSTMState(h, c)), x)
lstm_params = jax.tree.map(np.asarray, params)
hidden, by_hand = lstm_by_hand(lstm_params, np.asarray(x), hk.LSTMState(h, c))
np.testing.assert_allclose(out, state.hidden)
np.testing.assert_allclose(state.hidden, by_hand.hidden, rtol=1e-4, atol=1e-5)
np.testing.assert_allclose(state.cell, by_hand.cell, rtol=1e-4, atol=1e-5)

params, (out, _) = run(lambda x: hk.GRU(H)(x, h), x)
gru_params = jax.tree.map(np.asarray, params)
by_hand = gru_by_hand(gru_params, np.asarray(x), h)
np.testing.assert_allclose(out, by_hand, rtol=1e-4, atol=1e-5)

params, (out, _) = run(lambda x: hk.VanillaRNN(H)(x, h), x)
first, second = params["vanilla_rnn/linear"], params["vanilla_rnn/linear_1"]
by_hand = np.maximum(x @ first["w"] + first["b"] + h @ second["w"] + second["b"], 0)
np.testing.assert_allclose(out, by_hand, rtol=1e-4, atol=1e-5)

# %% [markdown]
# All three agree. The details matter when you load weights from another library, because all shapes may fit although
# the numbers are wrong. Haiku's gates are in the order $i, g, f, o$, whereas PyTorch and Keras have $i, f, g, o$. Haiku
# adds 1 to the forget gate, applies the reset gate $r$ *before* the matrix, and its `VanillaRNN` has a ReLU where
# others have a tanh.

# %%
wrong, _ = lstm_by_hand(lstm_params, np.asarray(x), hk.LSTMState(h, c), order="ifgo")
print(f"gates in the other order: off by up to {np.abs(wrong - hidden).max():.2f}")

# %% tags=["hidden"]
assert np.abs(wrong - hidden).max() > 0.01

# %% [markdown]
# ## Names in an agent, and where they are explained
#
# If you read an agent, look up its names here:
#
# | you read | look at |
# |---|---|
# | `core.initial_state(batch_size)` | [A core](#a-core-input-and-state-output-and-state) |
# | `hk.LSTMState(hidden, cell)` | [Three cores](#three-cores-hkvanillarnn-hkgru-hklstm) |
# | `hk.dynamic_unroll(core, xs, state)` | [Unrolls](#unrolls-hkdynamic_unroll-and-hkstatic_unroll) |
# | `[T, B, ...]`, `time_major=False`, `hk.BatchApply` | [Time first](#time-first-or-batch-first) |
# | `step_type == FIRST`, `hk.ResetCore` | [Episodes](#episodes-hkresetcore) |
# | `class Net(hk.RNNCore)` with `unroll` | [One network, three functions](#one-network-three-functions) |
# | `stop_gradient(state)`, `burn_in_length` | [Gradients through time](#gradients-through-time-and-truncation) |
#
# ## What can go wrong
#
# - `'tuple' object has no attribute 'hidden'`: an LSTM got a tuple as its state. Write `hk.LSTMState(hidden, cell)`.
# - `LSTM input must be rank-1 or rank-2.` Often, the core got the whole sequence; unroll it.
# - `scan body function carry input and carry output must have equal types`: the state has another shape or dtype after
#   the step than before. Often the initial state has the wrong batch size. On a mesh an array carries [its sharding in
#   the type too](../look_up/errors.py#but-the-corresponding-output-carry-component-has-type-float3216data), and so do branches of `cond`.
# - `should_reset signal shape (2, 1) is not compatible with state shape (2, 4)`: flags are `(T, B)`, without a last axis.
# - [`Unable to retrieve parameter`](../look_up/errors.py#unable-to-retrieve-parameter-w-for-module-out): perhaps step
#   and unroll make their modules in different methods.
# - No message: perhaps a state is forgotten, late by one step, of the wrong batch, or on the wrong axis. Compare an
#   unroll with single steps, and look at gradients.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).

# %% [markdown]
# ## What you learned
#
# - A core maps an input and a state to an output and the next state, a value that your code carries.
# - `hk.dynamic_unroll` runs it over time, which comes first; `hk.ResetCore` restarts it where a flag marks a first step.
# - One class with all modules in `__init__` acts and learns with one tree, if `init` runs them.
# - If the error is that of a network without memory, the state was probably forgotten.
#
# Next: [Look inside, change from outside](look_inside.py).
