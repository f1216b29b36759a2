# %% [markdown]
# # Random keys, not seeds
#
# Training a network draws random numbers all the time: the first parameters, the noise on the data, the order
# in which examples are visited. NumPy keeps a generator with hidden state. JAX's functions have none: you
# pass a **key** to each draw, and the key decides the numbers. Runs can be repeated, and random code
# can be compiled and batched like any other. One new mistake becomes possible: using a key twice. It raises no
# error and no shape looks wrong, but the "noise" may be a copy of the data. On this page you make that mistake,
# see what it does, and learn to find it.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - draw from a key, and derive a fresh key for each draw, row or step with `split` and `fold_in`;
# - say what goes wrong when a key is used twice, and what `jax.debug_key_reuse` reports and misses;
# - shuffle a data set into minibatches, epoch by epoch, so that any epoch can be repeated.
#
# You need: [vmap: write for one example, run on a batch](../jax/batching.py), and tracing and `lax.scan` from
# [jit, what it refuses, and how to time it](../jax/compilation.py).
#
# </div>

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## A hidden generator does not survive `jit`
#
# Why not use NumPy's generator inside JAX code? This function adds a random number to its input. Call it four
# times as it is, and four times compiled:

# %%
generator = np.random.default_rng(0)


def shake(x):
    return x + generator.normal()


compiled_shake = jax.jit(shake)
print("plain:   ", [f"{shake(0.0):+.3f}" for _ in range(4)])
print("compiled:", [f"{compiled_shake(0.0):+.3f}" for _ in range(4)])

# %% [markdown]
# The compiled function returns the same number every time. Python ran `shake` once, to trace it; the generator
# produced one number at that moment, and the number became a constant of the program. `shake` was not a pure
# function: its result depends on how often the generator has been asked before. (JAX has a generator that does
# survive `jit`, because it keeps its count in a [ref](gradients.py#refs-the-exception):
# `jax.experimental.random.stateful_rng`. It is experimental, `vmap` refuses it, and Haiku does not use it.)

# %% tags=["hidden"]
from jax.experimental.random import stateful_rng

_stateful = stateful_rng(0)
_draw = jax.jit(lambda: _stateful.normal())
assert _draw() != _draw()
try:
    jax.vmap(lambda x: x + _stateful.normal())(jnp.ones(3))
except Exception as error:
    _told = str(error)
assert "vmapped value on an unbatched array reference" in _told

# %% [markdown]
# ## A key always gives the same numbers
#
# In JAX, what the generator remembers becomes an argument. `jax.random.key` makes a key from an integer, and the
# functions of `jax.random` that draw take a key first.

# %%
key = jax.random.key(0)
print(key)
print(jax.random.normal(key, (3,)))
print(jax.random.normal(key, (3,)))
print(jax.random.normal(jax.random.key(1), (3,)))

# %% [markdown]
# A key is an array of shape `()` with a dtype of its own, stored as two integers (other generators than the
# default, `threefry2x32`, may need four). Drawing does not change it: the second draw repeats the first, and
# another key gives other numbers. `jax.random.normal` is a pure function that scrambles the key and the position
# of each number. Its numbers are *pseudo-random*: they pass statistical tests, and you can have them again, if
# you ask for the same shape and dtype under the same settings.

# %% tags=["hidden"]
import inspect

_no_draws = {"PRNGKey", "key", "key_data", "key_impl", "key_dtype", "wrap_key_data"}
_firsts = {
    _name: next(iter(inspect.signature(_f).parameters))
    for _name, _f in inspect.getmembers(jax.random, inspect.isfunction)
    if _name not in _no_draws
}
assert set(_firsts.values()) == {"key"}
_ten = jax.random.normal(key, (10,))
assert jnp.array_equal(_ten[:5], jax.random.normal(key, (5,)))
assert not jnp.allclose(_ten, jax.random.normal(key, (10,), jnp.bfloat16), atol=0.1)
with jax.threefry_partitionable(False):
    assert not jnp.allclose(_ten, jax.random.normal(key, (10,)), atol=0.1)
for _impl, _length in {"threefry2x32": 2, "rbg": 4, "unsafe_rbg": 4}.items():
    _key = jax.random.key(0, impl=_impl)
    assert jax.random.key_data(_key).shape == (_length,)
    _eager = jax.random.normal(_key, (5,))
    assert jnp.array_equal(_eager, jax.random.normal(_key, (5,)))
    assert jnp.array_equal(
        _eager, jax.jit(jax.random.normal, static_argnums=1)(_key, (5,))
    )

# %% [markdown]
# Now the compiled function does what you meant, because the key is an argument like any other:


# %%
@jax.jit
def shake_with(key, x):
    return x + jax.random.normal(key)


print([f"{shake_with(jax.random.key(i), 0.0):+.3f}" for i in (0, 1, 2, 0)])

# %% tags=["hidden"]
_calls = [float(shake_with(jax.random.key(i), 0.0)) for i in (0, 1, 2, 0)]
assert _calls[0] == _calls[3]
assert len(set(_calls)) == 3

# %% [markdown]
# Three keys give three numbers; the fourth call has the key of the first and returns its number.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Code with keys is longer than code with a hidden generator. What do you get in return, besides functions that
# compile?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# - **The order of calls does not matter.** With a hidden generator, one more draw at the top of a program changes
#   all draws below it. A draw from a key depends on that key only.
# - **Draws can run side by side**: the rows of a batch or the machines of a cluster, each with its own key.
# - **You can repeat a part.** To see what went wrong in step 731 you need what goes into that step, its key included,
#   and not the 730 steps before it.
#
# </details>
#
# ## Make fresh keys with `split`
#
# If a key always gives the same numbers, each draw needs its own. You could count up integers, `key(0)`,
# `key(1)`, ..., until two parts of a program choose the same. `jax.random.split` makes new keys out of one
# instead:

# %%
key = jax.random.key(0)
key, subkey = jax.random.split(key)
print(jax.random.normal(subkey, (3,)))
key, subkey = jax.random.split(key)
print(jax.random.normal(subkey, (3,)))

# %% [markdown]
# Much JAX code has the line `key, subkey = jax.random.split(key)`. One new key is for this draw; the other
# replaces `key`, so the old key can no longer be used by mistake.
#
# `split` also takes a number and returns that many keys in one array, which is what `vmap` wants: one key for
# each row. Are the rows independent? Draw a thousand numbers from each of four keys and correlate them.

# %%
keys = jax.random.split(jax.random.key(0), 4)  # (4,)
rows = jax.vmap(lambda key: jax.random.normal(key, (1000,)))(keys)  # (4, 1000)
print(np.corrcoef(rows).round(2))

# %% tags=["hidden"]
assert np.abs(np.corrcoef(rows) - np.eye(4)).max() < 0.1

# %% [markdown]
# Each row agrees with itself and, up to chance, with no other. (With the default generator a row is also what its key
# gives without `vmap`. With the generator `rbg`, `vmap` draws other numbers than a loop.) The rule is short:
# **use a key once**. Draw from it or split it, and then let it go.

# %% tags=["hidden"]
for _impl, _equal in {"threefry2x32": True, "rbg": False, "unsafe_rbg": False}.items():
    _keys = jax.random.split(jax.random.key(0, impl=_impl), 4)
    _mapped = jax.vmap(lambda key: jax.random.normal(key, (1000,)))(_keys)
    _looped = jnp.stack([jax.random.normal(_key, (1000,)) for _key in _keys])
    assert jnp.array_equal(_mapped, _looped) == _equal
    assert np.abs(np.corrcoef(_mapped) - np.eye(4)).max() < 0.15

# %% [markdown]
# ## In loops: `fold_in(key, step)`, or `split(key, n)`
#
# For two or three draws, `key, subkey = jax.random.split(key)` is fine. A training loop would repeat it thousands
# of times, each key made from the one before, and JAX's documentation advises against such a chain. To get the
# key of step 731 you have to do all the splits before it, one after the other. And two keys are more likely to
# coincide: in JAX's default generator the children of one parent are all different, but in a chain each key has
# another parent, and the tiny chance of a coincidence grows with every link.
#
# So derive the keys of a loop from one parent. `jax.random.fold_in(key, step)` makes a key from a key and an
# integer that is not negative, here the number of the step. (A fraction is cut off without a message: 0.5 gives
# the key of 0.) In a training step it looks like this:


# %%
def loss_fn(params, batch):
    x, y = batch
    return jnp.mean((x @ params["w"] - y) ** 2)


@jax.jit
def update(params, key, step, batch):
    x, y = batch
    step_key = jax.random.fold_in(key, step)
    noisy = x + 0.1 * jax.random.normal(step_key, x.shape)  # (B, D)
    loss, grads = jax.value_and_grad(loss_fn)(params, (noisy, y))
    # Leaf by leaf: p from params, g from grads.
    new_params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    return new_params, {"loss": loss}


data_key, noise_key = jax.random.split(jax.random.key(0))
x = jax.random.normal(data_key, (64, 3))  # (B, D)
params, batch = {"w": jnp.zeros(3)}, (x, x.sum(axis=1))
for step in range(3):
    params, metrics = update(params, noise_key, step, batch)
    print(step, metrics["loss"])

# %% tags=["hidden"]
_parent = jax.random.key(0)
_many = jax.vmap(lambda i: jax.random.fold_in(_parent, i))(jnp.arange(100_000))
assert len(np.unique(jax.random.key_data(_many), axis=0)) == 100_000
assert metrics["loss"] < 2.5
_zeroth = jax.random.key_data(_many[0])
assert jnp.array_equal(jax.random.key_data(jax.random.fold_in(_parent, 0.5)), _zeroth)
try:
    _told = jax.random.fold_in(_parent, -1)
except OverflowError as error:
    _told = str(error)
assert "out of bounds for uint32" in _told

# %% [markdown]
# The loop passes the same `noise_key` each time, so no key has to be carried from step to step. If you know
# beforehand how many keys you need, `split(key, n)` makes them at once, ready for `vmap` or `lax.scan`. Here is a
# random walk of a thousand steps:


# %%
def walk(position, step_key):
    position = position + jax.random.normal(step_key)
    return position, position


step_keys = jax.random.split(jax.random.key(1), 1000)  # (1000,)
last, positions = jax.lax.scan(walk, 0.0, step_keys)
print(f"after 10 steps {positions[9]:.2f}, after 1000 steps {last:.2f}")

# %% [markdown]
# Can you split a key *and* fold numbers into it? Look at the keys that each of the two makes:

# %%
key = jax.random.key(0)
folded = [jax.random.fold_in(key, i) for i in range(2)]
print("split:  ", jax.random.key_data(jax.random.split(key)).tolist())
print("fold_in:", [jax.random.key_data(child).tolist() for child in folded])


# %% tags=["hidden"]
def _agree_array(key):
    folded = jnp.stack(
        [jax.random.key_data(jax.random.fold_in(key, i)) for i in range(5)]
    )
    return jnp.all(jax.random.key_data(jax.random.split(key, 5)) == folded)


def _agree(key):
    return bool(_agree_array(key))


for _seed in (0, 1, 123_456):
    assert _agree(jax.random.key(_seed))
    assert jax.jit(_agree_array)(jax.random.key(_seed))
    assert _agree(jax.random.key(_seed, impl="rbg"))
    assert not _agree(jax.random.key(_seed, impl="unsafe_rbg"))
with jax.threefry_partitionable(False):
    assert not _agree(jax.random.key(0))

# %% [markdown]
# They are the same keys. That is how the default generator happens to work, and `rbg` too: JAX does not promise
# it, and with `unsafe_rbg`, or with `jax_threefry_partitionable` switched off, the keys differ. One rule is safe
# with all of them. Decide for each key: draw from it, or split it, or fold numbers into it, each number for one
# purpose. Never two of the three.
#
# ## One key used twice: nothing fails
#
# Here are two data sets. The first is for a *classifier*, which learns to say 0 or 1. An example is a row of 36
# numbers; its label is 1 if the row, times 12 and with noise on each entry, adds up to more than 6. The second
# is for a *regression*, which learns to predict numbers: three inputs, six targets, again with noise.


# %%
def spoiled_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noise = jax.random.normal(key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1, keepdims=True) > 6  # (8, 1)
    return inputs, noise, labels.astype(jnp.int32)


def spoiled_regression_data(key):
    inputs = jax.random.normal(key, (128, 3))
    noise = jax.random.normal(key, (128, 6))
    targets = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6 + noise
    return inputs, noise, targets


inputs, noise, labels = spoiled_input_output(jax.random.key(0))
print(inputs.shape, inputs.dtype, labels.shape, labels.dtype)
print("labels", labels[:, 0])

# %% [markdown]
# Shapes, dtypes, a fair mixture of labels: nothing looks wrong. Yet both functions draw twice from `key`.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Which of the two data sets is spoiled by it, and how exactly? What is the noise in the first, where both draws
# have the shape `(8, 36)`? And in the second, where the shapes differ? Guess, then run the cell.
#
# </div>

# %% tags=["predict"]
print("classifier: noise equals inputs:", jnp.array_equal(noise, inputs))

x, n, _ = spoiled_regression_data(jax.random.key(0))
begins = np.allclose(n.ravel()[: x.size], x.ravel(), rtol=0, atol=1e-6)
print("regression: noise begins with the inputs:", begins)

# %% tags=["hidden"]
assert jnp.array_equal(noise, inputs)
assert begins
assert 2 * x.size == n.size
assert np.abs(np.corrcoef(x, n, rowvar=False)[:3, 3:]).max() < 0.3
with jax.threefry_partitionable(False):
    _old = spoiled_regression_data(jax.random.key(0))
    assert not np.isclose(
        _old[1].ravel()[:384], _old[0].ravel(), rtol=0, atol=1e-6
    ).any()

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# **The classifier is spoiled completely.** Same key, same shape, same numbers: with $x_j$ for an entry of a row
# and $n_j = x_j$ for its noise,
#
# $$\sum_j (12 x_j + n_j) = 13 \sum_j x_j > 6 \quad\text{means}\quad \sum_j x_j > \tfrac{6}{13}.$$
#
# The label follows from the inputs alone.
#
# **The regression is damaged too, but you would hardly notice.** The first {{ x.size }} of the {{ n.size }} noise
# values are the inputs again, but from the second row on they stand beside other inputs, so the noise looks
# independent of them. That is luck, and it depends on the shapes and on the generator.
#
# </details>
#
# If the labels of the classifier follow from the inputs alone, a rule without noise predicts them all. Try it on
# a thousand batches:

# %%
keys = jax.random.split(jax.random.key(1), 1000)
inputs, noise, labels = jax.vmap(spoiled_input_output)(keys)  # (1000, 8, 36), ...
predicted = inputs.sum(axis=2) > 6 / 13  # (1000, 8)
print(f"predicted by the rule: {jnp.mean(predicted == labels[:, :, 0]):.2%}")

# %% tags=["hidden"]
assert jnp.all(predicted == labels[:, :, 0])

# %% [markdown]
# All {{ labels.size }} of them. A problem meant to be noisy can be solved perfectly, and a model trained on it
# looks better than it is. Another distribution need not help: `uniform` and `normal` turn the same random bits
# into different numbers, so each of the two draws is a function of the other. (Draws of another dtype, or by
# methods that use the bits in another way, such as `gamma`, show no such pattern. Nothing says that they are
# independent.)

# %% tags=["plot"] alt="Second draw against the first. Same key: a straight line, and an S-curve for uniform. Another key: a cloud."
first_key, second_key = jax.random.split(jax.random.key(0))
first = jax.random.normal(first_key, (150,))
seconds = {
    "same key, normal": jax.random.normal(first_key, (150,)),
    "same key, uniform": jax.random.uniform(first_key, (150,)),
    "another key, normal": jax.random.normal(second_key, (150,)),
}
figure, panels = plt.subplots(1, 3, figsize=(9, 3.3), layout="constrained")
for color, axes, (title, second) in zip(
    ("C1", "C1", "C0"), panels, seconds.items(), strict=True
):
    axes.plot(first, second, "o", markersize=3.5, alpha=0.7, color=color)
    axes.set(title=title, xlabel="first draw")
panels[0].set_ylabel("second draw")
plt.show()

# %% tags=["hidden"]
_order = np.argsort(first)
assert np.all(np.diff(seconds["same key, uniform"][_order]) >= 0)
assert abs(np.corrcoef(first, seconds["another key, normal"])[0, 1]) < 0.3


def _rank_correlation(draw):
    ranks = [np.argsort(np.argsort(np.asarray(v, float))) for v in (_normal, draw)]
    return abs(np.corrcoef(*ranks)[0, 1])


_key = jax.random.key(3)
_normal = jax.random.normal(_key, (200,))
for _distribution in (jax.random.uniform, jax.random.exponential, jax.random.laplace):
    assert _rank_correlation(_distribution(_key, (200,))) > 0.999
assert _rank_correlation(jax.random.gamma(_key, 2.0, (200,))) < 0.3
assert _rank_correlation(jax.random.normal(_key, (200,), jnp.bfloat16)) < 0.3

# %% [markdown]
# ## `debug_key_reuse` finds the second use
#
# You cannot see the mistake in the output, but JAX can see it in the program. Inside `jax.debug_key_reuse(True)`
# it keeps track of which keys a draw or a split has consumed:

# %% raises="KeyReuseError" match="Previously-consumed key"
with jax.debug_key_reuse(True):
    spoiled_input_output(jax.random.key(0))

# %% [markdown]
# "Previously-consumed" means that the key has been used already; the "jit-compiled function" is
# `jax.random.normal` itself. JAX calls this check experimental, and it is off until you ask for it. A test of
# your data pipeline or of one training step is a good place to ask.
#
# ## Exercise: a batch with fresh noise
#
# Repair `spoiled_input_output`. Define `build_input_output(key)`, which returns three arrays,
# `inputs, noise, labels`:
#
# - `inputs` and `noise`, shape `(8, 36)`, `float32`: independent standard normal numbers, every entry its own;
# - `labels`, shape `(8, 1)`, whole numbers: 1 where the sum of a row of `12 * inputs + noise` exceeds 6, else 0;
# - all three depend on `key` and on nothing else, and no key is used twice.
#
# Write it with `jnp`, so that `jax.vmap` can draw thousands of batches in one call: the check does. As a
# specification, here are the labels of two short rows in plain loops:

# %%
rows = np.array([[0.5, -0.25, 0.5], [0.75, -0.25, 0.125]])
shifts = np.array([[-1.0, 0.5, 0.25], [0.5, 0.0, -2.5]])  # their noise
for row, shift in zip(rows, shifts, strict=True):
    total = 0.0
    for value, change in zip(row, shift, strict=True):
        total += 12 * value + change
    print(total, "label", int(total > 6))

# %% tags=["hidden"]
assert [(12 * r + s).sum() for r, s in zip(rows, shifts, strict=True)] == [8.75, 5.5]
assert 12 * rows[1].sum() == 7.5

# %% [markdown]
# In the second row the noise decides: 12 times the inputs alone is 7.5, which would be label 1.
#
# <details>
# <summary>Hint</summary>
#
# You need two keys, and you are given one. After the line that makes two of it, `key` should not occur again.
#
# </details>


# %% exercise="fresh-noise" kind="repair" minutes="10"
def build_input_output(key):
    """Return inputs, noise and labels of a batch: (8, 36), (8, 36) and (8, 1)."""
    ### BEGIN SOLUTION
    input_key, noise_key = jax.random.split(key)
    inputs = jax.random.normal(input_key, (8, 36))
    noise = jax.random.normal(noise_key, (8, 36))
    labels = (12 * inputs + noise).sum(axis=1, keepdims=True) > 6
    return inputs, noise, labels.astype(jnp.int32)
    ### END SOLUTION


# %% [markdown]
# The check draws 2048 batches. It tests the distribution of inputs and noise, looks for numbers that follow each
# other, recomputes the labels, and looks at how each key is used.

# %% check="fresh-noise"
_once = 'Read "One key used twice: nothing fails" again.'
_loops = 'Read "In loops: fold_in(key, step), or split(key, n)" again.'
_split = 'Read "Make fresh keys with split" again.'
_same = 'Read "A key always gives the same numbers" again.'
_task = 'Read the list in "Exercise: a batch with fresh noise" again.'

assert callable(globals().get("build_input_output")), (
    "Exercise fresh-noise: define the function build_input_output in the cell above and run it, then run this check."
)


def _drawn(call, where):
    try:
        return call()
    except NotImplementedError:
        raise
    except jax.errors.KeyReuseError:
        raise AssertionError(
            "jax.debug_key_reuse reports a key that is used twice: a key that you have drawn from or split is used "
            f"up, and so is the `key` that you are given. {_once}"
        ) from None
    except Exception as error:
        words = (str(error).splitlines() or ["no message"])[0].rstrip(".")
        raise AssertionError(
            f"{where} your function stopped with {type(error).__name__}: {words}. {_task}"
        ) from None


def _key_uses(function, key):
    """For each key, known by the numbers in it: the operations that take it. Empty where JAX cannot say."""
    kinds = ("random_bits", "random_split", "random_fold_in")
    try:
        with jax.disable_jit():
            program = jax.make_jaxpr(function)(key)
        steps = [step for step in program.jaxpr.eqns if step.primitive.name in kinds]
        keys_only = program.jaxpr.replace(outvars=[step.invars[0] for step in steps])
        keys = jax.core.eval_jaxpr(keys_only, program.consts, key)
    except Exception:
        return {}
    uses = {}
    for step, taken in zip(steps, keys, strict=True):
        words = np.asarray(jax.random.key_data(taken))
        for one in words.reshape(-1, words.shape[-1]).tolist():
            uses.setdefault(tuple(one), []).append(step.primitive.name)
    return uses


with jax.debug_key_reuse(True):
    _batch = _drawn(lambda: build_input_output(jax.random.key(3)), "Called with a key,")
_count = len(_batch) if isinstance(_batch, (tuple, list)) else None
assert _count == 3, (
    f"It returns {'a pair' if _count == 2 else type(_batch).__name__}, not the three arrays inputs, noise, labels: "
    f"does the function end with `return inputs, noise, labels`? {_task}"
)
assert all(isinstance(_part, (jax.Array, np.ndarray)) for _part in _batch), (
    f"It returns {', '.join(type(_part).__name__ for _part in _batch)}, where all three should be arrays. {_task}"
)
for _name, _part in zip(("inputs", "noise"), _batch, strict=False):
    assert _part.shape == (8, 36), (
        f"The shape of the {_name} is {_part.shape}, not (8, 36); the order is inputs, noise, labels. {_task}"
    )
    assert _part.dtype == jnp.float32, (
        f"The dtype of the {_name} is {_part.dtype}, not float32, which `jax.random.normal` gives. {_task}"
    )
_x, _n, _y = _batch
assert _y.shape == (8, 1), (
    f"The labels have shape {_y.shape}, not (8, 1): sum along axis 1 and keep that axis with keepdims=True. {_task}"
)
assert jnp.issubdtype(_y.dtype, jnp.integer), (
    f"The labels are {_y.dtype}, not whole numbers: convert the comparison with .astype(jnp.int32). {_task}"
)
assert np.isfinite([_x, _n]).all(), (
    f"Some inputs or noise are nan or inf, which no normal draw gives. {_task}"
)
_again = _drawn(lambda: build_input_output(jax.random.key(3)), "Called again,")
assert all(map(np.array_equal, _batch, _again)), (
    f"The same key gives another batch at the second call: something other than `key` decides, such as NumPy. {_same}"
)
_shared = np.isin(np.abs(_n), np.abs(_x)).mean()
assert _shared < 0.03, (
    f"Of the noise, {_shared:.0%} are the numbers of the inputs again, in the same or another place or with the other "
    f"sign: draw the noise, and from a key of its own. {_once}"
)

_keys = jax.random.split(jax.random.key(4), 2048)
with jax.default_matmul_precision("highest"):
    _many = _drawn(
        lambda: jax.vmap(build_input_output)(_keys),
        "Under jax.vmap, where arrays are tracers,",
    )
_x, _n, _y = (np.asarray(_part, np.float64) for _part in _many)
for _name, _part in {"inputs": _x, "noise": _n}.items():
    assert _part.std() > 0, (
        f"All of the {_name} are {_part.flat[0]}: draw them with `jax.random.normal`. {_task}"
    )
    _still = int((_part.std(axis=0) < 0.01).sum())
    assert _still == 0, (
        f"{_still} of the 288 numbers of the {_name} are the same for every key you pass: are they drawn from a key made "
        f"inside the function, such as jax.random.key(0)? Everything must come from `key`. {_same}"
    )
    _different = len(np.unique(_part.reshape(2048, -1), axis=0))
    assert _different == 2048, (
        f"2048 keys give only {_different} different {_name}: derive the key that you draw with from `key`. {_split}"
    )

# Numbers that follow each other, or whose sizes do: 288 inputs and 288 noise values, over 2048 batches.
for _see in (np.asarray, np.abs):
    _both = _see(np.concatenate([_x.reshape(2048, 288), _n.reshape(2048, 288)], axis=1))
    _related = np.abs(np.corrcoef(_both, rowvar=False) - np.eye(576))
    for _name, _part in {"inputs": slice(288), "noise": slice(288, None)}.items():
        _most = _related[_part, _part].max()
        assert _most < 0.15, (
            f"Two entries of the {_name} follow each other, in one row or in two (correlation {_most:.2f}): draw all "
            f"of shape (8, 36) at once, or each row from another key. {_split}"
        )
    _most = _related[:288, 288:].max()
    assert _most < 0.15, (
        f"The noise follows the inputs (correlation {_most:.2f}): draw it from a key of its own and compute nothing "
        f"of it from the inputs. {_once}"
    )
for _name, _part in {"inputs": _x, "noise": _n}.items():
    _found = [
        _part.mean(),
        _part.std(),
        *[(np.abs(_part) > _z).mean() for _z in (0.5, 1, 2)],
    ]
    _misses = np.abs(np.subtract(_found, [0, 1, 0.6171, 0.3173, 0.0455]))
    assert np.all(_misses < [0.01, 0.01, 0.004, 0.004, 0.002]), (
        f"Over {len(_keys)} batches the mean of the {_name} is {_found[0]:.2f}, the standard deviation {_found[1]:.2f}, "
        f"and {_found[4]:.1%} are beyond 2 or -2 (0, 1 and 4.6% are right): return what `jax.random.normal` draws. "
        f"{_task}"
    )
    _spread = np.abs([_part.mean(axis=0), _part.std(axis=0) - 1]).max()
    assert _spread < 0.15, (
        f"Some entries of the {_name} have another mean or spread than the rest: draw all of shape (8, 36) in the "
        f"same way. {_task}"
    )
_sums = [
    np.corrcoef(_a.sum(axis=(1, 2)), _b.sum(axis=(1, 2)))[0, 1]
    for _a, _b in [(_x, _n), (_x**2, _n**2)]
]
assert np.abs(_sums).max() < 0.15, (
    "The sum of the noise follows the sum of the inputs: draw the noise from a key of its own and compute nothing "
    f"from the inputs. {_once}"
)
_apart = np.corrcoef(_n[:-1].ravel(), _n[1:].ravel())[0, 1]
assert abs(_apart) < 0.02, (
    f"The noise of one key follows that of the next: derive its key from all of `key`. {_split}"
)

assert np.isin(_y, (0, 1)).all(), (
    f"The labels are {np.unique(_y)[:5].tolist()}, not only 0 and 1. {_task}"
)
_y, _total = _y[:, :, 0] == 1, (12 * _x + _n).sum(axis=2)  # (2048, 8)
_sure = np.abs(_total - 6) > 1e-2  # farther from 6 than rounding moves a sum
_rules = {
    "the sum of 12 * inputs alone exceeds 6, without the noise": 12 * _x.sum(axis=2)
    > 6,
    "the sum is less than 6": _total < 6,
    "the sum exceeds 0, not 6": _total > 0,
    "the mean of a row, not its sum, exceeds 6": _total > 6 * 36,
    "the sum of inputs + noise exceeds 6, without the factor 12": (_x + _n).sum(axis=2)
    > 6,
    "the sum of 12 * (inputs + noise) exceeds 6": 12 * (_x + _n).sum(axis=2) > 6,
    "the sum of 12 * inputs - noise exceeds 6": (12 * _x - _n).sum(axis=2) > 6,
}
_right = _total > 6
for _name, _rule in _rules.items():
    assert (_y == _right)[_sure].all() or (_y != _rule)[_sure].mean() > 1e-3, (
        f"The labels say whether {_name}: 1 should mean that the sum of a row of 12 * inputs + noise exceeds 6. {_task}"
    )
_wrong = int((_y != _right)[_sure].sum())
assert _wrong == 0, (
    f"{_wrong} of {_y.size} labels are not what a row of 12 * inputs + noise says of the arrays you return: sum along "
    f"axis 1, compare with 6, and return the very noise that made the labels. {_task}"
)

for _operations in _key_uses(build_input_output, jax.random.key(5)).values():
    _folds = _operations.count("random_fold_in")
    assert len(_operations) - _folds < 2, (
        "One key serves two draws or splits, though jax.debug_key_reuse does not see it: is the same number folded "
        f"into one key twice, or is a key that you have used taken from an array again? {_loops}"
    )
    assert not _folds or _folds == len(_operations), (
        "One key has a number folded into it and is also drawn from or split, which jax.debug_key_reuse does not see: "
        f"do one or the other. {_loops}"
    )
print(
    f"Tested on {len(_keys)} batches: inputs and noise agree with independent standard normal numbers,"
)
print(
    f"all {_y.size} labels follow from them, and no key that we looked at is used twice."
)

# %% [markdown]
# ## How good can a classifier be?
#
# With independent noise, not even the right rule gets every label. The sum of the 36 numbers $12 x_j$ of a row has
# the standard deviation $12 \sqrt{36} = 72$, the sum of their noise $\sqrt{36} = 6$. For a threshold of 0, a sum
# and the same sum with noise differ in sign with the probability
#
# $$p = \frac{1}{\pi} \arctan \frac{6}{72},$$
#
# and on the scale of 72 the threshold 6 is close to 0. Your function draws the data to compare with:

# %%
p = jnp.arctan(6 / 72) / jnp.pi
keys = jax.random.split(jax.random.key(2), 4096)
inputs, noise, labels = jax.vmap(build_input_output)(keys)
wrong = (12 * inputs.sum(axis=2) > 6) != labels[:, :, 0]  # (4096, 8)
print(f"formula {p:.2%}, measured {jnp.mean(wrong):.2%} of {wrong.size} labels")

# %% tags=["hidden"]
assert 0.026 < p < 0.027
assert 0.021 < jnp.mean(wrong) < 0.032

# %% [markdown]
# Noise overturns about {{ p:.1%}} of the labels, so the best possible accuracy is about {{ 1 - p:.1%}}. A
# classifier that scores clearly higher on fresh data was given an easier problem, such as the spoiled one above.
# [Application: a classifier](../haiku/classifier.py) comes back to this number.
#
# ## What `debug_key_reuse` does not see
#
# The check counts draws and splits of keys that it can follow. Four things that escape it:
#
# **Old-style keys.** Much public Haiku code calls `jax.random.PRNGKey(42)`. It returns the two whole numbers
# bare, as an array of dtype `uint32`. To JAX these are numbers like any others, and numbers may be used twice:

# %%
with jax.debug_key_reuse(True):
    inputs, noise, labels = spoiled_input_output(jax.random.PRNGKey(0))
print("no complaint; noise equals inputs:", jnp.array_equal(noise, inputs))

# %% tags=["hidden"]
assert jnp.array_equal(noise, inputs)
assert jax.random.PRNGKey(0).dtype == jnp.uint32
assert jnp.array_equal(inputs, spoiled_input_output(jax.random.key(0))[0])

# %% [markdown]
# The numbers are those of `jax.random.key(0)`; only the error is lost. When you take over such code, write
# `jax.random.key` in the one place where the key is made. Draws, `split` and Haiku's `init` and `apply` accept both.
#
# **`fold_in`.** It is made for folding many numbers into one key, so it does not count as a use of the key. The
# check looks neither at which numbers they are, nor at whether the key is also drawn from or split.
#
# **Equal keys made in two places.** The check follows a key through the program and does not compare the numbers
# inside. A helper function that makes its own `jax.random.key(0)` draws the same "noise" at each call.
#
# **A key that `vmap` shares.** The function runs once and draws once, so each row gets the same "noise". Split the key
# and map over the new ones. (In `lax.scan`, where one key is used turn after turn, the check does complain.)

# %% tags=["hidden"]
_key = jax.random.key(0)
with jax.debug_key_reuse(True):
    _shared = jax.vmap(lambda x: x + jax.random.normal(_key))(jnp.zeros(3))
    assert len(set(_shared.tolist())) == 1
    _loop_key = jax.random.key(1)
    try:
        jax.lax.scan(lambda c, _: (c + jax.random.normal(_loop_key), c), 0.0, length=3)
    except jax.errors.KeyReuseError as error:
        _told = str(error)
assert "scan body function leads to key reuse" in _told

# %% [markdown]
# ## Exercise: predict equal draws and errors
#
# Each of these functions makes two draws. Some of them use one key twice:


# %%
def a(key):
    left, right = jax.random.split(key)
    return jax.random.normal(left, (4,)), jax.random.normal(right, (4,))


def b(key):
    _, subkey = jax.random.split(key)
    return jax.random.normal(key, (4,)), jax.random.normal(subkey, (4,))


def c(key):
    first, again = jax.random.fold_in(key, 7), jax.random.fold_in(key, 7)
    return jax.random.normal(first, (4,)), jax.random.normal(again, (4,))


def d(key):
    other = jax.random.fold_in(key, 7)
    return jax.random.normal(key, (4,)), jax.random.normal(other, (4,))


@jax.jit
def draw(key):
    return jax.random.normal(key, (4,))


def e(key):
    return draw(key), draw(key)


def f(key):
    def helper():
        return jax.random.normal(jax.random.key(7), (4,))

    return helper(), helper()


def g(key):
    return jax.random.normal(key, (4,)), jax.random.uniform(key, (4,))


# %% [markdown]
# All are called with `jax.random.key(0)`. Without running them, define two sets of their names:
#
# - `equal_draws`: the functions whose two draws are the same numbers;
# - `complaints`: the functions that raise `KeyReuseError` inside `jax.debug_key_reuse(True)`.
#
# A function can be in both sets, in one, or in none.

# %% exercise="predict-key-reuse" kind="predict" minutes="8"
# The form of an answer: equal_draws = {"a", "g"} and complaints = {"b"}.
### BEGIN SOLUTION
equal_draws = {"c", "e", "f"}
complaints = {"b", "e", "g"}
### END SOLUTION

# %% check="predict-key-reuse"
_functions = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g}
for _name, _function in _functions.items():
    assert callable(_function), (
        f"`{_name}` is no longer a function: give your own variables other names, and run the cell with the seven "
        'functions again, in "Exercise: predict equal draws and errors".'
    )
_hints = {
    "a": 'How often is each of the two halves drawn from? Read "Make fresh keys with split" again.',
    "b": 'What has `split` done to its key, and is a child the key of its parent? Read "Make fresh keys with split" again.',
    "c": 'Which number is folded in each time, and does fold_in count? Read "What debug_key_reuse does not see" again.',
    "d": "Is the key with 7 folded into it the key itself, and which of the two calls is a draw or a split? Read "
    '"What debug_key_reuse does not see" again.',
    "e": 'Does compiling a draw change its numbers or the use of its key? Read "A key always gives the same numbers" again.',
    "f": 'Does the helper know of earlier calls, and is any one key drawn from twice? Read "What debug_key_reuse does '
    'not see" again.',
    "g": "The bits are the same, but what does each function make of them, and how often is the key drawn from? Read "
    '"One key used twice: nothing fails" again.',
}
for _name in ("equal_draws", "complaints"):
    assert _name in globals(), (
        f"Exercise predict-key-reuse: define the set {_name} in the cell above and run it, then run this check."
    )
    _names = globals()[_name]
    assert isinstance(_names, (set, frozenset, list, tuple, dict, str)), (
        f"{_name} is of type {type(_names).__name__}; it should be a set of names, such as {{'a', 'b'}}."
    )
    _unknown = [
        _one for _one in _names if not isinstance(_one, str) or _one not in _functions
    ]
    assert not _unknown, (
        f"{_name} holds {_unknown[0]!r}, which is not the name of one of the functions: write the letters 'a' to 'g'."
    )


def _complains(function):
    try:
        with jax.debug_key_reuse(True):
            function(jax.random.key(0))
    except jax.errors.KeyReuseError:
        return True
    return False


for _name, _function in _functions.items():
    _first, _second = _function(jax.random.key(0))
    assert (_name in set(equal_draws)) == bool(jnp.array_equal(_first, _second)), (
        f"Your equal_draws is wrong about `{_name}`. {_hints[_name]}"
    )
    assert (_name in set(complaints)) == _complains(_function), (
        f"Your complaints is wrong about `{_name}`. {_hints[_name]}"
    )
print("Your prediction agrees with what the seven functions do when they run.")

# %% tags=["hidden"]
assert {_name for _name in _functions if _complains(_functions[_name])} == {
    "b",
    "e",
    "g",
}

# %% [markdown]
# <details>
# <summary>Once you have solved it: is <code>d</code> all right?</summary>
#
# Its draws differ and the check is silent, and yet one key is used in two ways. We know of no harm that this does
# with today's generators, but nothing guarantees that. The safe rule avoids the question.
#
# </details>
#
# ## Other draws: `uniform`, `choice`, `permutation`
#
# `normal` stood for all draws so far. The others take a key in the same way; these four you will meet most:

# %%
keys = jax.random.split(jax.random.key(0), 4)
print("uniform:    ", jax.random.uniform(keys[0], (3,), minval=-1, maxval=1))
print("bernoulli:  ", jax.random.bernoulli(keys[1], 0.5, (6,)))
print("choice:     ", jax.random.choice(keys[2], 10, (4,), replace=False))
print("permutation:", jax.random.permutation(keys[3], 6))

# %% [markdown]
# `uniform` draws from an interval, here from -1 up to 1. `bernoulli` is true with the given probability, which is
# how dropout makes its mask. `choice` picks from the numbers below 10; the default may pick one twice,
# `replace=False` does not. `permutation` returns the numbers below 6 in random order. Given an array in place of
# the number, `choice` picks from its rows and `permutation` shuffles them.
#
# ## Exercise: shuffled minibatches, epoch by epoch
#
# An *epoch* goes through all examples once, in minibatches, and each epoch in an order of its own. Define
# `epoch_of_batches(key, epoch, x, y, batch_size)`. Here `key` is the key of the whole training, the same for all
# epochs; `epoch` is a whole number, 0 for the first; `x` and `y` are arrays whose first axis counts the same $N$
# examples, with any further axes; and `batch_size` divides $N$. It returns the pair `xs, ys`:
#
# - `xs` has shape `(N // batch_size, batch_size, ...)`, where `...` are the further axes of `x`; `ys` likewise. So
#   `xs[i], ys[i]` is batch $i$.
# - Each example occurs exactly once, and its `x` stays together with its `y`.
# - Every order of the $N$ examples is equally likely; another epoch or another key draws another one.
# - The same arguments give the same batches, so epoch 7 can be repeated without the epochs before it. No key is
#   used twice: `jax.debug_key_reuse` has no complaint.
#
# For an order that is already drawn, plain loops say what the batches are:


# %%
def batches_in_order(order, x, y, batch_size):
    xs, ys = [], []
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        xs.append([x[i] for i in chosen])
        ys.append([y[i] for i in chosen])
    return np.array(xs), np.array(ys)


x = np.array([[0, 0], [1, 10], [2, 20], [3, 30]])  # (N, 2)
y = np.array([0, 100, 200, 300])  # (N,)
xs, ys = batches_in_order([2, 0, 3, 1], x, y, batch_size=2)
print("xs", xs.tolist())  # (2, 2, 2)
print("ys", ys.tolist())  # (2, 2)

# %% [markdown]
# Batch 0 holds examples 2 and 0, batch 1 holds 3 and 1, each with its `y`. The order is what you have to draw.
#
# <details>
# <summary>Hint</summary>
#
# Which key belongs to this epoch, and what draws an order of the numbers below $N$? An array of indices may have
# two axes; the result then has them too.
#
# </details>


# %% exercise="epoch-of-batches" kind="build" minutes="12"
def epoch_of_batches(key, epoch, x, y, batch_size):
    """Return xs and ys, the batches of one epoch, stacked along a new first axis."""
    ### BEGIN SOLUTION
    order = jax.random.permutation(jax.random.fold_in(key, epoch), len(x))
    order = order.reshape(-1, batch_size)  # (N // batch_size, batch_size)
    return x[order], y[order]
    ### END SOLUTION


# %% check="epoch-of-batches"
_task = 'Read the list in "Exercise: shuffled minibatches, epoch by epoch" again.'
_loops = 'Read "In loops: fold_in(key, step), or split(key, n)" again.'
_draws = 'Read "Other draws: uniform, choice, permutation" again.'
_once = 'Read "One key used twice: nothing fails" again.'

assert callable(globals().get("epoch_of_batches")), (
    "Exercise epoch-of-batches: define the function epoch_of_batches in the cell above and run it, then run this check."
)


def _checked_epoch(key, epoch, x, y, batch_size):
    """The batches as NumPy arrays, or a sentence."""
    what = f"With epoch {epoch}, x of shape {x.shape}, y of shape {y.shape} and batch_size {batch_size}"
    try:
        pair = epoch_of_batches(key, epoch, x, y, batch_size)
    except NotImplementedError:
        raise
    except jax.errors.KeyReuseError:
        raise AssertionError(
            "jax.debug_key_reuse reports a key that is used twice: draw one order from one key, and take the rows of "
            f"both x and y in that order. {_once}"
        ) from None
    except Exception as error:
        words = (str(error).splitlines() or ["no message"])[0].rstrip(".")
        raise AssertionError(
            f"{what} your function stopped with {type(error).__name__}: {words}. {_task}"
        ) from None
    assert not any(getattr(part, "is_deleted", bool)() for part in (x, y)), (
        f"{what} your function donates or deletes its data, which the next epoch needs: compile without donation. "
        f"{_task}"
    )
    is_pair = isinstance(pair, (tuple, list)) and len(pair) == 2
    assert is_pair, (
        f"{what} it returns {type(pair).__name__}, not the pair xs, ys. {_task}"
    )
    assert all(isinstance(part, (jax.Array, np.ndarray)) for part in pair), (
        f"{what} it returns {' and '.join(type(part).__name__ for part in pair)}, not two arrays: stack the batches "
        f"along a first axis. {_task}"
    )
    for name, part, data in zip(("xs", "ys"), pair, (x, y), strict=True):
        shape = (len(data) // batch_size, batch_size, *data.shape[1:])
        assert part.shape == shape, (
            f"{what}, {name} has shape {part.shape}, not {shape}. {_task}"
        )
        assert part.dtype == data.dtype, (
            f"{what}, {name} has dtype {part.dtype}, where the data has {data.dtype}: do not convert it. {_task}"
        )
    return tuple(map(np.asarray, pair))


def _numbered_examples(examples, *further):
    """Examples whose x and y both say which example it is, in numbers of both signs."""
    count = jnp.arange(examples)
    x = count.reshape(-1, *[1] * len(further)) - examples // 2 + jnp.zeros(further)
    return x, 3 * count - examples  # (N, ...), (N,)


for _examples, _further, _size in [
    (12, (3,), 4),
    (7, (), 1),
    (30, (2, 5), 10),
    (8, (1,), 8),
]:
    _x, _y = _numbered_examples(_examples, *_further)
    with jax.debug_key_reuse(True):
        _xs, _ys = _checked_epoch(jax.random.key(6), 3, _x, _y, _size)
    _of_x = _xs.reshape(_examples, -1)[:, 0] + _examples // 2
    _of_y = (_ys.reshape(-1) + _examples) / 3
    for _name, _of in {"xs": _of_x, "ys": _of_y}.items():
        assert np.isin(_of, np.arange(_examples)).all(), (
            f"{_name} holds numbers that are not in the data: move the examples and leave them as they are. {_task}"
        )
        _times = np.bincount(_of.astype(int), minlength=_examples)
        assert np.all(_times == 1), (
            f"In {_name} {(_times == 0).sum()} of {_examples} examples are missing, and one occurs {_times.max()} times, "
            f"where each should occur once: is something drawn with replacement? {_draws}"
        )
    assert np.array_equal(_of_x, _of_y), (
        "In a batch, x and y no longer belong to the same example: shuffle both in the same order, drawn once. "
        f"{_task}"
    )
    assert np.array_equal(
        _xs.reshape(_examples, -1),
        np.asarray(_x).reshape(_examples, -1)[_of_x.astype(int)],
    ), (
        f"Some rows of xs are not rows of x: move whole examples, with all their further axes. {_task}"
    )

_x, _y = _numbered_examples(32)


def _order_of_epoch(key, epoch):
    return tuple(_checked_epoch(key, epoch, _x, _y, 2)[1].ravel().tolist())


_orders = [
    _order_of_epoch(jax.random.key(6), _epoch_number) for _epoch_number in range(8)
]
assert _orders[5] == _order_of_epoch(jax.random.key(6), 5), (
    f"Epoch 5 comes in another order at the second call: something other than key and epoch decides. {_task}"
)
assert len(set(_orders)) > 4, (
    f"Eight epochs have {len(set(_orders))} different orders: is the order drawn from a key made of key and epoch, "
    f"and over all examples, not over the rows or columns of a table? {_loops}"
)
assert tuple(_y.tolist()) not in _orders, (
    f"One epoch visits the examples in the order in which they stand: shuffle in every epoch, 0 too. {_task}"
)
_others = [_order_of_epoch(jax.random.key(_number), 5) for _number in range(7, 12)]
assert len({_orders[5], *_others}) == 6, (
    f"Epoch 5 has the same order for several keys: derive the key of the order from the `key` that is passed. {_loops}"
)
assert _order_of_epoch(jax.random.key(0), 1) != _order_of_epoch(jax.random.key(1), 0), (
    "Epoch 1 of key 0 repeats epoch 0 of key 1: do not add numbers to make keys, use jax.random.fold_in(key, epoch). "
    f"{_loops}"
)

# All 24 orders of four examples should be about equally frequent, 5 of 120 epochs each.
_x, _y = _numbered_examples(4)
_seen = {}
for _epoch_number in range(120):
    _drawn_order = tuple(
        _checked_epoch(jax.random.key(12), _epoch_number, _x, _y, 2)[1].ravel().tolist()
    )
    _seen[_drawn_order] = _seen.get(_drawn_order, 0) + 1
_surplus = sum((_count - 5) ** 2 / 5 for _count in _seen.values()) + 5 * (
    24 - len(_seen)
)
assert _surplus < 75, (
    f"Not every order is equally likely: of the 24 orders of four examples, {len(_seen)} came up in 120 epochs, the most "
    f"frequent {max(_seen.values())} times where about 5 are expected; shuffle all examples, not only whole batches. "
    f"{_draws}"
)
print("Tested on five sizes: each epoch holds every example once, x and y together,")
print(
    "and the orders of 120 epochs agree with a fair shuffle that key and epoch decide."
)

# %% [markdown]
# Since `xs` and `ys` have the batches along their first axis, `lax.scan` can run a whole epoch.

# %% tags=["hidden"]
_of_two = [
    jax.random.permutation(jax.random.fold_in(jax.random.key(0), _epoch), 2).tolist()
    for _epoch in range(8)
]
assert sorted({tuple(_order) for _order in _of_two}) == [(0, 1), (1, 0)]

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `KeyReuseError: Previously-consumed key passed to jit-compiled function at index 0` You asked JAX to look,
#   and a key is used a second time. In a function that you compiled yourself the words are `In jit, argument
#   0 is already consumed.` Split the key before its first use.
# - No message at all: one key serves for the first batch, for the start of a network, and as parent of all later
#   keys. Each is a use. Split one key for each purpose at the top of the program.
# - No message although you asked: an old-style key, the same number folded in twice, a key made inside a function, or
#   one shared by the rows of a `vmap`.
# - `TypeError: JAX encountered invalid PRNG key data: expected key_data to have ndim, shape, and dtype
#   attributes. Got 0` You passed a plain number, as in `jax.random.normal(0)`. Make a key of it first.
# - `ValueError: normal accepts a single key, but was given a key array of shape (2,) != ().` You passed all
#   that `split` returned. Unpack it, or use `jax.vmap`.
#
# These and more: [Error messages of JAX and Haiku, explained](../reference/errors.py).
#
# </div>


# %% tags=["hidden"]
def _message(call):
    try:
        with jax.debug_key_reuse(True):
            call()
    except (jax.errors.KeyReuseError, TypeError, ValueError) as error:
        return str(error)


def _fresh():
    return jax.random.key(0)


assert "key passed to jit-compiled function at index 0" in _message(
    lambda: spoiled_input_output(jax.random.key(0))
)
assert "In jit, argument 0 is already consumed." in _message(
    lambda: jax.jit(lambda key: spoiled_input_output(key))(jax.random.key(0))
)
assert "expected key_data to have ndim, shape, and dtype attributes. Got 0" in _message(
    lambda: jax.random.normal(0)
)
assert "given a key array of shape (2,) != ()." in _message(
    lambda: jax.random.normal(jax.random.split(_fresh()))
)
_parent = jax.random.key(0)
assert (
    _message(lambda: [jax.random.fold_in(_parent, 1), jax.random.split(_parent)])
    is None
)
_shared_key = jax.random.key(0)
assert "consumed" in _message(
    lambda: [jax.random.normal(_shared_key), jax.random.split(_shared_key)]
)

# %% [markdown]
# ## What you learned
#
# - A draw is a pure function of its key, without a hidden generator: the same key, shape and dtype give the same
#   numbers, compiled or not, in any order.
# - Use each key once. `split` makes keys for a few draws; for a loop, `fold_in(key, step)` or `split(key, n)` make
#   them all from one parent, without a chain.
# - One key for two draws fails silently. `jax.debug_key_reuse` reports it for keys of `jax.random.key`, but it
#   does not count `fold_in`, does not compare keys made in different places, and sees one use where `vmap` makes many.
#
# Next: [Gradient descent by hand](../jax/descent.py) puts gradients, batches and random data together, and
# trains something for the first time.
