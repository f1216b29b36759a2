# %% [markdown]
# # Random keys, not seeds
#
# Draws in `jax.random` take a **key**, which decides the numbers, so that a run can be repeated. The price is that by
# default nothing warns you when you use a key twice.

# %% tags=["short"]
import jax

key = jax.random.key(0)
key, subkey = jax.random.split(key)  # a key a draw
print(jax.random.normal(subkey, (3,)).round(2))
for step in range(2):  # in a loop
    step_key = jax.random.fold_in(key, step)
    print(f"{jax.random.uniform(step_key):.2f}")

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - derive a fresh key for each draw, row or step with `split` and `fold_in`;
# - say what goes wrong when a key is used twice, and find it with `jax.debug_key_reuse`;
# - shuffle a data set into minibatches, so that any epoch can be repeated.
#
# You need: [`vmap`](../jax/batching.py), and [tracing and `lax.scan`](../jax/compilation.py).
#
# </div>

# %% [markdown]
# ## A hidden generator does not survive `jit`
#
# Training a network draws random numbers all the time: the first parameters, the noise on the data, the order in which
# examples are visited. NumPy keeps a generator with hidden state. Why not use it inside JAX code? This function adds a
# random number to its input. Call it four times as it is, and four times compiled:

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %%
generator = np.random.default_rng(0)


def shake(x):
    return x + generator.normal()


compiled_shake = jax.jit(shake)
print("plain:   ", [f"{shake(0.0):+.3f}" for _ in range(4)])
print("compiled:", [f"{compiled_shake(0.0):+.3f}" for _ in range(4)])

# %% [markdown]
# The compiled function returns the same number each time, because Python ran `shake` once, to trace it: the generator
# produced one number at that moment, and the number became a constant of the program. `shake` is not a pure function,
# since its result depends on how often the generator has been used before.

# %% [markdown]
# ## The same key gives the same numbers
#
# In JAX, the generator's state becomes an argument. `jax.random.key` makes a key from an integer, and the functions of
# `jax.random` that draw take a key first. (Without `enable_x64` only 32 bits of the integer count, so `key(2**32)` is
# `key(0)`.)

# %%
key = jax.random.key(0)
print(key)
print(jax.random.normal(key, (3,)))
print(jax.random.normal(key, (3,)))
print(jax.random.normal(jax.random.key(1), (3,)))

# %% [markdown]
# A key is an array of shape `()` with a dtype of its own. The default generator, `threefry2x32`, stores it as two
# integers, and others may need four. Drawing does not change a key, so the second draw repeats the first, while the
# other key gives other numbers. Here `jax.random.normal` is a pure function that scrambles the key and the position of
# each number. Its numbers are *pseudo-random*: they pass statistical tests, yet you get them again if you ask for the
# same shape and dtype under the same settings.


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
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Code with keys is longer than code with a hidden generator. What do you get in return? Add one more draw at the top of
# a program: which draws below it change?
#
# - [{{ _calls[0] != _calls[3] }}] All, with a generator as with keys.
# - [{{ _calls[0] == _calls[3] and shake(0.0) != shake(0.0) }}] All with a generator, none with keys.
# - [{{ _calls[0] == _calls[3] and shake(0.0) == shake(0.0) }}] None, with a generator as with keys.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# - **The order of calls does not matter.** With a hidden generator, one more draw at the top of a program changes
#   all draws below it. By default, a draw from a key depends on no other draw.
# - **Draws can run side by side**: the rows of a batch or the machines of a cluster, each with its own key.
# - **You can repeat a part.** To see what went wrong in step 731 you need only its inputs and key, not the 730 steps
#   before it.
#
# </details>
#
# ## Make fresh keys with `split`
#
# Since a key gives the same numbers each time, each draw needs its own. You could count up integers, `key(0)`, `key(1)`
# and so on, until two parts of a program choose the same one. `jax.random.split` makes new keys out of one instead:

# %%
key = jax.random.key(0)
key, subkey = jax.random.split(key)
print(jax.random.normal(subkey, (3,)))
key, subkey = jax.random.split(key)
print(jax.random.normal(subkey, (3,)))

# %% [markdown]
# Much JAX code has the line `key, subkey = jax.random.split(key)`. One new key is for this draw; the other replaces
# `key`, so the old key can no longer be used by mistake. In the figure each key is named by its second integer, in
# hexadecimal. Only at the bottom, where two draws take the same key, do their numbers agree.

# %% tags=["plot", "cover"] alt="A key splits into key and subkey, twice; subkeys draw different numbers, a key used twice the same."
# Caption: Draw from a subkey and pass the other key on; at the bottom one key is used
# twice, and the numbers are the same.
from snippets.drawing import DATA, RUNS, array, arrow, box, canvas, note


def key_box(x, y, key, name, of):
    text = f"{name}\n{jax.random.key_data(key)[-1]:08x}"
    return box(axes, x, y, text, DATA, of=of)


def normal_from(parent, key, name, x, y):
    numbers = jax.random.normal(key, (3,))
    of = f"jax.random.normal({name}, (3,)) | {numbers}"
    arrow(axes, parent, array(axes, x, y, numbers, (), DATA, 3, ".1f", of), of=of)
    return of


axes, key = canvas(23), jax.random.key(0)
made, halved = "key = jax.random.key(0)", "key, subkey = jax.random.split(key)"
parent = key_box(4, 2.2, key, "key", made)
for x in (16.5, 30):
    key, subkey = jax.random.split(key)
    child = key_box(x, 2.2, key, "key", halved)
    fresh = key_box(x, 7.4, subkey, "subkey", halved)
    arrow(axes, parent, child, "split", color=RUNS, of=halved)
    arrow(axes, parent, fresh, color=RUNS, of=halved)
    normal_from(fresh, subkey, "subkey", x - 4.5, 10.6)
    parent = child
key = jax.random.key(0)
reused = key_box(4, 19, key, "key", made)
for y in (15.5, 19.5):
    twice = normal_from(reused, key, "key", 12, y)
note(axes, 22, 19, "used twice:\nthe same numbers", "left", twice)
plt.show()

# %% [markdown]
# `split` also takes a number and returns that many keys in one array, which is what `vmap` wants: one key for
# each row. Are the rows independent? Draw a thousand numbers from each of four keys and correlate them.

# %%
keys = jax.random.split(jax.random.key(0), 4)  # (4,)
rows = jax.vmap(lambda key: jax.random.normal(key, (1000,)))(keys)  # (4, 1000)
print(np.corrcoef(rows).round(2))

# %% tags=["hidden"]
assert np.abs(np.corrcoef(rows) - np.eye(4)).max() < 0.2

# %% [markdown]
# Each row correlates with itself and, up to chance, with no other.
#
# The rule: **use a key once**. Draw from it or split it, and then forget it.

# %% [markdown]
# ## One key used twice: nothing fails
#
# Here are two data sets. The first is for a *classifier*, which learns to say 0 or 1. An example is a row of 36
# numbers; its label is 1 if the row, times 12 and with noise on each entry, adds up to more than 6. The second
# is for a *regression*, which learns to predict numbers: three inputs, six targets, with noise too.


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
# Shapes, dtypes and the mixture of labels all look right, yet both functions draw twice from `key`.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# What is the noise in the first data set, where both draws have the shape `(8, 36)`, and in the second, where the shapes
# differ?
#
# - [{{ not jnp.array_equal(noise, inputs) }}] New numbers in both: the second draw goes on from the first.
# - [{{ bool(jnp.array_equal(noise, inputs)) and begins }}] In the first it equals the inputs, in the second it begins with
#   them.
# - [{{ bool(jnp.array_equal(noise, inputs)) and not begins }}] In the first it equals the inputs, in the second it is new.
#
# </div>

# %% tags=["predict"]
print("classifier: noise equals inputs:", jnp.array_equal(noise, inputs))

x, n, _ = spoiled_regression_data(jax.random.key(0))
begins = np.allclose(n.ravel()[: x.size], x.ravel(), rtol=0, atol=1e-6)
print("regression: noise begins with the inputs:", begins)

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
# values repeat the inputs, but from the second row on they appear next to other inputs, so the noise looks
# independent of the inputs in its row. That is luck, and it depends on the shapes and on the generator.
#
# </details>

# %% [markdown]
# ## `debug_key_reuse` finds the second use
#
# The output does not show the mistake, but the program does. Inside `jax.debug_key_reuse(True)` JAX tracks which keys of
# `jax.random.key` a draw or a split has consumed:

# %% raises="KeyReuseError" match="Previously-consumed key"
with jax.debug_key_reuse(True):
    spoiled_input_output(jax.random.key(0))

# %% [markdown]
# "Previously-consumed" means that the key has been used already; the "jit-compiled function" is `jax.random.normal`
# itself. The check is experimental, and off until you turn it on. A test of your data pipeline or of one training step
# is a good place for it.
#
# ## Exercise: a batch with fresh noise
#
# A weather station has $D$ sensors. `signal`, shape `(B, D)`, is what they should read in each of $B$ hours, and this
# function makes what they do read. Their shapes and ranges are as they should be:


# %%
def spoiled_readings(key, signal):
    def of_an_hour(row):
        gain = jax.random.uniform(key, minval=0.5, maxval=1.5)
        noise = jax.random.normal(key, row.shape)
        works = jax.random.bernoulli(key, 0.75, row.shape)
        return jnp.where(works, gain * row + noise, 0.0)

    return jax.vmap(of_an_hour)(signal)


print(spoiled_readings(jax.random.key(5), jnp.zeros((3, 6))).round(2))
print(spoiled_readings(jax.random.key(5), jnp.full((3, 6), 100.0)).round(1))

# %% [markdown]
# Three things go wrong; print more of them if you like. Define `noisy_readings(key, signal)`, for any $B \geq 1$ and
# $D \geq 1$, which returns a `float32` array of the shape of `signal`. A reading is `gain * signal + noise` where
# its sensor works, and else 0:
#
# - The gain is uniform between 0.5 and 1.5, and each hour has one of its own, for all sensors.
# - The noise is standard normal, and each reading has a number of its own.
# - A sensor works with a probability of 0.75, which `bernoulli` draws, in all hours of a call or in none.
# - All these draws are independent of each other, and `key` alone decides them.
# - No key is used twice, and `jax.vmap` can map the function over `key`.
#
# <details>
# <summary>Where to look</summary>
#
# What do the rows share, and what should they share? How large do readings get? Count the draws, then the keys.
#
# </details>


# %% exercise="fresh-noise" kind="repair" minutes="12"
def noisy_readings(key, signal):
    """What the sensors read, (B, D), of the signal, (B, D)."""
    ### BEGIN SOLUTION
    gain_key, noise_key, works_key = jax.random.split(key, 3)
    hours, sensors = signal.shape
    gain = jax.random.uniform(gain_key, (hours, 1), minval=0.5, maxval=1.5)
    noise = jax.random.normal(noise_key, (hours, sensors))
    works = jax.random.bernoulli(works_key, 0.75, (sensors,))
    return jnp.where(works, gain * signal + noise, 0.0)
    ### END SOLUTION


# %% [markdown]
# The check finds gains, noise and sensors in thousands of calls, with a signal of 0 and with a large one.

# %% check="fresh-noise"
from publishing.teaching.checking import Check

_once = 'Read "One key used twice: nothing fails" again.'
_advice = {
    "KeyReuseError": f"Which key has been drawn from or split before? {_once}",
    "racer": "Under jax.vmap the key is a tracer: does all go through jnp, without if?",
    "": "Does each draw get a single key and a shape, for any B and D?",
}
_heading = "Exercise: a batch with fresh noise"
_check = Check(globals(), "noisy_readings", _heading, _advice)


def over_keys(read):
    return jax.vmap(read, in_axes=(0, None))


def uses_of_keys(read):
    def uses(key, signal):  # the numbers in each key, and what takes it
        with jax.disable_jit():
            program = jax.make_jaxpr(read)(key, signal)
        names = ("random_bits", "random_split", "random_fold_in")
        steps = [step for step in program.jaxpr.eqns if step.primitive.name in names]
        keys = program.jaxpr.replace(outvars=[step.invars[0] for step in steps])
        found = []
        taken = jax.core.eval_jaxpr(keys, program.consts, key, signal)
        for step, several in zip(steps, taken, strict=True):
            rows = jax.random.key_data(several).reshape(-1, 2).tolist()
            found += [(*row, step.primitive.name) for row in rows]
        return found

    return uses


def _far(x, mean, spread):
    limit = 0.01 + 6 * spread / x.size**0.5
    return abs(x.mean() - mean) + abs(x.std() - spread) > limit


_signal = jnp.array(np.arange(1, 36).reshape(7, 5), float)
with jax.debug_key_reuse(True):
    _found, _again = (_check.call(jax.random.key(3), _signal) for _ in range(2))
_form = jax.tree.map(np.zeros_like, _found)
_told = {"": "Has it the shape and the dtype of the signal?"}
_check.agrees(_form, np.zeros((7, 5), np.float32), _told, dtypes=True)
_told = {"": "The same key gives other readings: what decides, if not key?"}
_check.agrees(_again, _found, _told, "Called again, ", rtol=0)
_keys = jax.random.split(jax.random.key(4), 2048)
for _b, _d in (50, 5), (1, 1):
    _when, _zeros = f"With B = {_b} and D = {_d}, ", np.zeros((_b, _d), np.float32)
    _noise, _loud = (
        np.asarray(_check.call(_keys, x, by=over_keys, when=_when), float)
        for x in (_zeros, _zeros + 1000)
    )  # (2048, B, D)
    _told = f"{_when}the shape is {_noise.shape[1:]}: it should be that of signal, with any axis of 1."
    _check.require(_noise.shape[1:] == _zeros.shape, _told)
    _works, _gains = _noise != 0, (_loud - _noise) / 1000
    _gain = np.ma.array(_gains, mask=~_works)
    _heard, _one = _noise[_works], _gain.mean(axis=2)  # (2048, B)
    _distinct = len(np.unique(abs(_heard))) / _heard.size
    for _told, _holds in {
        "no reading is 0: where a sensor fails, there should be no noise.": not _works.all(),
        "each call has the same noise: does it come from key?": (
            np.ma.array(_noise, mask=~_works).ptp(axis=0).max() > 0
        ),
        "numbers of the noise come again: do draws share a key, or lack a shape or bits?": _distinct
        > 0.9,
        "a sensor that works in one hour fails in another: which draws do the hours share?": (
            _works == _works[:, :1]
        ).all(),
        "where a sensor fails, the reading is not 0.": (_loud[~_works] == 0).all(),
        "the gain differs between the sensors of an hour.": (
            abs(_gain - _one[..., None]).max() < 0.01
        ),
        f"{_works.mean():.0%} of the sensors work, not 75%.": not _far(
            _works[:, 0], 0.75, 0.433
        ),
        f"the gains are not uniform between 0.5 and 1.5: {_gain.min():.2f} to {_gain.max():.2f}, mean {_gain.mean():.2f}.": not (
            _far(_one.compressed(), 1, 12**-0.5)
            or _gain.min() < 0.499
            or _gain.max() > 1.501
        ),
        "the noise has another mean or spread: does the gain multiply it, or is a key shared?": (
            not _far(_heard, 0, 1)
        ),
        "the noise is not normal.": not _far(abs(_heard) > 2, 0.0455, 0.2084),
    }.items():
        _check.require(_holds, _when + _told)
    for _see, _mean, _middle in (np.array, 0, 0), (np.abs, (2 / np.pi) ** 0.5, 0.25):
        _parts = {
            "noise": np.where(_works, _see(_noise), _mean).reshape(2048, -1),
            "gain": _see(_one.filled(1) - 1) + _middle * _one.mask,
            "sensors that work": _works[:, 0],
        }
        _r = np.corrcoef(np.concatenate(list(_parts.values()), axis=1), rowvar=False)
        _names = [name for name, part in _parts.items() for _ in part[0]]
        _r = abs(_r - np.eye(len(_r)))
        _i, _j = np.unravel_index(_r.argmax(), _r.shape)
        _told = f"{_names[_i]} and {_names[_j]} depend on each other (correlation {_r[_i, _j]:.2f}): do they share a key, or one draw?"
        _check.require(_r[_i, _j] < 0.15, _when + _told)
_uses = _check.call(jax.random.key(5), _signal, by=uses_of_keys)
for _key in {use[:2] for use in _uses}:
    _kinds = [use[2] for use in _uses if use[:2] == _key]
    _told = f"debug_key_reuse is silent, but one key has two uses: {', '.join(_kinds)}. {_once}"
    _check.require(len(_kinds) == 1 or {*_kinds} == {"random_fold_in"}, _told)
print("Gains, noise and sensors are independent in 4096 calls; no key is used twice.")

# %% [markdown]
# ## How good can a classifier be?
#
# If the labels of the spoiled classifier follow from the inputs alone, a rule without noise predicts them all. Try it
# on a thousand batches:

# %%
keys = jax.random.split(jax.random.key(1), 1000)
inputs, noise, labels = jax.vmap(spoiled_input_output)(keys)  # (1000, 8, 36), ...
by_rule = inputs.sum(axis=2) > 6 / 13  # (1000, 8)
print(f"predicted by the rule: {jnp.mean(by_rule == labels[:, :, 0]):.2%}")

# %% tags=["hidden"]
assert np.all(by_rule == labels[:, :, 0])

# %% [markdown]
# The rule predicts all {{ labels.size }} of them. A problem meant to be noisy can be solved perfectly, so a
# model trained on it looks better than it is.
#
# With independent noise, not even the right rule gets every label right. The sum of the 36 numbers $12 x_j$ of a row
# has the standard deviation $12 \sqrt{36} = 72$, the sum of their noise $\sqrt{36} = 6$. For a threshold of 0, a sum
# and the same sum with noise differ in sign with the probability
#
# $$p = \frac{1}{\pi} \arctan \frac{6}{72},$$
#
# and on the scale of 72 the threshold 6 is close to 0. Draw data to compare with, noise and inputs from two keys:

# %%
p = jnp.arctan(6 / 72) / jnp.pi
input_key, noise_key = jax.random.split(jax.random.key(2))
inputs, noise = (
    jax.random.normal(key, (4096, 8, 36)) for key in (input_key, noise_key)
)
labels = (12 * inputs + noise).sum(axis=2) > 6  # (4096, 8)
wrong = (12 * inputs.sum(axis=2) > 6) != labels
print(f"formula {p:.2%}, measured {jnp.mean(wrong):.2%} of {wrong.size} labels")

# %% tags=["hidden"]
assert 0.026 < p < 0.027
assert 0.021 < jnp.mean(wrong) < 0.032

# %% [markdown]
# Noise overturns about {{ p:.1%}} of the labels, so the best possible accuracy is about {{ 1 - p:.1%}}. A
# classifier that scores clearly higher on fresh data was given an easier problem, such as the spoiled one above.
# [Application: a classifier](../haiku/classifier.py) comes back to this number.

# %% [markdown]
# ## One key, two distributions
#
# A different distribution need not help: here `uniform` and `normal` turn the same random bits into different numbers,
# so each of the two draws is a function of the other. A `gamma` draw shows no such pattern, but nothing guarantees that
# it is independent.

# %% tags=["plot"] alt="Second draw against the first. Same key: a straight line, and an S-curve for uniform. Another key: a cloud."
# Caption: Two draws from one key can be functions of each other, even if their
# distributions differ.
first_key, second_key = jax.random.split(jax.random.key(0))
first = jax.random.normal(first_key, (150,))
seconds = {
    "same key,\nnormal": jax.random.normal(first_key, (150,)),
    "same key,\nuniform": jax.random.uniform(first_key, (150,)),
    "another key,\nnormal": jax.random.normal(second_key, (150,)),
}
figure, panels = plt.subplots(1, 3, figsize=(5.6, 2.8), layout="constrained")
for color, axes, (title, second) in zip(
    ("C1", "C1", "C0"), panels, seconds.items(), strict=True
):
    axes.plot(first, second, "o", markersize=3.5, alpha=0.7, color=color)
    axes.set(title=title, xlabel="first draw")
panels[0].set_ylabel("second draw")
plt.show()

# %% [markdown]
# Give each of two draws, of weights and of noise, one of three keys, and look for the mistake that raises no error:

# %% tags=["plot"]
from snippets.interactive import Interactive

draws = {
    f"keys[{place}]": jax.random.normal(one_key, (60,))
    for place, one_key in enumerate(jax.random.split(jax.random.key(2), 3))
}
pairs = [(one, other) for one in draws for other in draws if one <= other]
correlations = [np.corrcoef(draws[one], draws[other])[0, 1] for one, other in pairs]
Interactive(
    "keys",
    {
        "key of the weights": [one for one, _ in pairs],
        "key of the noise": [other for _, other in pairs],
        "correlation": [f"{correlation:.2f}" for correlation in correlations],
    },
    {
        "draws": {name: np.round(draw, 3).tolist() for name, draw in draws.items()},
        "users": ["weights", "noise"],
    },
)

# %% tags=["hidden"]
for (_one, _other), _found in zip(pairs, correlations, strict=True):
    assert abs(_found) > 0.999 if _one == _other else abs(_found) < 0.7

# %% [markdown]
# ## In loops: `fold_in(key, step)`, or `split(key, n)`
#
# A handful of chained splits, `key, subkey = jax.random.split(key)`, is harmless. A training loop would make a chain of
# thousands, each key made from the one before, which has two drawbacks. To get the key of step 731 you have to do all
# the splits before it, one after the other. And keys may coincide: the default generator scrambles the number of the
# child so that the children of one parent are all different, but children of different parents may be equal, with a
# probability that is tiny and grows with the chain.
#
# So split wide and not deep: derive the keys of a loop from one parent. `jax.random.fold_in(key, step)` makes a key
# from a key and a small integer from 0 up, here the number of the step. Other numbers may raise an error, wrap around
# or be cut silently: 0.5 gives the key of 0.
#
# In a training step:


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
    new_params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    return new_params, {"loss": loss}


data_key, noise_key = jax.random.split(jax.random.key(0))
x = jax.random.normal(data_key, (64, 3))  # (B, D)
params, batch = {"w": jnp.zeros(3)}, (x, x.sum(axis=1))
for step in range(3):
    params, metrics = update(params, noise_key, step, batch)
    print(step, metrics["loss"])

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
# With the default generator a row under `vmap` is what its key gives without, up to rounding. With the generators `rbg`
# and `unsafe_rbg`, most rows are not.

# %% [markdown]
# Can you split a key *and* fold numbers into it? Look at the keys that each of the two makes:

# %%
key = jax.random.key(0)
folded = [jax.random.fold_in(key, i) for i in range(2)]
print("split:  ", jax.random.key_data(jax.random.split(key)).tolist())
print("fold_in:", [jax.random.key_data(child).tolist() for child in folded])


# %% [markdown]
# They are the same keys. That is how the default generator happens to work, and `rbg` too: JAX does not promise it, and
# with `unsafe_rbg`, or with `jax_threefry_partitionable` switched off, the keys differ. One rule is safe with all
# three. Give each key one job: draw from it once, split it once, or fold numbers into it, a different number for each
# purpose.

# %% [markdown]
# A generator that keeps its count in a [ref](../training/refs.py) survives `jit`:
# `jax.experimental.random.stateful_rng`. It is experimental, Haiku does not use it, and `vmap` and `grad` refuse one
# from outside.

# %% [markdown]
# ## What `debug_key_reuse` does not see
#
# The check counts draws and splits of keys that it can follow. Several uses escape it, among them these:
#
# **Old-style keys.** Much public Haiku code calls `jax.random.PRNGKey(42)`. It returns the integers of a key as a plain
# array of dtype `uint32`. To JAX these are numbers like any others, and numbers may be used twice:

# %%
with jax.debug_key_reuse(True):
    inputs, noise, labels = spoiled_input_output(jax.random.PRNGKey(0))
print("no complaint; noise equals inputs:", jnp.array_equal(noise, inputs))

# %% tags=["hidden"]
assert np.array_equal(noise, inputs)
assert jax.random.PRNGKey(0).dtype == jnp.uint32
assert np.array_equal(inputs, spoiled_input_output(jax.random.key(0))[0])

# %% [markdown]
# The numbers are those of `jax.random.key(0)`, but the error is lost. When you take over such code, write
# `jax.random.key` in the one place where the key is made. By default draws, `split` and Haiku's `init` and `apply`
# accept both.
#
# **`fold_in`.** It is meant for folding many numbers into one key, so it does not count as a use of the key. The check
# looks neither at which numbers they are, nor at whether the key is also drawn from or split.
#
# **Equal keys made in two places.** The check follows a key through the program and does not compare the numbers
# inside. A helper function that makes its own `jax.random.key(0)` draws the same "noise" at each call.
#
# **Copies.** A key made of another's `key_data` counts as new, and so does one from `jax.device_put` outside `jit`.
#
# **A key that `vmap` shares.** The function runs once and draws once, so each row gets the same "noise". Split the key
# and map over the new ones. (In `lax.scan`, where one key is used at every iteration, the check does complain.)


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
# All are called with `jax.random.key(0)`. Without running them, predict for each whether
#
# - `"equal_draws"`: its two draws are the same numbers;
# - `"complaints"`: it raises `KeyReuseError` inside `jax.debug_key_reuse(True)`.
#
# Both can be true, one of them, or neither.

# %% exercise="predict-key-reuse" kind="predict" minutes="8"
# With True or False in the place of all dots:
# key_reuse = {
#     "equal_draws": {
#         "a": ...,
#         "b": ...,
#         "c": ...,
#         "d": ...,
#         "e": ...,
#         "f": ...,
#         "g": ...,
#     },
#     "complaints": {
#         "a": ...,
#         "b": ...,
#         "c": ...,
#         "d": ...,
#         "e": ...,
#         "f": ...,
#         "g": ...,
#     },
# }
### BEGIN SOLUTION
key_reuse = {
    "equal_draws": {
        "a": False,
        "b": False,
        "c": True,
        "d": False,
        "e": True,
        "f": True,
        "g": False,
    },
    "complaints": {
        "a": False,
        "b": True,
        "c": False,
        "d": False,
        "e": True,
        "f": False,
        "g": True,
    },
}
### END SOLUTION

# %% check="predict-key-reuse"
from publishing.teaching.checking import predicted

_functions = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "g": g}
_unseen = 'Read "What debug_key_reuse does not see" again.'
_hints = {
    "a": 'How often is each of the two halves drawn from? Read "Make fresh keys with split" again.',
    "b": 'What has split done to its key, and is a child the key of its parent? Read "Make fresh keys with split" again.',
    "c": f"Which number is folded in each time, and does fold_in count? {_unseen}",
    "d": f"Is the key with 7 folded into it the key itself, and which of the two calls is a draw or a split? {_unseen}",
    "e": 'Does compiling a draw change its numbers or the use of its key? Read "The same key gives the same numbers" again.',
    "f": f"Does the helper know of earlier calls, and is any one key drawn from twice? {_unseen}",
    "g": "The bits are the same, but what does each function make of them, and how often is the key drawn from? "
    'Read "One key, two distributions" again.',
}


def _complains(function):
    try:
        with jax.debug_key_reuse(True):
            function(jax.random.key(0))
    except jax.errors.KeyReuseError:
        return True
    return False


_truth = {
    "equal_draws": {
        name: bool(jnp.array_equal(*function(jax.random.key(0))))
        for name, function in _functions.items()
    },
    "complaints": {name: _complains(_functions[name]) for name in _functions},
}
_reasons = {(kind, name): _hints[name] for kind in _truth for name in _hints}
predicted(globals(), "key_reuse", _truth, _reasons)
print("Your prediction agrees with what the seven functions do when they run.")

# %% [markdown]
# <details>
# <summary>Once you have solved it: is <code>d</code> all right?</summary>
#
# Its draws differ and the check is silent, and yet one key is used in two ways. We know of no harm that this does with
# today's generators, but nothing rules it out. The safe rule avoids the question.
#
# </details>
#
# ## Other draws: `uniform`, `choice`, `permutation`
#
# Most examples so far used `normal`. Other draws take a key, too. Four are common:

# %%
keys = jax.random.split(jax.random.key(0), 4)
print("uniform:    ", jax.random.uniform(keys[0], (3,), minval=-1, maxval=1))
print("bernoulli:  ", jax.random.bernoulli(keys[1], 0.5, (6,)))
print("choice:     ", jax.random.choice(keys[2], 10, (4,), replace=False))
print("permutation:", jax.random.permutation(keys[3], 6))

# %% [markdown]
# `uniform` draws from an interval, here from -1 up to 1. `bernoulli` is true with the given probability. `choice` picks
# from the numbers below 10; by default it may pick one twice, which `replace=False` prevents. `permutation` returns the
# numbers below 6 in random order. Given an array in place of the number, `choice` picks from its rows and `permutation`
# shuffles them.
#
# ## Exercise: shuffled minibatches, epoch by epoch
#
# An *epoch* goes through all examples once, in minibatches, and each epoch in an order of its own. Define
# `epoch_of_batches(key, epoch, x, y, batch_size)`. Here `key` is the key of the whole training, the same for all
# epochs; `epoch` is an integer, 0 for the first; `x` and `y` are JAX arrays whose first axis counts the same $N$
# examples, with any further axes; and `batch_size` divides $N$. It returns the pair `xs, ys`:
#
# - `xs` has shape `(N // batch_size, batch_size, ...)`, where `...` are the further axes of `x`; `ys` likewise. So
#   `xs[i], ys[i]` is batch $i$.
# - Each example occurs exactly once, and its `x` stays together with its `y`.
# - Every order of the $N$ examples is equally likely; another epoch or another key draws another one.
# - The same arguments give the same batches, so epoch 7 can be repeated without the epochs before it. No key is
#   used twice: `jax.debug_key_reuse` has no complaint.
# - `jax.vmap` can map it over `key` and `epoch`: the check draws thousands of epochs in one call.
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
from publishing.teaching.checking import Check

_loops = 'Read "In loops: fold_in(key, step), or split(key, n)" again.'
_draws = 'Read "Other draws: uniform, choice, permutation" again.'
_advice = {
    "KeyReuseError": 'Which key is it? Read "One key used twice: nothing fails" again.',
    "racer": "Under jax.vmap key and epoch are tracers: no int() and no NumPy.",
    "": "Does it work for any further axes and every batch_size that divides N?",
}
_heading = "Exercise: shuffled minibatches, epoch by epoch"
_check = Check(globals(), "epoch_of_batches", _heading, _advice)


def over_keys_and_epochs(shuffle):
    def all_batches(keys, epochs, x, y, batch_size):
        def batches(key, epoch):
            return shuffle(key, epoch, x, y, batch_size)

        return jax.vmap(jax.vmap(batches, (None, 0)), (0, None))(keys, epochs)

    return all_batches


def _surplus(codes, cells):
    """How uneven counts are: chi square in standard deviations, by chance about 0."""
    counts = np.unique(codes, return_counts=True)[1]
    chi_square = (counts**2).sum() * cells / codes.size - codes.size
    return (chi_square - cells) / (2 * cells) ** 0.5


def _case(batches, size, arrays):
    n, data, still = batches * size, [], []  # still: the batches if nothing is shuffled
    for dtype, *axes in arrays:
        numbers = np.arange(n)[:, None] + 31 * np.arange(np.prod(axes, dtype=int))
        numbers = (numbers % max(n, 97)).astype(dtype)
        data.append(numbers.reshape(n, *axes))
        still.append(np.zeros((batches, size, *axes)))
    when = f"With {n} examples in batches of {size}, "
    arguments = jax.random.key(6), 3, *map(jnp.asarray, data), size
    with jax.debug_key_reuse(True):
        pair = _check.call(*arguments, when=when)
    others = {
        "ys is before xs.": tuple(still[::-1]),
        "": "Return two arrays, xs of shape (N // batch_size, batch_size, ...) and ys.",
    }
    form = jax.tree.map(lambda part: np.zeros(np.shape(part)), pair)
    _check.agrees(form, tuple(still), others, when)
    moved = []
    for name, part in zip(("xs", "ys"), pair, strict=True):
        order = np.asarray(part).reshape(n, -1)[:, 0].astype(int)
        told = (
            f"in {name} examples are missing and others come twice: is each drawn once?"
        )
        _check.require({*order} == {*range(n)}, f"{when}{told} {_draws}")
        moved.append([d[order].reshape(batches, size, *d.shape[1:]) for d in data])
    apart = "in a batch, x and y are of different examples: is one order drawn?"
    others = {
        apart: (moved[0][0], moved[1][1]),
        "": "Does an example move as a whole, in its own dtype?",
    }
    _check.agrees(pair, tuple(moved[1]), others, when, rtol=0, dtypes=True)
    arguments = jax.random.key(6), *arguments[1:]
    with jax.debug_key_reuse(True):  # compiled for this already
        again = _check.call(*arguments)
    others = {"": "What decides, if the arguments do not?"}
    _check.agrees(again, pair, others, "Called again, ", rtol=0)


_batches = int(np.random.default_rng().integers(40, 60))
_check.over(
    _case,
    (_batches, 7, (("float32", 3), ("int32",))),
    (1, 8, (("bfloat16",), ("int8", 3, 2))),
    (3, 1, (("uint8", 2, 1), ("float16", 1))),
    (1, 1, (("float32",), ("float32", 4))),
)

_far = [*range(100, 3100, 100), *2 ** np.arange(12, 31), *10 ** np.arange(4, 10)]
_epochs, _keys = np.array([*range(100), *_far]), jax.vmap(jax.random.key)(np.arange(20))
_orders = []
_one = _keys[:1]
_some = (_keys, _epochs, 32), (_one, np.arange(20_000), 4), (_one, _epochs[:1], 20_000)
for _k, _e, _n in _some:
    _x, _size = jnp.arange(_n), max(2, _n // 16)
    _drawn = _check.call(_k, jnp.asarray(_e), _x, _x, _size, by=over_keys_and_epochs)
    _orders.append(np.asarray(_drawn[1]).reshape(len(_k), len(_e), _n))
_many, _four = _orders[0], _orders[1][0] @ [64, 16, 4, 1]
_count = len(np.unique(_many[0], axis=0))
_told = f"{len(_epochs)} epochs have {_count} different orders: does epoch count, and is a whole order drawn? {_loops}"
_check.require(_count > 0.95 * len(_epochs), _told)
_share = len(np.unique(_many.reshape(-1, 32), axis=0)) / _many[..., 0].size
_twice = f"Some of 20 keys and {len(_epochs)} epochs, up to {max(_epochs)}, give one order: do both count, and apart? {_loops}"
_check.require(_share > 0.95, _twice)
for _told, _codes, _cells in (
    ("some examples prefer some places", 32 * _many + np.arange(32), 32 * 32),
    ("of the 24 orders of four examples some come more often", _four, 24),
    ("too many neighbours keep their order", np.diff(_orders[2].ravel()) > 0, 2),
    ("an epoch says something about the next", 256 * _four[::2] + _four[1::2], 24**2),
):
    _told = f"Not every order is equally likely: {_told}. Is all of it drawn, and evenly? {_draws}"
    _check.require(_surplus(_codes, _cells) < 6, _told)
_check.require(_share == 1, _twice)
print("Four sizes and 23,101 orders agree with a fair shuffle by key and epoch.")

# %% [markdown]
# Since `xs` and `ys` have the batches along their first axis, `lax.scan` can run a whole epoch.

# %% [markdown]
# ## What can go wrong
#
# - `KeyReuseError: Previously-consumed key passed to jit-compiled function at index 0` You asked JAX to look, and a key
#   is used a second time. In a function that you compiled yourself the words may be
#   `In jit, argument 0 is already consumed.` Split the key before its first use.
# - No message at all: one key draws the first batch, initialises the network, and is the parent of all later keys. Each
#   is a use. At the top of the program, split off one key for each purpose.
# - No message although the check is on: an old-style key, the same number folded in twice, a key made inside a
#   function, or one shared by the rows of a `vmap`.
# - `TypeError: JAX encountered invalid PRNG key data: expected key_data to have ndim, shape, and dtype
#   attributes. Got 0` You passed a plain number, as in `jax.random.normal(0)`. Make a key of it first.
# - `ValueError: normal accepts a single key, but was given a key array of shape (2,) != ().` You passed several keys,
#   perhaps all that `split` returned. Unpack them, or use `jax.vmap`.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - A draw is a pure function of its key, without a hidden generator: by default the same key, call and dtype give the
#   same numbers up to rounding, compiled or not, in any order, and under `vmap`.
# - Use each key once. `split` makes keys for a few draws; for a loop, `fold_in(key, step)` or `split(key, n)` makes
#   them all from one parent, without a chain.
# - One key for two draws fails silently. `jax.debug_key_reuse` often reports it for keys of `jax.random.key`, but it
#   does not count `fold_in`, does not compare keys made in different places, loses sight of some copies, and sees one
#   use where `vmap` makes many.
#
# Next: [Gradient descent by hand](../jax/descent.py) puts gradients, batches and random data together, and
# trains something for the first time.
