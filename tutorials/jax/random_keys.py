# %% [markdown]
# # Keys, not seeds
#
# Noise in a data set, the first weights of a network, the order of a shuffle: training draws random numbers
# all the time. NumPy has a generator somewhere that hands out the next number and remembers how far it got.
# JAX has none. You pass every draw a **key**, and the key alone decides what comes out. That rules out a
# whole class of bugs and makes room for one new one: a key that is used twice. It raises no error, gives no
# odd shape, and can turn noise into no noise at all. The practical from which this course grew has that bug
# in both of its data sets. On this page you find it, watch what it does, and repair it.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - draw from a key, and make fresh keys with `split` and `fold_in`;
# - say what goes wrong when one key is used for two draws, and why nothing complains;
# - let `jax.debug_key_reuse` find such a place, and name the cases that it does not see.
#
# You need: `jax.vmap` from [One example in mind, a batch in hand](../jax/batching.py), and what tracing does,
# from [jit, and how to time it honestly](../jax/compilation.py).
#
# </div>

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## A hidden generator does not survive compilation
#
# Why not use NumPy's generator inside JAX code? Here is a function that shakes its input a little, called
# four times as it is and four times compiled.

# %%
generator = np.random.default_rng(0)


def shake(x):
    return x + generator.normal()


compiled_shake = jax.jit(shake)
print("plain:   ", [f"{shake(0.0):+.3f}" for _ in range(4)])
print("compiled:", [f"{compiled_shake(0.0):+.3f}" for _ in range(4)])

# %% [markdown]
# The compiled function gives one and the same number for ever. Python ran `shake` once, to trace it; the
# generator handed out a number in that moment, and the number went into the program as a constant. The
# function was never pure: what it returns depends on how often somebody has asked before.
#
# ## A key always gives the same numbers
#
# In JAX the state of the generator becomes an argument. `jax.random.key` makes a key out of an integer, the
# seed, and every function that draws takes a key first.

# %%
key = jax.random.key(0)
print(key)
print(jax.random.normal(key, (3,)))
print(jax.random.normal(key, (3,)))
print(jax.random.normal(jax.random.key(1), (3,)))

# %% [markdown]
# A key is an array of shape `()` with a dtype of its own, laid over two whole numbers. Drawing does not
# change it: asked again, it gives the same three numbers, and another key gives others. `jax.random.normal`
# is a pure function, a fixed formula that scrambles the key and the position of each number. So the numbers
# are not truly random, whatever a comment in old code may promise. They are *pseudo-random*: they pass for
# random, and you can have them again.
#
# Now the compiled function does what you meant, since the key is an argument like any other:


# %%
def shake_with(key, x):
    return x + jax.random.normal(key)


compiled_shake_with = jax.jit(shake_with)
print(
    [f"{compiled_shake_with(jax.random.key(seed), 0.0):+.3f}" for seed in (0, 1, 2, 0)]
)

# %% [markdown]
# Three keys, three numbers; the fourth call has the key of the first, and gives its number again.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why explicit keys? A program with keys is longer than one with a hidden generator. What do you get in
# return, besides functions that compile?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# - **The order of calls does not matter.** With a hidden generator, a draw that somebody adds at the top of
#   the program changes all draws below it. A draw from a key depends on that key and on nothing else.
# - **Nobody waits in a queue.** Rows of a batch, or several machines, can draw at the same time, each from a
#   key of its own. A generator would have to serve them one after the other.
# - **You can repeat any part.** To see again what went wrong in step 731 you need the key of that step, not
#   the 730 steps before it.
# - **Functions stay pure**, so `jit`, `vmap` and `grad` may run them once, many times, or in another order.
#
# The price is that nobody advances the generator for you.
#
# </details>
#
# ## Make fresh keys with `split`
#
# If a key always gives the same numbers, you need a new key for each draw. New integers by hand (`key(0)`,
# `key(1)`, ...) would do until two parts of a program choose the same. Instead, `jax.random.split` makes new
# keys out of one:

# %%
key = jax.random.key(0)
for step in range(3):
    key, subkey = jax.random.split(key)
    print(step, jax.random.normal(subkey, (3,)))

# %% [markdown]
# Other numbers at each step. The first line of the loop is a habit worth having. One of the two new keys is
# for this draw, the other replaces `key`, and the parent has no name left under which you could use it again.
# (Which of the two you draw from does not matter: both are as good.)
#
# `split` takes a number too, and returns that many keys in one array, which is what `vmap` wants: one key for
# each row. Are the rows independent? Draw a thousand numbers from each of four keys, and correlate them.

# %%
keys = jax.random.split(jax.random.key(0), 4)  # (4,)
rows = jax.vmap(lambda key: jax.random.normal(key, (1000,)))(keys)  # (4, 1000)
print(np.corrcoef(rows).round(2))

# %% tags=["hidden"]
assert np.abs(np.corrcoef(rows) - np.eye(4)).max() < 0.1

# %% [markdown]
# Each row agrees with itself and, up to chance, with no other. The rule is short: **use a key once**. Either
# draw from it or split it, and then let it go.
#
# ## `fold_in` makes a key out of a key and a number
#
# A loop that splits must carry its key along. When things are counted anyway (steps, epochs, examples), the
# number of the thing can make the key: `jax.random.fold_in(key, step)` mixes a whole number into a key.


# %%
def noise_of_step(key, step):
    return jax.random.normal(jax.random.fold_in(key, step), (3,))


key = jax.random.key(0)
print("step 2:", noise_of_step(key, 2))
print(jax.vmap(noise_of_step, in_axes=(None, 0))(key, jnp.arange(3)))

# %% [markdown]
# The noise of step 2 is there without the steps before it, and it is the last row of the three steps at once.
# Now look at the middle row, and then at step 0 of the loop with `split` above: the same three numbers, from
# a key that you split there and fold here. That is no accident:

# %%
halves = jax.random.split(key)
print("made by split:  ", [jax.random.key_data(half).tolist() for half in halves])
print(
    "made by fold_in:",
    [jax.random.key_data(jax.random.fold_in(key, i)).tolist() for i in range(2)],
)

# %% [markdown]
# The two functions make the *same* new keys. So decide for each parent: draw from it, split it, or fold
# numbers into it, each number for one purpose. Never two of the three.
#
# ## One key used twice: nothing fails
#
# Here are the two data sets of the practical, in our words. The first is for a *classifier*, a function that
# learns to say 0 or 1. An example is a row of 36 numbers, and its label is 1 if the row, times 12 and with
# noise on each entry, adds up to more than 6. The second is for a *regression*, which learns to predict
# numbers: three inputs, six targets, again with noise.


# %%
def spoiled_input_output(key):
    inputs = jax.random.normal(key, (8, 36))
    noisy = 12 * inputs + jax.random.normal(key, (8, 36))
    labels = noisy.sum(axis=1) > 6  # (8,)
    return inputs, labels.astype(jnp.int32)[:, None]  # (8, 36), (8, 1)


def spoiled_regression_data(key):
    inputs = jax.random.normal(key, (128, 3))
    targets = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6  # (128, 6)
    return inputs, targets + jax.random.normal(key, (128, 6))


inputs, labels = spoiled_input_output(jax.random.key(0))
print(inputs.shape, inputs.dtype, labels.shape, labels.dtype)
print("labels", labels[:, 0])

# %% [markdown]
# Shapes, dtypes, a fair mixture of labels: nothing looks wrong. Yet in both functions `key` stands twice.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Which of the two data sets is spoiled by it, and how exactly? Guess before you look: what will the noise be
# in the first, where both draws have the shape `(8, 36)`? And in the second, where the shapes differ?
#
# </div>
#
# Make the two draws of the classifier by themselves:

# %%
key = jax.random.key(0)
inputs = jax.random.normal(key, (8, 36))
noise = jax.random.normal(key, (8, 36))
print("noise equals inputs:", jnp.array_equal(noise, inputs))

# %% [markdown]
# Same key, same shape, same numbers. What is called noise is the input once more, and with $x_j$ for an entry
# of the row and $n_j$ for its noise,
#
# $$\sum_j (12 x_j + n_j) > 6 \quad\text{with } n_j = x_j \text{ is}\quad
# \sum_j 13 x_j > 6, \quad\text{that is}\quad \sum_j x_j > \tfrac{6}{13}.$$
#
# If that is right, a rule without any noise must predict *every* label. Ask a thousand batches:

# %%
keys = jax.random.split(jax.random.key(1), 1000)
inputs, labels = jax.vmap(spoiled_input_output)(keys)  # (1000, 8, 36), (1000, 8, 1)
predicted = inputs.sum(axis=2) > 6 / 13  # (1000, 8)
print(f"labels that the rule predicts: {jnp.mean(predicted == labels[:, :, 0]):.2%}")

# %% tags=["hidden"]
assert jnp.all(predicted == labels[:, :, 0])

# %% [markdown]
# All 8000 of them. The problem that was meant to be noisy can be solved without a single mistake, and whoever
# trains on it will believe so of the real one. Now the regression: look at the first two rows of the inputs
# and the first row of the noise.

# %%
inputs = jax.random.normal(key, (128, 3))
noise = jax.random.normal(key, (128, 6))
print("inputs[:2]", inputs[:2].ravel())
print("noise[0]  ", noise[0])

same = np.isclose(noise.ravel()[: inputs.size], inputs.ravel(), rtol=0, atol=1e-6)
correlation = np.corrcoef(inputs, noise, rowvar=False)[:3, 3:]  # (3, 6)
print(
    f"of {noise.size} noise values, the first {same.sum()} are the inputs in their order"
)
print(
    f"largest correlation of an input column with a noise column: {np.abs(correlation).max():.2f}"
)


# %% tags=["hidden"]
assert same.all()
assert (inputs.size, noise.size) == (384, 768)
assert np.allclose(noise[:64], inputs.reshape(64, 6), rtol=0, atol=1e-6)
assert np.abs(correlation).max() < 0.3
with jax.threefry_partitionable(False):
    _old = [jax.random.normal(key, shape).ravel() for shape in ((128, 3), (128, 6))]
assert not np.isclose(_old[1][:384], _old[0], rtol=0, atol=1e-6).any()


def _fit_error(x, y):
    design = np.c_[x, np.ones(128)]
    return np.mean((design @ np.linalg.lstsq(design, y)[0] - y) ** 2)


def _independent(key):
    first, second = jax.random.split(key)
    x = jax.random.normal(first, (128, 3))
    return x, 12 * jnp.concatenate([x, x], axis=1) + 6 + jax.random.normal(
        second, (128, 6)
    )


for _draw in (spoiled_regression_data, _independent):
    _errors = [
        _fit_error(*data)
        for data in zip(*map(np.asarray, jax.vmap(_draw)(keys[:400])), strict=True)
    ]
    assert 0.955 < np.mean(_errors) < 0.985

_largest = []
for _x, _y in zip(*map(np.asarray, jax.vmap(_independent)(keys[:400])), strict=True):
    _n = _y - 12 * np.concatenate([_x, _x], axis=1)
    _largest.append(np.abs(np.corrcoef(_x, _n, rowvar=False)[:3, 3:]).max())
assert 0.02 < np.mean(np.array(_largest) > np.abs(correlation).max()) < 0.5

# %% [markdown]
# The shapes differ, so the arrays cannot be equal. But a number depends on the key and on its position,
# counted along the flattened array, and so the noise starts with all the inputs, one after the other. No
# column of the one follows a column of the other, though: independent noise gives a largest correlation of
# this size now and then, too.
#
# <details>
# <summary>Answer</summary>
#
# **The classifier is spoiled completely.** Noise and inputs are the same array; the label is a fixed rule of
# the input, and the label noise is gone.
#
# **The regression is spoiled too, but the harm hardly shows.** The first half of the noise is the inputs over
# again, in other rows: row $r$ of the noise holds rows $2r$ and $2r + 1$ of the inputs, so that only in row 0
# an input meets itself. Seen row by row, the noise looks independent of its inputs. The best straight-line
# fit to such data has a mean squared error of about 0.97 on average, and so it has with independent noise.
#
# That is luck. It depends on the shapes, and on the generator: JAX has an older one as an option, with which
# the noise does not begin with the inputs.
#
# </details>
#
# (The practical does it a third time, where it times a function `polynom(x, y)`: both arguments come from one
# key and have one shape, so it is called with two equal arrays throughout.)
#
# ## Let JAX look for the second use
#
# You cannot see the bug in the output, but JAX can see it in the program. Inside `jax.debug_key_reuse(True)`
# it keeps account of which keys have been used up, by a draw or a split.

# %% raises="KeyReuseError" match="Previously-consumed key"
with jax.debug_key_reuse(True):
    spoiled_input_output(jax.random.key(0))

# %% [markdown]
# "Previously-consumed": the key that arrives has been used already. The "jit-compiled function" in the
# message is `jax.random.normal` itself. The account costs time, which is why it is off until you ask; a test
# is a good place to ask.
#
# It works only for the keys that `jax.random.key` makes. Older code calls `jax.random.PRNGKey`, which returns
# the two whole numbers bare. To JAX these are numbers like any others, and numbers may be used twice:

# %%
with jax.debug_key_reuse(True):
    inputs, labels = spoiled_input_output(jax.random.PRNGKey(0))
print("no complaint; labels", labels[:, 0])

# %% [markdown]
# The same labels as before, and silence. That alone is a reason to write `jax.random.key`.
#
# ## The repair is one line
#
# Split first, then draw each array from a key of its own. Beside the old noise, for the same inputs:

# %% alt="Left, one key: all points lie on the diagonal, noise equals input. Right, split keys: a round cloud."
input_key, noise_key = jax.random.split(jax.random.key(0))
inputs = jax.random.normal(input_key, (8, 36))
noises = {
    "before: one key for both": jax.random.normal(input_key, (8, 36)),
    "after: a key for each": jax.random.normal(noise_key, (8, 36)),
}
figure, panels = plt.subplots(
    1, 2, figsize=(8.4, 4.2), sharey=True, layout="constrained"
)
for axes, (title, noise) in zip(panels, noises.items(), strict=True):
    axes.plot(inputs.ravel(), noise.ravel(), "o", markersize=3.5, alpha=0.7)
    correlation = np.corrcoef(inputs.ravel(), noise.ravel())[0, 1]
    axes.text(0.04, 0.92, f"correlation {correlation:.2f}", transform=axes.transAxes)
    axes.set(
        xlabel="input", title=title, xlim=(-3.8, 3.8), ylim=(-3.8, 3.8), aspect="equal"
    )
panels[0].set_ylabel("noise")
plt.show()

# %% tags=["hidden"]
assert abs(correlation) < 0.2
assert np.array_equal(noises["before: one key for both"], inputs)
assert max(np.abs(inputs).max(), np.abs(noise).max()) < 3.8

# %% [markdown]
# One dot for each of the 288 entries. On the left the noise is a copy of the input; on the right it says
# nothing about it.
#
# ## Exercise: a batch with fresh noise
#
# Define `build_input_output(key)`, which does what `spoiled_input_output` was meant to do:
#
# - `inputs`, shape `(8, 36)`, `float32`, standard normal;
# - noise, standard normal too, one independent number for each entry of `12 * inputs`;
# - `labels`, shape `(8, 1)`, whole numbers: 1 where the sum of a row of `12 * inputs` plus noise exceeds 6,
#   else 0;
# - the result is the pair `(inputs, labels)`; it depends on `key` and on nothing else, and no key is used
#   twice.
#
# Write it with `jnp`, so that `jax.vmap` can draw thousands of batches in one call: the check does.
#
# <details>
# <summary>Hint</summary>
#
# You need two keys, and you are given one. After the line that makes two of it, `key` should not occur any
# more.
#
# </details>

# %% exercise="fresh-noise" kind="repair" minutes="10"
### BEGIN SOLUTION
from snippets.data import build_input_output

### END SOLUTION

# %% [markdown]
# The check cannot see your noise, only your labels. It draws 4096 batches and compares each label with the
# rule without noise, $\sum_j 12 x_j > 6$: noise has to overturn some labels, not too many, in both
# directions, and differently for every key and row.

# %% check="fresh-noise"
_once = 'Read "One key used twice: nothing fails" again.'
_split = 'Read "Make fresh keys with `split`" again.'
_same = 'Read "A key always gives the same numbers" again.'
_task = 'Read the list in "Exercise: a batch with fresh noise" again.'


def _drawn(call, where):
    try:
        return call()
    except NotImplementedError:
        raise
    except jax.errors.KeyReuseError:
        raise AssertionError(
            "jax.debug_key_reuse finds a key that is used twice: a key you have drawn from or split is used up, "
            f"the `key` you are given too. {_once}"
        ) from None
    except Exception as error:
        raise AssertionError(
            f"{where} your function stopped with {type(error).__name__}: {error}\n{_task}"
        ) from None


with jax.debug_key_reuse(True):
    _pair = _drawn(lambda: build_input_output(jax.random.key(3)), "Called with a key,")
_is_pair = isinstance(_pair, (tuple, list)) and len(_pair) == 2
assert _is_pair, (
    f"It returns a value of type {type(_pair).__name__} that is not the pair (inputs, labels): is there a `return` "
    f"with these two and nothing else? {_task}"
)
assert all(isinstance(_part, (jax.Array, np.ndarray)) for _part in _pair), (
    f"It returns a pair of {[type(_part).__name__ for _part in _pair]}, not of two arrays. {_task}"
)
_x, _y = _pair
assert _x.shape == (8, 36), (
    f"The inputs have shape {_x.shape}, not (8, 36); they come first in the pair. {_task}"
)
assert _x.dtype == jnp.float32, (
    f"The inputs are {_x.dtype}, not float32, which `jax.random.normal` gives. {_task}"
)
assert _y.shape == (8, 1), (
    f"The labels have shape {_y.shape}, not (8, 1): sum along axis 1, then give them an axis with [:, None]. {_task}"
)
assert jnp.issubdtype(_y.dtype, jnp.integer), (
    f"The labels are {_y.dtype}, not whole numbers: convert the comparison with .astype(jnp.int32). {_task}"
)
_again = _drawn(lambda: build_input_output(jax.random.key(3)), "Called again,")
_repeats = np.array_equal(_again[0], _x) and np.array_equal(_again[1], _y)
assert _repeats, (
    f"The same key gives another batch at the second call: something other than `key` decides, such as NumPy. {_same}"
)

_keys = jax.random.split(jax.random.key(4), 4096)
_x, _y = _drawn(
    lambda: jax.vmap(build_input_output)(_keys),
    "Under jax.vmap, where arrays are tracers,",
)
_x, _y = np.asarray(_x, np.float64), np.asarray(_y)[:, :, 0]  # (4096, 8, 36), (4096, 8)
assert _x.std(axis=0).min() > 0.01, (
    f"The inputs are the same for every key: draw them from `key`. {_same}"
)
_moments = np.array([_x.mean(), _x.std(), (np.abs(_x) > 2).mean()])
assert np.all(np.abs(_moments - [0, 1, 0.0455]) < [0.01, 0.01, 0.003]), (
    f"The inputs have mean {_moments[0]:.2f} and standard deviation {_moments[1]:.2f} and are not standard normal: "
    f"return them as `jax.random.normal` drew them, without factor or noise. {_task}"
)
_related = np.abs(np.corrcoef(_x.reshape(4096, 288), rowvar=False) - np.eye(288)).max()
assert _related < 0.2, (
    f"Some of the 288 inputs follow each other: draw all of shape (8, 36) at once. {_split}"
)
assert np.isin(_y, (0, 1)).all(), (
    f"The labels are {np.unique(_y)[:5].tolist()}, not only 0 and 1. {_task}"
)

_total = 12 * _x.sum(axis=2)  # (4096, 8)
_ones = _y.mean()
_shares = f"{_ones:.1%} of the labels are 1, where 46.7 % should be"
_both = 0.3 < _ones < 0.7 and bool(_y.any(axis=0).all()) and not _y.all(axis=0).any()
assert _both, (
    f"{_shares}: is it the *sum* of each row (not the mean) of 12 * inputs plus noise that exceeds 6? {_task}"
)
assert ((_total > 6 * 12 / 13) != _y).mean() > 1e-4, (
    f"Every label follows the rule sum(x) > 6 / 13: your noise is the inputs over again, from the same key. {_once}"
)
_overlap = np.where(_y == 0, _total, -np.inf).max(axis=0) - np.where(
    _y == 1, _total, np.inf
).min(axis=0)
assert _overlap.min() > 0.01, (
    "The sum of the inputs alone decides the label in some row, whatever the key: either there is no noise, or it is "
    f"the same for every key, from a key made inside the function or from NumPy. {_same}"
)
assert abs(_ones - 0.467) < 0.02, (
    f"{_shares}: is the threshold 6, the comparison `>`, and the mean of the noise zero? {_task}"
)
_up, _down = (_y == 1) & (_total <= 6), (_y == 0) & (_total > 6)
_share = (_up | _down).mean()
assert _share > 0.021, (
    f"Noise overturns {_share:.1%} of the labels, where 2.6 % is right: too weak. Each of the 36 entries of a row "
    f"needs a standard normal number of its own, not the sum of the row. {_task}"
)
assert _share < 0.032, (
    f"Noise overturns {_share:.1%} of the labels, where 2.6 % is right: too strong. The factor 12 belongs to the "
    f"inputs only, and each entry needs a number of its own, not all 36 of a row the same. {_task}"
)
assert abs(_up.sum() - _down.sum()) < 0.3 * (_up | _down).sum(), (
    f"Noise turns {_up.sum()} labels to 1 but {_down.sum()} to 0: it should not prefer a direction. {_task}"
)
assert (_up.any(axis=1) & _down.any(axis=1)).sum() >= 8, (
    "Whenever noise overturns two labels of a batch, it does so in the same direction: the eight rows share their "
    f"noise. Draw it with shape (8, 36), like the inputs. {_task}"
)
print(
    f"Noise overturns {_share:.1%} of {_y.size} labels, in both directions, anew for each key and row; inputs are"
)
print(
    "standard normal, a key gives its batch again, and jax.debug_key_reuse has no complaint."
)

# %% [markdown]
# ## How good can a classifier be?
#
# With honest noise, not even the right rule gets every label. A row of $12 x_j$ adds up to a number with
# standard deviation $12 \sqrt{36} = 72$, and its noise to one with $\sqrt{36} = 6$. For a threshold of 0 the
# two disagree on the sign of the result with the probability
#
# $$p = \frac{1}{\pi} \arctan \frac{6}{72},$$
#
# and on the scale of 72 the threshold 6 is close to 0.

# %%
keys = jax.random.split(jax.random.key(1), 4096)
p = jnp.arctan(6 / 72) / jnp.pi
print(f"formula:  {p:.2%}")
for name, draw in {
    "repaired": build_input_output,
    "spoiled": spoiled_input_output,
}.items():
    inputs, labels = jax.vmap(draw)(keys)
    wrong = (12 * inputs.sum(axis=2) > 6) != labels[:, :, 0]
    print(
        f"{name}: {jnp.mean(wrong):.2%} of {wrong.size} labels are not what the rule without noise says"
    )

# %% tags=["hidden"]
_wrong = {}
for _name, _draw in {
    "repaired": build_input_output,
    "spoiled": spoiled_input_output,
}.items():
    _inputs, _labels = jax.vmap(_draw)(keys)
    _wrong[_name] = float(jnp.mean((12 * _inputs.sum(axis=2) > 6) != _labels[:, :, 0]))
assert 0.026 < p < 0.027
assert 0.023 < _wrong["repaired"] < 0.030
assert 0.0005 < _wrong["spoiled"] < 0.004

# %% [markdown]
# The formula holds. So the best possible accuracy is about 97.4 %, and a classifier that is reported to get
# nearly everything right on the spoiled data has not learned more: it was given an easier problem. The
# regression gets the same repair; it will be the data of several later pages, and its noise no longer begins
# with the inputs:

# %%
from snippets.data import regression_data

inputs, targets = regression_data(jax.random.key(0))
noise = targets - 12 * jnp.concatenate([inputs, inputs], axis=1) - 6
same = np.isclose(noise.ravel()[: inputs.size], inputs.ravel(), rtol=0, atol=1e-4)
print(
    f"noise values that repeat the input at their position: {same.sum()} of {same.size}"
)

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `KeyReuseError: Previously-consumed key passed to jit-compiled function at index 0` You asked JAX to look,
#   and a key is used a second time. In a function that you compiled yourself the words are `In jit, argument
#   0 is already consumed.` Split the key before its first use.
# - No message at all: one key serves for the first batch, for the start of a network, and as parent of all
#   later keys. Each is a use. Split one key for each purpose at the top of the program.
# - No message, and `jax.debug_key_reuse` does not see it either: a key made anew inside a function, as in
#   `jax.random.normal(jax.random.key(0))`, gives the same "noise" at every call. Nor does it see a number
#   that is folded into the same key twice, a key that is both split and folded into, or any key of
#   `jax.random.PRNGKey`.
# - `TypeError: JAX encountered invalid PRNG key data: expected key_data to have ndim, shape, and dtype
#   attributes. Got 0` You passed the seed itself, as in `jax.random.normal(0)`. Make a key of it first.
# - `ValueError: normal accepts a single key, but was given a key array of shape (2,) != ().` You passed all
#   that `split` returned. Unpack it, or use `jax.vmap`.
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
assert (
    _message(lambda: [jax.random.normal(jax.random.key(0)) for _ in range(2)]) is None
)
_parent = jax.random.key(0)
assert (
    _message(
        lambda: [jax.random.normal(jax.random.fold_in(_parent, 1)) for _ in range(2)]
    )
    is None
)
assert (
    _message(lambda: [jax.random.fold_in(_parent, 1), jax.random.split(_parent)])
    is None
)
_shared = jax.random.key(0)
assert "consumed" in _message(
    lambda: [jax.random.normal(_shared), jax.random.split(_shared)]
)

# %% [markdown]
# ## What you learned
#
# - JAX has no hidden generator. A draw is a pure function of its key: the same key gives the same numbers,
#   compiled or not, in any order.
# - `key, subkey = jax.random.split(key)` makes fresh keys, `jax.random.fold_in(key, step)` makes one from a
#   number. Use each key once, and for one of these purposes.
# - One key for two draws fails silently: with equal shapes the draws are equal, with other shapes the longer
#   one may begin with the shorter. `jax.debug_key_reuse` finds it, if the keys come from `jax.random.key`.
#
# Next: [Gradient descent by hand](../jax/descent.py) puts gradients, batches and fresh data together, and
# trains something for the first time.
