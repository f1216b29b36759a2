# %% [markdown]
# # State and randomness in a network
#
# A transformed network is a pure function: the same parameters and inputs give the same output, and nothing else
# happens. Two everyday layers don't fit that description. BatchNorm remembers the means of the batches it has
# seen, and dropout erases different entries each time it runs. In JAX, memory comes in as an argument and goes
# out as a result, and chance comes in as a key. Haiku carries both through your network. Passing them on remains
# your job, and mistakes there are often silent.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - train a network that has state, such as BatchNorm, and evaluate it in the right mode;
# - draw random numbers inside a network, and give dropout a fresh key at each step and for each row;
# - write the training step of research code: a `TrainingState` in, a new one and metrics out.
#
# You need: `init` and `apply` from [`hk.transform`](transform.py), `value_and_grad` from
# [gradients](../jax/gradients.py), and [random keys](../jax/random_keys.py).
#
# </div>

# %% [markdown]
# ## A counter: `hk.get_state` and `hk.set_state`
#
# The smallest memory is a counter. `hk.get_state` reads a value and says how to make it the first time, just as
# `hk.get_parameter` does. `hk.set_state` replaces the value.

# %%
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


def counting_mean(x):
    count = hk.get_state("count", shape=(), dtype=jnp.int32, init=jnp.zeros)
    hk.set_state("count", count + 1)
    return jnp.mean(x)


x = jnp.array([1.0, 2.0, 6.0])

# %% raises="NonEmptyStateError" match="then use `hk.transform_with_state`"
hk.transform(counting_mean).init(None, x)

# %% [markdown]
# `hk.transform` refuses: its `apply` returns the output and nothing else, so the new count would have nowhere
# to go.
#
# ## `hk.transform_with_state`: state goes in and comes out
#
# Now `init` returns two trees, the parameters and the first state. `apply` takes both and returns the output
# and the *new* state. (The `None` is the key; this network needs none.)

# %%
counter = hk.transform_with_state(counting_mean)
params, state = counter.init(None, x)
print("params:", params, " state:", state)

out, new_state = counter.apply(params, state, None, x)
print("output:", out, " state:", new_state)

# %% [markdown]
# The state is a tree like that of the parameters; `"~"` is the place for values outside of any module. After
# `init` the count is 0, although `init` ran the function once. It returns the value that each entry had
# *first*: what the `init` of `get_state` made, or, if the function stored before it read, what it stored.
#
# Three calls follow, each with `state` as it came from `init`. Which count does each return?

# %% tags=["predict"]
for _ in range(3):
    out, new_state = counter.apply(params, state, None, x)
    print(new_state["~"]["count"])

# %% [markdown]
# It is 1 three times. `apply` doesn't change `state`, and the loop never passes `new_state` on. Nothing
# complains, so this is the mistake to watch for. Write `out, state = ...apply(params, state, ...)`.

# %% tags=["hidden"]
assert new_state["~"]["count"] == 1
assert state["~"]["count"] == 0
assert not params

# %% [markdown]
# ## BatchNorm keeps running means
#
# BatchNorm subtracts a mean from each channel and divides by a standard deviation. A trained `scale` and
# `offset` follow, which are parameters.
#
# $$y = \text{scale} \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \text{offset}$$
#
# With `is_training=True`, $\mu$ and $\sigma^2$ are those of the batch. With `is_training=False` (and without
# `test_local_stats=True`) they are running averages over the batches seen in training, and these are state. Here
# is a network with one BatchNorm, and two rings of points for it to tell apart. Its output, the *logit*, says
# that a label is 1 with probability `p = sigmoid(logit)`.


# %%
def ring_net(x, is_training):
    x = hk.Linear(16, name="hidden")(x)  # (B, 16)
    x = hk.BatchNorm(True, True, decay_rate=0.9, name="norm")(x, is_training)
    return hk.Linear(1, name="logit")(jax.nn.relu(x))[:, 0]  # (B,)


def ring_data(key, examples):
    label_key, angle_key, noise_key = jax.random.split(key, 3)
    labels = jax.random.randint(label_key, (examples,), 0, 2)
    angle = jax.random.uniform(angle_key, (examples,), maxval=2 * jnp.pi)
    radius = 1 + labels + 0.12 * jax.random.normal(noise_key, (examples,))
    points = jnp.stack([5 + radius * jnp.cos(angle), radius * jnp.sin(angle)], axis=1)
    return points, labels  # (examples, 2), (examples,)


train_x, train_y = ring_data(jax.random.key(1), 1024)
test_x, test_y = ring_data(jax.random.key(2), 1024)

# %%
network = hk.transform_with_state(ring_net)
params, first_state = network.init(jax.random.key(0), train_x[:64], is_training=True)
print("params:", jax.tree.map(jnp.shape, params))
print("state: ", jax.tree.map(jnp.shape, first_state))

# %% [markdown]
# The two `True` in `hk.BatchNorm(True, True, ...)` ask for `scale` and `offset`. The state belongs to two
# modules that `norm` made in its constructor (hence the `~` in their names), one for the mean and one for the
# variance. Both are of the class `hk.ExponentialMovingAverage` and keep three values. With $d$ for `decay_rate`
# and $m_t$ for the mean (or variance) of batch $t$:
#
# $$
# \text{hidden}_t = d \, \text{hidden}_{t-1} + (1 - d) \, m_t, \qquad
# \text{average}_t = \frac{\text{hidden}_t}{1 - d^{\,t}}, \qquad
# \text{counter}_t = t
# $$
#
# `hidden` starts at zero, and the division makes up for that. If you come from PyTorch: its `momentum` is the
# weight of the *new* batch, so **`decay_rate` is 1 minus `momentum`**, and PyTorch's default of 0.1 becomes 0.9.
# But PyTorch starts its averages at 0 and 1 without that correction, and averages the *unbiased* variance,
# $n / (n - 1)$ times Haiku's for $n$ values, so after small batches the two evaluate differently.
#
# Here is a BatchNorm on its own, fed sixty batches of sixteen numbers around 5.

# %%
norm = hk.transform_with_state(
    lambda x: hk.BatchNorm(False, False, decay_rate=0.9, name="norm")(x, True)
)
batches = 5 + 2 * jax.random.normal(jax.random.key(3), (60, 16, 1))


def remember(state, batch):
    _, state = norm.apply({}, state, None, batch)
    return state, state["norm/~/mean_ema"]


_, state = norm.init(None, batches[0])
_, history = jax.lax.scan(remember, state, batches)

# %% tags=["plot", "cover"] alt="Means of batches scatter around 5. Their running mean stays near 5 from the start; hidden climbs from 0."
steps = np.arange(1, 61)
fig, ax = plt.subplots(figsize=(6.4, 4.0))
ax.plot(steps, batches.mean(axis=(1, 2)), "C2o")
ax.plot(steps, history["average"].ravel(), "C0")
ax.plot(steps, history["hidden"].ravel(), "C1")
ax.annotate("average, used in evaluation", (60, 3.3), color="C0", ha="right")
ax.annotate("hidden", (8, 2.1), color="C1")
ax.annotate("mean of one batch", (60, 6.25), color="C2", ha="right")
ax.set(
    xlabel="step",
    ylabel="mean of the channel",
    ylim=(0, 6.8),
    title="The running mean settles while batches scatter",
)
plt.show()

# %% [markdown]
# The batch means scatter with a standard deviation of {{ float(batches.mean(axis=(1, 2)).std()):.2f}}, the
# running mean after step 20 with {{ float(history["average"][20:].std()):.2f}}, and `hidden` soon meets it.

# %% tags=["hidden"]
means = np.array(batches.mean(axis=(1, 2)), dtype=float)
hidden = 0.0
for t, mean in enumerate(means, start=1):
    hidden = 0.9 * hidden + 0.1 * mean
    assert np.isclose(history["hidden"][t - 1].item(), hidden, rtol=1e-4)
    assert np.isclose(
        history["average"][t - 1].item(), hidden / (1 - 0.9**t), rtol=1e-4
    )
assert history["counter"][-1] == 60
assert np.std(history["average"][20:]) < np.std(means[20:]) / 2
assert np.all(history["hidden"][:7] < 3)
_, _first = norm.init(None, batches[0])
for _name, _value in {"mean": batches[0].mean(), "var": batches[0].var()}.items():
    assert np.isclose(
        _first[f"norm/~/{_name}_ema"]["average"].item(), _value, rtol=1e-3
    )
_, _once = norm.apply({}, _first, None, batches[0])
_variances = (_once["norm/~/var_ema"]["average"].item(), batches[0].var(ddof=1).item())
assert np.isclose(_variances[0] * 16 / 15, _variances[1], rtol=1e-3)
_evaluated = hk.transform_with_state(
    lambda x, local: hk.BatchNorm(False, False, 0.9, name="norm")(x, False, local)
)
_far = batches[0] + 100
_out, _same = _evaluated.apply({}, _once, None, _far, True)
assert jnp.allclose(_out, norm.apply({}, _once, None, _far)[0], atol=1e-2)
_out, _same = _evaluated.apply({}, _once, None, _far, False)
assert _out.min() > 30
assert _same["norm/~/mean_ema"] == _once["norm/~/mean_ema"]


def _stores_first():
    hk.set_state("value", jnp.array(5))
    hk.set_state("value", hk.get_state("value") + 1)


_stored = hk.transform_with_state(_stores_first)
assert _stored.init(None)[1]["~"]["value"] == 5
assert _stored.apply({}, _stored.init(None)[1], None)[1]["~"]["value"] == 6

# %% [markdown]
# ## Exercise: predict the state
#
# This network counts its calls, normalises, and has a linear layer. It gets batches in which every entry is 4,
# or every entry is 8. Don't run `watched_states` yet.


# %%
def watched_net(x, is_training):
    calls = hk.get_state("calls", (), jnp.int32, init=jnp.zeros)
    hk.set_state("calls", calls + 1)
    x = hk.BatchNorm(True, True, decay_rate=0.5, name="norm")(x, is_training)
    return hk.Linear(2, name="out")(x)


fours, eights = jnp.full((6, 3), 4.0), jnp.full((6, 3), 8.0)


def watched_states():
    net = hk.transform_with_state(watched_net)
    params, a = net.init(jax.random.key(0), fours, is_training=True)
    _, b = net.apply(params, a, None, fours, is_training=True)
    _, c = net.apply(params, b, None, eights, is_training=True)
    _, d = net.apply(params, c, None, eights, is_training=False)
    _, e = net.apply(params, b, None, fours, is_training=True)
    return [a, b, c, d, e]


# %% [markdown]
# Define `predicted`, a dictionary with four entries:
#
# - `"shapes"`: the state as `init` returns it, a dictionary of dictionaries, with the shape of each array in
#   the place of the array;
# - `"calls"`: a list of five numbers, the value of `calls` in the states `a`, `b`, `c`, `d` and `e`;
# - `"counter"`: the same for the counter of the running mean;
# - `"hidden"`: the same for the entries of its `hidden` (all three are equal).
#
# <details>
# <summary>Hint</summary>
#
# Not everything that the network keeps is state. For each state ask: from which state was it made, and in
# which mode? Then put 4 or 8 for $m_t$ into the formula for `hidden`.
#
# </details>

# %% exercise="state-predict" kind="predict" minutes="8"
# predicted = {"shapes": {module: {name: shape}}, "calls": [...], "counter": [...], "hidden": [...]}
### BEGIN SOLUTION
average = {"counter": (), "hidden": (1, 3), "average": (1, 3)}
predicted = {
    "shapes": {
        "~": {"calls": ()},
        "norm/~/mean_ema": average,
        "norm/~/var_ema": average,
    },
    "calls": [0, 1, 2, 3, 2],
    "counter": [0, 1, 2, 2, 2],
    "hidden": [0.0, 2.0, 5.0, 5.0, 3.0],
}
### END SOLUTION


# %% check="state-predict"
def check_predicted_state(predicted):
    task = 'Read the sentences before the cell in "Exercise: predict the state" again.'
    running = "BatchNorm keeps running means"
    in_and_out = "`hk.transform_with_state`: state goes in and comes out"
    assert isinstance(predicted, dict), (
        f"predicted is a {type(predicted).__name__}, not a dictionary with the entries shapes, calls, counter and hidden. {task}"
    )
    names = ("shapes", "calls", "counter", "hidden")
    missing = [
        name for name in names if predicted.get(name) is None or predicted[name] is ...
    ]
    assert not missing, f"predicted has no entry for {', '.join(missing)}. {task}"
    try:
        states = watched_states()
        shapes = {
            module: {name: tuple(leaf.shape) for name, leaf in leaves.items()}
            for module, leaves in states[0].items()
        }
        mean = [state["norm/~/mean_ema"] for state in states]
        truth = {
            "calls": [int(state["~"]["calls"]) for state in states],
            "counter": [int(ema["counter"]) for ema in mean],
            "hidden": [float(jnp.mean(ema["hidden"])) for ema in mean],
        }
    except Exception as error:
        reason = (
            "watched_net, watched_states, fours or eights are no longer what the cell above made them: run that cell again, "
            f"then yours and this one ({type(error).__name__})."
        )
        raise AssertionError(reason) from error

    def shape(where, given):
        if isinstance(given, (tuple, list)):
            assert all(isinstance(size, (int, np.integer)) for size in given), (
                f"shapes has {given!r} at {where}, which is not a shape such as () or (4, 2). {task}"
            )
            return tuple(map(int, given))
        assert hasattr(given, "shape"), (
            f"shapes has {given!r} at {where}, which is not a shape: one number has the shape (), and in Python `(3)` is the "
            f"number 3. {task}"
        )
        return tuple(given.shape)

    yours = predicted["shapes"]
    inner = yours.values() if isinstance(yours, dict) else [yours]
    assert all(isinstance(leaves, dict) for leaves in inner), (
        "shapes must be a dictionary that has for each module a dictionary of names and shapes, as the state of ring_net above "
        f'had. Read "{running}" again.'
    )
    for module in yours:
        known = str(module) in shapes
        assert known or str(module) not in ("norm", "out"), (
            f"shapes has {module!r}, which keeps parameters and no state of its own: scale, offset, w and b are trained. "
            f'Read "{running}" again.'
        )
        assert known, (
            f"shapes has {module!r}, and the state has no module of that name. How is the module for the mean named in the "
            f'state of ring_net, and where does a value outside of all modules go? Read "{running}" and "{in_and_out}".'
        )
    lacking = len(shapes) - len(yours)
    assert not lacking, (
        f"shapes lacks {lacking} of the {len(shapes)} entries of the state. Which values does this network keep besides those "
        f'of the running mean? Read "{running}" and "{in_and_out}" again.'
    )
    for module, leaves in yours.items():
        right = shapes[str(module)]
        unknown = [name for name in leaves if name not in right]
        assert not unknown, (
            f"shapes has {unknown[0]!r} in {module!r}; the state keeps nothing of that name there. "
            f'Read "{running}" again.'
        )
        assert len(leaves) == len(right), (
            f"shapes has {len(leaves)} of the {len(right)} values that {module!r} keeps. "
            f'Read "{running}" again.'
        )
        for name, given in leaves.items():
            assert shape(f"{module!r}, {name!r}", given) == right[name], (
                f"The shape of {name!r} in {module!r} is not {shape('', given)}. How many channels has x, and is one value "
                f"kept for each channel or for all? Compare with the state of ring_net, which had 16 channels, in "
                f'"{running}".'
            )
    start = "Which state did this call start from, and how many steps lie between that one and `init`?"
    hints = {
        ("calls", "a"): (
            "`init` ran the network once; which count does it return?",
            in_and_out,
        ),
        ("calls", "d"): ("Does the line that counts look at is_training?", in_and_out),
        ("counter", "a"): (
            "`init` ran the network once; which count does it return?",
            in_and_out,
        ),
        ("counter", "d"): (
            "What does BatchNorm do with its averages in evaluation mode?",
            running,
        ),
        ("hidden", "a"): ("Where does hidden start?", running),
        ("hidden", "d"): (
            "What does BatchNorm do with its averages in evaluation mode?",
            running,
        ),
        ("hidden", "b"): (
            "Put decay_rate = 0.5 and the mean of the batch into the formula.",
            running,
        ),
        ("hidden", "c"): (
            "Put decay_rate = 0.5 and the mean of the batch into the formula.",
            running,
        ),
    }
    for name in names[1:]:
        given = predicted[name]
        if isinstance(given, dict):
            given = [given[key] for key in sorted(given, key=str)]
        try:
            rows = [np.asarray(value, dtype=float).ravel() for value in given]
            numbers = np.array([row[0] if np.ptp(row) == 0 else np.nan for row in rows])
        except Exception as error:
            reason = f"{name} must be a list of five numbers, one for each state, and it is {str(given)[:60]}. {task}"
            raise AssertionError(reason) from error
        assert numbers.shape == (5,), (
            f"{name} has {numbers.size} numbers; it needs five, one for each of the states a to e. {task}"
        )
        right = np.isclose(numbers, truth[name], rtol=1e-3, atol=1e-3)
        averages = [float(jnp.mean(ema["average"])) for ema in mean]
        assert (
            right.all()
            or name != "hidden"
            or not np.allclose(numbers[1:], averages[1:], rtol=1e-3)
        ), (
            "hidden holds the values of average, which is hidden / (1 - 0.5**counter). Look at the formulas in "
            f'"{running}" again.'
        )
        first = "abcde"[int(np.argmin(right))]
        hint, section = hints.get((name, first), (start, in_and_out))
        assert right.all(), (
            f"{name}: {right.sum()} of 5 are right, and in state {first} it is not {numbers[int(np.argmin(right))]:g}. "
            f'{hint} Read "{section}" again.'
        )
    print("All entries agree with the states that watched_states returned.")


assert "predicted" in globals(), (
    "Exercise state-predict: define predicted in the cell above and run it, then run this check."
)
check_predicted_state(predicted)

# %% [markdown]
# ## Carry the new state through the gradient: `has_aux`
#
# In a training step, `apply` runs inside the loss that you differentiate. The new state appears in there, and
# it must get out. Storing it in a global variable would keep a tracer; return it beside the loss instead. With
# `has_aux=True`, JAX differentiates the first part of the pair and passes on the second:


# %%
def loss_fn(params, state, x):
    out, new_state = watched.apply(params, state, None, x, is_training=True)
    return jnp.mean((out - 1) ** 2), new_state


watched = hk.transform_with_state(watched_net)
params, state = watched.init(jax.random.key(0), fours, is_training=True)
(loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(
    params, state, eights
)
print("counter:", new_state["norm/~/mean_ema"]["counter"])
print("hidden: ", new_state["norm/~/mean_ema"]["hidden"])
print("grads:  ", jax.tree.map(jnp.shape, grads))

# %% [markdown]
# The state is not the first argument of the loss, so it gets no gradient and no learning rate: the new state
# *replaces* the old one. If you leave out `has_aux` and return the loss alone,
# training runs, and the running means stay as they were after `init`.

# %% tags=["hidden"]
assert new_state["norm/~/mean_ema"]["counter"] == 1
assert jnp.all(new_state["norm/~/mean_ema"]["hidden"] == 4.0)
assert grads.keys() == params.keys()

# %% [markdown]
# ## Exercise: a training step with BatchNorm
#
# Define `train_step(params, state, x, y)` for `network` and the two rings: one step of gradient descent, with
# `learning_rate` from the cell below, on the *cross-entropy*: the mean of `-log(p)` where the label is 1, and of
# `-log(1 - p)` where it is 0, as `sigmoid_cross_entropy(logits, labels)` computes it. It returns the triple
# `(new_params, new_state, loss)`:
#
# - `new_params`: the parameters after the step;
# - `new_state`: the state after this batch, seen in training mode with the parameters *before* the step;
# - `loss`: the loss before the step, shape `()`.
#
# Here `x` has shape `(B, 2)` and `y` shape `(B,)`, for any batch size from 2 up. It must also run as
# `jax.jit(train_step)`, and must not change or delete what it is given.
#
# Here is a specification in NumPy. First the loss, with the mean and variance that BatchNorm sees:


# %%
from snippets.evaluation import accuracy, sigmoid_cross_entropy

learning_rate = 0.3


def slow_loss(params, x, y):
    hidden, norm, logit = params["hidden"], params["norm"], params["logit"]
    h = x @ hidden["w"] + hidden["b"]  # (B, 16)
    mean, var = h.mean(axis=0, keepdims=True), h.var(axis=0, keepdims=True)
    h = (h - mean) / np.sqrt(var + 1e-5) * norm["scale"] + norm["offset"]
    logits = (np.maximum(h, 0) @ logit["w"] + logit["b"])[:, 0]  # (B,)
    loss = np.mean(np.logaddexp(0, np.where(y == 1, -logits, logits)))
    return loss, {"norm/~/mean_ema": mean, "norm/~/var_ema": var}


# %% [markdown]
# Then the step: it nudges one parameter at a time for the slopes, and updates the running averages.


# %%
def slow_train_step(params, state, x, y):
    params = jax.tree.map(lambda leaf: np.array(leaf, dtype=float), params)
    x, y = np.array(x, dtype=float), np.array(y)
    loss, batch = slow_loss(params, x, y)
    new_params = jax.tree.map(np.copy, params)
    for leaf, new in zip(*map(jax.tree.leaves, (params, new_params)), strict=True):
        for index in np.ndindex(leaf.shape):
            kept = leaf[index]
            leaf[index] = kept + 1e-6
            above, _ = slow_loss(params, x, y)
            leaf[index] = kept - 1e-6
            below, _ = slow_loss(params, x, y)
            leaf[index] = kept
            new[index] -= learning_rate * (above - below) / 2e-6
    new_state = {}
    for module, value in batch.items():
        counter = int(state[module]["counter"]) + 1
        hidden = 0.9 * np.array(state[module]["hidden"]) + 0.1 * value
        average = hidden / (1 - 0.9**counter)
        new_state[module] = {"counter": counter, "hidden": hidden, "average": average}
    return new_params, new_state, loss


# %% [markdown]
# On four points:

# %%
params, state = network.init(jax.random.key(1), train_x[:4], is_training=True)
x, y = train_x[:4], train_y[:4]
slow_params, slow_state, slow_value = slow_train_step(params, state, x, y)
print("x:", *x, " y:", y)
print(f"loss: {slow_value:.4f}")
print("bias of the logit:", params["logit"]["b"], "->", slow_params["logit"]["b"])
print(f"mean of channel 0: {slow_state['norm/~/mean_ema']['average'][0, 0]:.4f}")

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Write the loss as a function inside `train_step`, of the parameters alone; it can read `state`, `x` and `y`
# from outside. What must it return so that the new state gets out?
#
# </details>


# %% exercise="batch-norm-step" kind="build" minutes="12"
def train_step(params, state, x, y):
    """One step on the batch x (B, 2), y (B,): returns (new_params, new_state, loss)."""

    ### BEGIN SOLUTION
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, loss
    ### END SOLUTION


# %% check="batch-norm-step"
def step_case(draw, size, scale, counter):
    """Parameters, state after `counter` steps, and a batch; entries of several sizes and both signs."""

    def normal(*shape):
        return draw.normal(size=shape)

    params = {
        "hidden": {"w": normal(2, 16) / scale, "b": normal(16)},
        "norm": {"scale": 1 + normal(1, 16) / 2, "offset": normal(1, 16)},
        "logit": {"w": normal(16, 1) * (1 + scale) / 2, "b": normal(1)},
    }
    hidden = {"mean_ema": normal(1, 16), "var_ema": draw.uniform(0.1, 2, (1, 16))}
    state = {
        f"norm/~/{name}": {
            "counter": jnp.int32(counter),
            "hidden": jnp.float32(value if counter else 0 * value),
            "average": jnp.float32(value / (1 - 0.9 ** max(counter, 1))),
        }
        for name, value in hidden.items()
    }
    x = jnp.float32((normal(size, 2) + draw.choice([-1, 1])) * scale)
    y = jnp.int32(draw.permutation(np.arange(size) % 2))
    return jax.tree.map(jnp.float32, params), state, x, y


def check_train_step(f):
    carry = "Carry the new state through the gradient: `has_aux`"
    in_and_out = "`hk.transform_with_state`: state goes in and comes out"
    running = "BatchNorm keeps running means"
    task = 'Read the sentences before the cell in "Exercise: a training step with BatchNorm" again.'
    assert callable(f), (
        f"train_step is a {type(f).__name__}, not a function of params, state, x and y. {task}"
    )
    is_network = isinstance(globals().get("network"), hk.TransformedWithState)
    is_rate = globals().get("learning_rate") == 0.3
    assert all([is_network, is_rate]), (
        "network or learning_rate is no longer what the cells above made it: run those cells again, then yours and this one."
    )

    def called(f, *arguments, told):
        try:
            with jax.default_matmul_precision("highest"):
                return f(*arguments)
        except Exception as error:
            if "write your code here" in str(error):
                raise
            said = f"{type(error).__name__}: {error}"
            advice = {
                "Apply must be called": "The arguments of apply are params, state, key (here None), and then the inputs: "
                f'read "{in_and_out}".',
                "state argument does not": "The arguments of apply are params, state, key (here None), and then the inputs: "
                f'read "{in_and_out}".',
                "'tuple' object": f'apply returns a pair, the output and the new state: read "{in_and_out}".',
                "scalar-output": f'Does the loss return a pair? Then `value_and_grad` needs has_aux=True: read "{carry}".',
                "has_aux": f'The loss must return the pair (loss, new_state): read "{carry}".',
                "aux output": f'The loss must return the pair (loss, new_state): read "{carry}".',
                "unpack": f'Note the parentheses in `(loss, new_state), grads = ...`: read "{carry}".',
                "unexpected tracer": f'The state was stored during the run; return it from the loss: read "{carry}".',
                "boolean conversion": "The step must run under jit, where an `if` on an array fails.",
                "Abstract tracer": "Return the loss as it is, without float() or .item(): the step must run under jit.",
                "traced array": "The step must run under jit: use jnp, no NumPy and no float().",
                "int32": "Differentiate with respect to params only; the state gets no gradient: "
                f'read "{carry}".',
                "been deleted": "An array was deleted: don't donate the arguments.",
                "tree": "Params and state have different structures: only the parameters take a step: "
                f'read "{carry}".',
            }
            advice = next(
                (text for part, text in advice.items() if part in said),
                'Read "What can go wrong".',
            )
            said = " ".join(said.split())[:160]
            reason = f"{told} your function stopped. {advice} It said: {said}"
            raise AssertionError(reason) from error

    def is_like(tree, model):
        return jax.tree.structure(tree) == jax.tree.structure(model)

    draw = np.random.default_rng(4)
    step = jax.jit(f)
    for size, scale, counter in [
        (6, 1, 0),
        (6, 8, 40),
        (64, 1, 3),
        (64, 0.25, 1),
        (6, 30, 5),
    ]:
        params, state, x, y = step_case(draw, size, scale, counter)
        right_params, right_state, right_loss = slow_train_step(params, state, x, y)
        given = (jax.tree.map(jnp.copy, params), jax.tree.map(jnp.copy, state), x, y)
        told = f"With a batch of {size} after {counter} steps{', under jax.jit' if size == 64 else ''},"
        result = called(step if size == 64 else f, *given, told=told)
        assert not any(leaf.is_deleted() for leaf in jax.tree.leaves(given)), (
            f"{told} your step deleted what it was given: don't donate here. {task}"
        )
        same = is_like(given[:2], (params, state)) and all(
            map(np.array_equal, *map(jax.tree.leaves, (given[:2], (params, state))))
        )
        assert same, (
            f"{told} your step changed the dictionaries that it was given: build new ones, as `jax.tree.map` does. {task}"
        )
        triple = result if isinstance(result, (tuple, list)) else [result]
        assert len(triple) == 3, (
            f"train_step returned {'None' if result is None else f'{len(triple)} of the three things'}; return the triple "
            f"(new_params, new_state, loss). {task}"
        )
        new_params, new_state, loss = result
        leaves = jax.tree.leaves(result)
        assert not any(isinstance(leaf, jax.core.Tracer) for leaf in leaves), (
            f'A tracer is in what train_step returned: return the new state from the loss, with has_aux. Read "{carry}" again.'
        )
        assert all(hasattr(leaf, "shape") or np.isscalar(leaf) for leaf in leaves), (
            f"train_step must return arrays, in two dictionaries and one loss. {task}"
        )
        assert not any(
            leaf.is_deleted() for leaf in leaves if isinstance(leaf, jax.Array)
        ), f"{told} an array that you return is deleted: don't donate here. {task}"
        orders = {
            "(new_params, loss, new_state)": (new_params, loss, new_state),
            "(new_state, new_params, loss)": (new_state, new_params, loss),
            "(loss, new_params, new_state)": (new_state, loss, new_params),
        }
        for order, (p, s, _) in orders.items():
            assert not (is_like(p, params) and is_like(s, state)), (
                f"It returns {order}; the exercise asks for (new_params, new_state, loss). {task}"
            )
        for name, tree, model in [
            ("new_params", new_params, params),
            ("new_state", new_state, state),
            ("loss", loss, 0.0),
        ]:
            assert is_like(tree, model), (
                f"{told} {name} does not have the structure it should have: {str(jax.tree.map(jnp.shape, tree))[:160]}. "
                f'The triple is (new_params, new_state, loss). Read "{carry}" again.'
            )
            shapes = [jax.tree.map(jnp.shape, t) for t in (tree, model)]
            assert shapes[0] == shapes[1], (
                f"{told} {name} has the shapes {shapes[0]}, not {shapes[1]}. {task}"
            )
        assert all(np.isfinite(np.asarray(leaf, float)).all() for leaf in leaves), (
            f"{told} the result has entries that are not finite. {task}"
        )

        def near(one, other, rtol=2e-3, atol=1e-4):
            one, other = (jax.tree.leaves(tree) for tree in (one, other))
            return all(
                np.allclose(a, b, rtol=rtol, atol=atol * max(1, np.max(np.abs(b))))
                for a, b in zip(one, other, strict=True)
            )

        if not near(new_state, right_state):
            _, late_state, _ = slow_train_step(new_params, state, x, y)
            _, twice_state, _ = slow_train_step(params, right_state, x, y)
            _, fresh_state, _ = slow_train_step(
                params, step_case(draw, 4, 1, 0)[1], x, y
            )
            assert not near(new_state, state), (
                f"{told} the state did not move: new_state is the state that went in. Is apply in training mode, and do you "
                f'return what it returned? Read "{carry}" and "{running}" again.'
            )
            assert not near(new_state, late_state), (
                f"{told} new_state is that of the parameters after the step; take the one that apply returned in the loss. "
                f'Read "{carry}" again.'
            )
            assert not near(new_state, twice_state), (
                f"{told} new_state has seen the batch twice: the counter is {int(counter) + 2}, not {int(counter) + 1}. Call "
                f'apply once, inside the loss. Read "{carry}" again.'
            )
            hidden = (new_state["norm/~/mean_ema"], fresh_state["norm/~/mean_ema"])
            assert not near(*hidden), (
                f"{told} new_state starts from a fresh state: hand the argument `state` to apply. "
                f'Read "{in_and_out}" again.'
            )
            raise AssertionError(
                f"{told} new_state is not what apply returns for `params`, `state` and `x` in training mode. Is it the argument "
                f'`state` that goes in, and does the new one come out unchanged? Read "{carry}" again.'
            )
        after, _ = slow_loss(right_params, np.array(x, dtype=float), y)
        if not np.isclose(float(loss), right_loss, rtol=1e-3, atol=1e-5):
            case = f"{told} the loss is {float(loss):.4f}, not {right_loss:.4f}."
            assert not np.isclose(float(loss), after, rtol=1e-3), (
                f"{case} That is the loss after the step; return the one before. {task}"
            )
            assert not np.isclose(float(loss), right_loss * size, rtol=1e-3), (
                f"{case} That is the sum over the batch, and the exercise asks for the mean. {task}"
            )
            raise AssertionError(
                f"{case} It should be the mean of sigmoid_cross_entropy(logits, y), with logits in training mode. {task}"
            )
        right, yours = (
            np.concatenate(
                [
                    (np.asarray(old, float) - np.asarray(new, float)).ravel() / 0.3
                    for old, new in zip(
                        *map(jax.tree.leaves, (params, tree)), strict=True
                    )
                ]
            )
            for tree in (right_params, new_params)
        )
        size_of = np.max(np.abs(right))
        rounding = 3e-6 * np.concatenate(
            [np.abs(np.asarray(leaf)).ravel() for leaf in jax.tree.leaves(params)]
        )

        def steps_like(
            other, rtol=3e-4, yours=yours, size_of=size_of, rounding=rounding
        ):
            return np.all(np.abs(yours - other) <= rtol * size_of + rounding)

        if not steps_like(right):
            assert yours.any(), (
                f"{told} new_params are the parameters that went in: subtract learning_rate times the gradient. {task}"
            )
            assert not steps_like(-right), (
                f"{told} the step goes uphill: subtract the gradient. {task}"
            )
            assert not steps_like(size * right), (
                f"{told} the step is {size} times too long: take the mean over the batch, not the sum. {task}"
            )
            factor = float(yours @ right / (right @ right))
            assert abs(factor - 1) < 0.02 or not steps_like(factor * right, 3e-3), (
                f"{told} the step has the right direction and {factor:.3g} times the right length. Is it learning_rate times "
                f"the gradient, without clipping? {task}"
            )
            raise AssertionError(
                f"{told} new_params are not params - learning_rate * gradient. Is the gradient that of the mean cross-entropy, "
                f'with is_training=True and with respect to all parameters? Read "{carry}" again.'
            )
    params, state = network.init(jax.random.key(7), train_x[:64], is_training=True)
    xs, ys = np.array(train_x).reshape(16, 64, 2), np.array(train_y).reshape(16, 64)
    for i in range(400):
        batch = jnp.asarray(xs[i % 16]), jnp.asarray(ys[i % 16])
        params, state, loss = called(step, params, state, *batch, told="Under jax.jit")
    logits, _ = network.apply(params, state, None, test_x, is_training=False)
    share = float(accuracy(logits, test_y))
    assert share > 0.99, (
        f"After 400 compiled steps the accuracy in evaluation mode is {share:.3f}; it should be above 0.99. Does your step "
        f'read only its arguments, so that jit sees them change? Read "{carry}" again.'
    )
    print(
        f"Tested on five batches: parameters, state and loss agree with the specification. After 400 steps: {share:.3f}."
    )


assert "train_step" in globals(), (
    "Exercise batch-norm-step: define train_step in the cell above and run it, then run this check."
)
check_train_step(train_step)

# %% [markdown]
# ## Training mode, evaluation mode
#
# Now train with your step, on shuffled batches of 64.

# %%
from snippets.data import minibatches

compiled_step = jax.jit(train_step)
first_params, first_state = network.init(
    jax.random.key(1), train_x[:64], is_training=True
)
params, state = first_params, first_state
for epoch in range(20):
    key = jax.random.fold_in(jax.random.key(4), epoch)
    for x, y in minibatches(key, (train_x, train_y), 64):
        params, state, loss = compiled_step(params, state, x, y)

print(f"loss of the last batch: {loss:.3f}")
print("steps:", state["norm/~/mean_ema"]["counter"])

# %% [markdown]
# Three evaluations on new points follow: as intended; with the state from `init`, as if every new state were lost;
# and in training mode, one point at a time.


# %%
def share_correct(state):
    logits, _ = network.apply(params, state, None, test_x, is_training=False)
    return accuracy(logits, test_y)


def logit_of_one(point):
    logits, _ = network.apply(params, state, None, point[None], is_training=True)
    return logits[0]


single_logits = jax.vmap(logit_of_one)(test_x)
single = accuracy(single_logits, test_y)
print(f"evaluation mode:              {share_correct(state):.3f}")
print(f"the same, state thrown away:  {share_correct(first_state):.3f}")
print(f"training mode, single points: {single:.3f}")

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The same parameters give different outputs in the two modes: is that a bug? And why are single points no
# better than guessing?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is how BatchNorm works. In training mode the output for a point depends on the other points in the batch,
# through their mean and variance; in evaluation mode it depends on that point alone. With a batch of one, the
# mean *is* the point: subtracting it leaves zero, whatever the point was, and all {{ len(test_x) }} points get
# one and the same logit, {{ float(single_logits[0]):.2f}}. So evaluate with `is_training=False`, also when you
# have a whole batch.
#
# </details>
#
# Throwing the state away does not always show: if the weights before BatchNorm have moved little since,
# the old averages still fit.
#
# `is_training` is a Python `bool` that the network uses in an `if`. Under `jit`, capture it or make it static:
# `jax.jit(network.apply, static_argnames="is_training")`, passed by name.

# %% tags=["hidden"]
assert share_correct(state) > 0.99
assert share_correct(first_state) < 0.9
assert 0.4 < single < 0.6
assert np.ptp(single_logits) < 1e-4
assert state["norm/~/mean_ema"]["counter"] == 320
whole, _ = network.apply(params, state, None, test_x, is_training=True)
assert accuracy(whole, test_y) > 0.98
compiled_apply = jax.jit(network.apply, static_argnames="is_training")
logits, _ = compiled_apply(params, state, None, test_x, is_training=False)
assert accuracy(logits, test_y) == share_correct(state)
_captured = jax.jit(lambda *given: network.apply(*given, None, test_x, False)[0])
assert accuracy(_captured(params, state), test_y) == share_correct(state)
_later = params, state
for x, y in minibatches(jax.random.key(5), (train_x, train_y), 64):
    *_later, _ = compiled_step(*_later, x, y)
_kept, _ = compiled_apply(_later[0], state, None, test_x, is_training=False)
assert accuracy(_kept, test_y) > 0.95  # sixteen states thrown away


def error_of(f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


# %% [markdown]
# ## Draw inside a network: `hk.next_rng_key`
#
# The key that you give to `apply` is not for one draw. Haiku splits it, and each call of `hk.next_rng_key()`
# inside the network hands out another key. `hk.maybe_next_rng_key()` does the same, but where `apply` was
# given no key it returns `None` instead of failing.


# %%
def two_draws():
    return jax.random.normal(hk.next_rng_key()), jax.random.normal(hk.next_rng_key())


drawing = hk.transform(two_draws)
print(drawing.apply({}, jax.random.key(0)))
print(drawing.apply({}, jax.random.key(0)))
print(hk.transform(hk.maybe_next_rng_key).apply({}, None))

# %% [markdown]
# Two different numbers in one call, and the same two in the next. Without a key, `next_rng_key` fails.

# %% raises="MissingRNGError" match="You must pass a non-None PRNGKey to init and/or apply"
drawing.apply({}, None)

# %% [markdown]
# *Outside* of the network you make the keys. Many Haiku scripts use `hk.PRNGSequence`, an iterator that splits a
# key of its own each time you call `next`. It changes when you use it, so a compiled function should make its
# own, from a key, and not capture one.

# %%
keys = hk.PRNGSequence(jax.random.key(0))
print(drawing.apply({}, next(keys)))
print(drawing.apply({}, next(keys)))

# %% [markdown]
# ## Dropout: a fresh key at each step
#
# `hk.dropout(key, rate, x)` is a function, not a module. It sets each entry to zero with probability `rate` and
# divides the others by `1 - rate`, so that the expected value stays the same. Here is a regression network that
# drops entries *if it got a key*.


# %%
def curve_net(x, is_training, rate=0.1):
    x = hk.BatchNorm(True, True, decay_rate=0.9)(x, is_training)
    for _ in range(2):
        x = jax.nn.relu(hk.Linear(64)(x))
        key = hk.maybe_next_rng_key()
        if key is not None:
            x = hk.dropout(key, rate, x)
    return hk.Linear(1)(x)  # (B, 1)


curve = hk.transform_with_state(curve_net)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# You train with `curve.apply(params, state, key, x, is_training=True)`, and `key` is the same at every step.
# What happens?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The same key gives the same masks: with batches of one shape, the same units of the same rows are erased at
# every step. No error, and the loss falls. But dropout is meant to stop units from relying on each other, and
# for that the mask must change. Pass a key of its own to each step.
#
# </details>
#
# ## `TrainingState`: the form of research code
#
# Parameters, state and key now travel together, so research code puts them into a named tuple, which is a
# pytree. The step takes it and returns a new one, with metrics. (`hk.Params` and `hk.State` are the types of
# Haiku's trees, for annotations.)

# %%
from snippets.losses import mean_squared_error


class TrainingState(NamedTuple):
    params: hk.Params
    state: hk.State
    key: jax.Array


def curve_loss(params, state, key, batch, rate):
    x, y = batch
    out, new_state = curve.apply(params, state, key, x, is_training=True, rate=rate)
    return mean_squared_error(out, y), new_state


@jax.jit
def update(train, batch, rate=0.1):
    key, step_key = jax.random.split(train.key)
    (loss, state), grads = jax.value_and_grad(curve_loss, has_aux=True)(
        train.params, train.state, step_key, batch, rate
    )
    params = jax.tree.map(lambda p, g: p - 0.05 * g, train.params, grads)
    return TrainingState(params, state, key), {"loss": loss}


# %% [markdown]
# Each step uses one half of the key and keeps the other. The pair that it returns is what `jax.lax.scan` wants, so
# all of training can be one call. The data are forty noisy points of a sine between -2 and 2.

# %%
x_key, noise_key, init_key, train_key = jax.random.split(jax.random.key(5), 4)
x = jax.random.uniform(x_key, (40, 1), minval=-2, maxval=2)
y = jnp.sin(2 * x) + 0.1 * jax.random.normal(noise_key, (40, 1))


def train_curve(rate):
    train = TrainingState(*curve.init(init_key, x, is_training=True), train_key)
    return jax.lax.scan(lambda s, _: update(s, (x, y), rate), train, length=3000)


train, metrics = train_curve(0.1)
print("first loss:", metrics["loss"][0], " last loss:", metrics["loss"][-1])

# %% [markdown]
# ## Monte-Carlo dropout
#
# In evaluation you usually drop nothing: `is_training=False`, and `None` for the key. If you keep dropout on,
# each key gives a different prediction, and their spread estimates how uncertain the network is: this is
# **Monte-Carlo dropout**. One `vmap` runs it for five hundred keys, another for seven rates.

# %%
grid = jnp.linspace(-4, 4, 81)[:, None]  # (81, 1)
keys = jax.random.split(jax.random.key(6), 500)


def mean_and_spread(rate):
    train, _ = train_curve(rate)

    def predict(key):
        params, state, _ = train
        out, _ = curve.apply(params, state, key, grid, is_training=False, rate=rate)
        return out[:, 0]  # (81,)

    draws = jax.vmap(predict)(keys)  # (500, 81)
    return draws.mean(axis=0), draws.std(axis=0)


rates = jnp.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5])
centers, spreads = jax.jit(jax.vmap(mean_and_spread))(rates)  # (7, 81), (7, 81)

# %% [markdown]
# Compare the rates: what happens to the band among the points, and outside, where there are none?

# %% tags=["plot", "frames"] alt="Noisy points of a sine, the mean of 500 dropout predictions, and a band of two standard deviations."
line = grid[:, 0]
inner = spreads[:, jnp.abs(line) < 2].mean(axis=1)  # (7,)
outer = spreads[:, jnp.abs(line) > 3].mean(axis=1)  # (7,)
missed = []
for i, rate in enumerate(rates):
    print(f"dropout rate {rate:.2f}")
    fig, ax = plt.subplots(figsize=(6.4, 3.8))
    low, high = centers[i] - 2 * spreads[i], centers[i] + 2 * spreads[i]
    ax.fill_between(line, low, high, color="C0", alpha=0.25)
    ax.plot(line, centers[i], "C0")
    ax.plot(line, jnp.sin(2 * line), "C2--")
    ax.plot(x, y, "C1o")
    ax.text(3.9, 4.3, "mean and two standard deviations", color="C0", ha="right")
    ax.text(3.9, 3.6, "training points", color="C1", ha="right")
    ax.text(3.9, 2.9, "without noise", color="C2", ha="right")
    ax.set(xlabel="x", ylabel="prediction", xlim=(-4, 4), ylim=(-5, 5))
    ax.set_title(
        f"standard deviation {inner[i]:.2f} among the points, {outer[i]:.2f} beyond 3"
    )
    plt.show()
    off = (y < jnp.interp(x, line, low)) | (y > jnp.interp(x, line, high))
    missed.append(int(off.sum()))

# %% [markdown]
# Without dropout the 500 predictions agree, also beyond 3, where all are far from the sine, so
# agreement is no proof. As the rate rises the band widens. At 0.5 training suffers, and {{ missed[6] }} of the
# 40 points lie outside. So its width is largely a setting of yours: treat a widening band as a warning sign
# rather than a confidence interval.

# %% tags=["hidden"]
assert spreads[0].max() < 1e-4
assert jnp.abs(centers[0] - jnp.sin(2 * line))[jnp.abs(line) > 3].mean() > 1
assert (jnp.diff(inner[:6]) > 0).all()
assert (outer[1:] > 1.5 * inner[1:]).all()
assert missed[6] > 5
assert max(missed[2:5]) < missed[6]
assert metrics["loss"][-1] < 0.2
once = [
    curve.apply(train.params, train.state, key, x, is_training=False)[0]
    for key in (jax.random.key(0), jax.random.key(0), jax.random.key(1))
]
assert jnp.array_equal(once[0], once[1])
assert not jnp.array_equal(once[0], once[2])

# %% [markdown]
# ## What gets lost inside a network
#
# *Inside* a transformed function, `jax.vmap`, `jax.grad` and `jax.lax.scan` don't know about Haiku's keys and
# state. Around code without these, and without parameters, they are fine. Take dropout on rows of ones:


# %%
def drop_row(row):
    return hk.dropout(hk.next_rng_key(), 0.5, row)


ones = jnp.ones((5, 6))
inner_vmap = hk.transform(lambda x: jax.vmap(drop_row)(x))

# %% [markdown]
# Does each of the five rows get its own mask?

# %% tags=["predict"]
print(inner_vmap.apply({}, jax.random.key(0), ones))

# %% [markdown]
# All rows lose the same entries, and nothing complains: `jax.vmap` traces `drop_row` once, so Haiku hands out one
# key. `hk.vmap` knows about the keys: you say with `split_rng` whether each row gets its own.


# %%
def fresh_rows(x):
    return hk.vmap(drop_row, split_rng=not hk.running_init())(x)


print(hk.transform(fresh_rows).apply({}, jax.random.key(0), ones))

# %% [markdown]
# `hk.running_init()` is true inside `init`, where the rows must not differ: if the mapped function makes
# parameters, `hk.vmap` refuses to split there. Plain dropout needs neither: call `hk.dropout` on the whole batch.
#
# | inside the network | what happens | instead |
# |---|---|---|
# | `jax.vmap` around a draw | one mask for all rows, no message | `hk.vmap` |
# | `jax.lax.scan` around a draw | one mask for all steps, no message | `hk.scan` |
# | `jax.grad` around `hk.set_state` | a tracer in the new state, an error when you use it | `hk.grad` |
#
# While you develop, put `with hk.config.context(check_jax_usage=True):` around `init` and `apply`. All three
# then raise a `JaxUsageError`.

# %% tags=["hidden"]
masks = np.array(inner_vmap.apply({}, jax.random.key(0), ones))
assert len(np.unique(masks, axis=0)) == 1
fresh = np.array(hk.transform(fresh_rows).apply({}, jax.random.key(0), ones))
assert len(np.unique(fresh, axis=0)) == 5


def drop_four_times(x, scan):
    def body(carry, _):
        return hk.dropout(hk.next_rng_key(), 0.5, carry), None

    return scan(body, x, None, length=4)[0]


def energy_gradient(x, grad):
    def energy(x):
        value = jnp.sum(x**2)
        hk.set_state("energy", value)
        return value

    return grad(energy)(x)


many = jnp.ones(10000)
for scan, low, high in [(jax.lax.scan, 0.45, 0.55), (hk.scan, 0.05, 0.075)]:
    out = hk.transform(drop_four_times).apply({}, jax.random.key(0), many, scan)
    assert low < jnp.mean(out > 0) < high
leaky = hk.transform_with_state(energy_gradient)
_, leaked = leaky.apply({}, {}, None, many, jax.grad)
assert isinstance(leaked["~"]["energy"], jax.core.Tracer)
assert error_of(jnp.exp, leaked["~"]["energy"]).startswith("UnexpectedTracerError")
_, sound = leaky.apply({}, {}, None, many, hk.grad)
assert sound["~"]["energy"] == 10000
with hk.config.context(check_jax_usage=True):
    for f, args in [
        (hk.transform(drop_four_times), (many, jax.lax.scan)),
        (inner_vmap, (ones,)),
        (leaky, (many, jax.grad)),
    ]:
        assert error_of(f.init, jax.random.key(0), *args).startswith("JaxUsageError")
    for f, args in [
        (
            hk.transform(drop_four_times).apply,
            ({}, jax.random.key(0), many, jax.lax.scan),
        ),
        (inner_vmap.apply, ({}, jax.random.key(0), ones)),
        (leaky.apply, ({}, {}, None, many, jax.grad)),
    ]:
        assert error_of(f, *args).startswith("JaxUsageError")
    _pure = hk.transform(lambda x: jax.vmap(jax.grad(lambda row: jnp.sum(row**2)))(x))
    assert (_pure.apply({}, None, ones) == 2).all()
_inside = hk.transform(
    lambda x: jax.lax.scan(lambda c, _: (hk.Linear(6)(c), None), x, length=2)[0]
)
_leaves = jax.tree.leaves(_inside.init(jax.random.key(0), ones))
assert all(isinstance(leaf, jax.core.Tracer) for leaf in _leaves)  # no message either
_sequence = hk.PRNGSequence(jax.random.key(0))
_captures = jax.jit(lambda: jax.random.normal(next(_sequence)))
assert _captures() == _captures()
assert error_of(lambda: jax.random.normal(next(_sequence))).startswith(
    "UnexpectedTracer"
)
_makes = jax.jit(lambda key: jax.random.normal(next(hk.PRNGSequence(key))))
assert len({float(_makes(jax.random.key(i))) for i in (0, 0, 1)}) == 2
assert "rate must be in [0, 1)" in error_of(hk.dropout, jax.random.key(0), 1.0, ones)
message = error_of(
    hk.transform(lambda x: hk.vmap(hk.Linear(2), split_rng=True)(x)).init,
    jax.random.key(0),
    ones,
)
assert "not hk.running_init()" in message

# %% [markdown]
# ## Exercise: repair a dropout of sensors
#
# Recordings have the shape `(B, T, S)`: `B` recordings, `T` times, `S` sensors. To make a model robust against
# broken sensors, training should switch off sensors at random, each for a *whole* recording. This code runs
# without an error:


# %%
def broken_drop_sensors(x, rate):  # x: (B, T, S)
    def one_recording(recording):  # (T, S)
        return hk.dropout(hk.next_rng_key(), rate, recording)

    return jax.vmap(one_recording)(x)


def broken_run_epoch(key, batches, rate):  # batches: (N, B, T, S)
    net = hk.transform(broken_drop_sensors)
    return jnp.stack([net.apply({}, key, batch, rate) for batch in batches])


dropped = broken_run_epoch(jax.random.key(0), jnp.ones((3, 4, 5, 6)), 0.5)
on = np.array(dropped > 0)  # (N, B, T, S)
print("sensors 0-5, first three times:\n", on[0, 0, :3].astype(int))
print(
    "recordings alike:",
    (on == on[:, :1]).all(),
    " batches alike:",
    (on == on[:1]).all(),
)

# %% [markdown]
# It has three faults: a sensor flickers within a recording, all recordings of a batch lose the same entries,
# and so do all batches. Define both repaired functions:
#
# - `drop_sensors(x, rate)`, to be used as `hk.transform(drop_sensors).apply({}, key, x, rate)`: the array `x`,
#   shape `(B, T, S)`, where each sensor of each recording is switched off with probability `rate`,
#   independently, for all `T` times; all other entries are divided by `1 - rate`.
# - `run_epoch(key, batches, rate)`: what `drop_sensors` makes of each batch, with masks that are independent
#   from batch to batch, shape `(N, B, T, S)`. The same `key` gives the same result.
#
# <details>
# <summary>Hint</summary>
#
# You have to draw one number for each recording and sensor. You can drop entries of an array of ones that has
# the right shape and multiply, or look at the last argument in `help(hk.dropout)`.
#
# </details>


# %% exercise="dropout-mask" kind="repair" minutes="12"
def drop_sensors(x, rate):
    """Switch off whole sensors of x (B, T, S) with probability rate; runs inside hk.transform."""

    ### BEGIN SOLUTION
    return hk.dropout(hk.next_rng_key(), rate, x, broadcast_dims=(1,))
    ### END SOLUTION


def run_epoch(key, batches, rate):
    """Apply drop_sensors to each of the batches (N, B, T, S), with fresh masks for each."""

    ### BEGIN SOLUTION
    net = hk.transform(drop_sensors)
    keys = jax.random.split(key, len(batches))
    outputs = [net.apply({}, k, b, rate) for k, b in zip(keys, batches, strict=True)]
    return jnp.stack(outputs)
    ### END SOLUTION


# %% check="dropout-mask"
def check_dropout_mask(drop_sensors, run_epoch):
    lost, draw_inside = (
        "What gets lost inside a network",
        "Draw inside a network: `hk.next_rng_key`",
    )
    dropout = "Dropout: a fresh key at each step"
    task = 'Read the sentences before the cell in "Exercise: repair a dropout of sensors" again.'
    for name, f in {"drop_sensors": drop_sensors, "run_epoch": run_epoch}.items():
        assert callable(f), (
            f"{name} is a {type(f).__name__}, not a function; the check transforms drop_sensors itself. {task}"
        )

    def called(name, f, *arguments):
        try:
            result = f(*arguments)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            if "write your code here" in said:
                raise
            advice = {
                "'haiku' has no attribute": f'In Haiku dropout is a function, hk.dropout(key, rate, x): read "{dropout}".',
                "split_rng": f'Say whether each row gets its own key, with split_rng: read "{lost}".',
                "part of an `hk.transform`": "Haiku's functions work only inside hk.transform(...).apply(...): "
                f'read "{draw_inside}".',
                "MissingRNG": f'Pass a key to apply: read "{draw_inside}".',
                "Unable to retrieve": f"drop_sensors needs no parameters. {task}",
            }
            advice = next(
                (text for part, text in advice.items() if part in said),
                f'Read "{draw_inside}" again.',
            )
            said = " ".join(said.split())[:200]
            reason = f"{name} stopped. {advice} It said: {said}"
            raise AssertionError(reason) from error
        assert result is not None, f"{name} returns None: `return` is missing. {task}"
        if isinstance(result, (list, tuple)):
            result = [leaf for leaf in result if leaf is not None]
        try:
            result = np.array(result, dtype=float)
        except Exception as error:
            reason = f"{name} returns a {type(result).__name__} that cannot be read as one array of floats. {task}"
            raise AssertionError(reason) from error
        assert np.isfinite(result).all(), (
            f"{name} returns entries that are not finite; what is switched off is 0. {task}"
        )
        return result

    def mask_of(name, out, x, rate):
        """1 where a sensor is on, shape (..., S); the times have been compared."""
        assert out.shape == x.shape, (
            f"{name} returns the shape {out.shape} for an input of shape {x.shape}; the shape stays the same. {task}"
        )
        ratio = out / np.array(x, dtype=float)
        on = np.abs(ratio) > 1e-3
        assert on.any(axis=-2).any() or rate == 0, (
            f"{name}, rate {rate}: everything is switched off. {task}"
        )
        assert not on.all() or rate == 0, (
            f'{name}, rate {rate}: nothing is switched off. Read "{dropout}" again.'
        )
        kept = ratio[on]
        assert not np.allclose(kept, 1, rtol=1e-3) or rate == 0, (
            f"{name}, rate {rate}: entries that stay on are as in x; divide them by 1 - rate, as hk.dropout does. "
            f'Read "{dropout}" again.'
        )
        assert not np.allclose(kept, 1 / (1 - rate) ** 2, rtol=1e-3) or rate == 0, (
            f"{name}, rate {rate}: entries that stay on are divided by 1 - rate twice; hk.dropout does it once already. "
            f'Read "{dropout}" again.'
        )
        assert np.allclose(kept, 1 / (1 - rate), rtol=1e-3), (
            f"{name}, rate {rate}: entries that stay on must be x / (1 - rate), and some are "
            f"{kept[np.argmax(np.abs(kept * (1 - rate) - 1))]:.3f} times x. {task}"
        )
        assert (on == on[..., :1, :]).all(), (
            f"{name}, rate {rate}: a sensor is on at some times of a recording and off at others. Draw one number for each "
            f"recording and sensor, for all T times. {task}"
        )
        return on[..., 0, :].astype(float)

    def rows(masks, axis):
        return np.moveaxis(masks, axis, 0).reshape(masks.shape[axis], -1)

    def require_different(name, masks, axis, rate, told):
        """Masks along `axis` must not be alike."""
        who, what, advice, section = told
        masks = rows(masks, axis)
        assert len(np.unique(masks, axis=0)) == len(masks), (
            f"{name}, rate {rate}: all {who}, or some of them, switch off the same {what}. {advice} "
            f'Read "{section}" again.'
        )

    def require_independent(name, masks, axis, rate, told):
        """Their correlations must look like chance."""
        who, _, advice, section = told
        masks = (rows(masks, axis) - (1 - rate)) / np.sqrt(rate * (1 - rate))
        related = np.abs(masks @ masks.T / masks.shape[1])
        np.fill_diagonal(related, 0)
        assert (
            np.max(related) < 6 * 0.5 / min(rate, 1 - rate) / masks.shape[1] ** 0.5
        ), (
            f"{name}, rate {rate}: what the {who} switch off is not independent. {advice} "
            f'Read "{section}" again.'
        )

    draw = np.random.default_rng(3)
    recordings = (
        "recordings of a batch",
        "sensors",
        "Each recording needs its own mask.",
        lost,
    )
    sensors = ("sensors", "recordings", "Each is switched off on its own.", dropout)
    steps = (
        "batches of an epoch",
        "sensors",
        "Each batch needs a key of its own.",
        dropout,
    )
    for rate, shape in [(0.5, (20, 4, 12)), (0.2, (14, 3, 12))]:
        x = jnp.float32(draw.choice([-1, 1], shape) * draw.uniform(0.5, 20, shape))
        net = hk.transform(drop_sensors)
        masks = []
        for i in range(24):
            key = jax.random.fold_in(jax.random.key(8), i)
            out = called("drop_sensors", net.apply, {}, key, x, rate)
            if i == 0:
                again = called("drop_sensors", net.apply, {}, key, x, rate)
                assert np.array_equal(out, again), (
                    "drop_sensors gives two results for one key: draw with hk.next_rng_key() and nothing else. "
                    f'Read "{draw_inside}" again.'
                )
            masks.append(mask_of("drop_sensors", out, x, rate))
        masks = np.array(masks)  # (24, B, S)
        assert (masks != masks[:1]).any(), (
            "drop_sensors gives the same mask for every key: it must draw with hk.next_rng_key(), from the key that apply "
            f'was given. Read "{draw_inside}" again.'
        )
        require_different("drop_sensors", masks, 2, rate, sensors)
        require_different("drop_sensors", masks, 1, rate, recordings)
        share = masks.mean()
        assert abs(share - (1 - rate)) < 6 * (rate * (1 - rate) / masks.size) ** 0.5, (
            f"drop_sensors, rate {rate}: {share:.3f} of the sensors stay on, and it should be about {1 - rate:.3f}. "
            f"The rate is the share that is switched off. {task}"
        )
        require_independent("drop_sensors", masks, 1, rate, recordings)
        require_independent("drop_sensors", masks, 2, rate, sensors)
        counts = masks.sum(axis=2)
        assert counts.var() > 0.5 * shape[2] * rate * (1 - rate), (
            f"drop_sensors, rate {rate}: the recordings keep nearly the same number of sensors each. Every sensor is drawn "
            f"on its own, so the number varies. {task}"
        )
        batches = jnp.float32(draw.uniform(1, 3, (4, *shape)))
        key, other = jax.random.key(9), jax.random.key(10)
        outs = [
            called("run_epoch", run_epoch, k, batches, rate) for k in (key, key, other)
        ]
        masks = mask_of("run_epoch", outs[0], batches, rate)  # (N, B, S)
        require_different("run_epoch", masks, 0, rate, steps)
        require_different("run_epoch", masks, 1, rate, recordings)
        require_independent("run_epoch", masks, 0, rate, steps)
        assert np.array_equal(outs[0], outs[1]), (
            "run_epoch gives two results for one key: make all keys from the argument `key`. "
            f'Read "{dropout}" again.'
        )
        assert not np.array_equal(outs[0], outs[2]), (
            "run_epoch gives the same result for two keys: make the keys of the steps from the argument `key`. "
            f'Read "{dropout}" again.'
        )
    x = jnp.ones((2, 3, 4))
    out = called("drop_sensors", hk.transform(drop_sensors).apply, {}, key, x, 0.0)
    assert np.array_equal(out, x), f"drop_sensors, rate 0: x must stay as it is. {task}"
    print(
        "Tested with two shapes and rates: masks differ by recording, by batch and by key, and last a whole recording."
    )


for _name in ("drop_sensors", "run_epoch"):
    assert _name in globals(), (
        f"Exercise dropout-mask: define {_name} in the cell above and run it, then run this check."
    )
check_dropout_mask(drop_sensors, run_epoch)

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# Most messages have a longer explanation in the [error index](../reference/errors.py).
#
# - `NonEmptyStateError: If your transformed function uses hk.{get,set}_state then use hk.transform_with_state.`
#   Do so, and unpack two results from `init` and from `apply`.
# - `ValueError: No value for 'average' in 'batch_norm/~/mean_ema', perhaps set an init function?` `init` ran with
#   `is_training=False`, which only reads the averages. Run `init` with `is_training=True`.
# - `TypeError: state argument does not appear valid. It should be a mapping`, or, if the key is `None`,
#   `ValueError: Apply must be called with an RNG as the second argument` The state is missing between parameters
#   and key.
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` `is_training` went through `jit` as
#   an ordinary argument: make it static.
# - No message, but evaluation is bad and training was good: a state thrown away, or the wrong mode.
#
# </div>

# %% tags=["hidden"]
messages = [
    error_of(network.init, jax.random.key(0), test_x, is_training=False),
    error_of(counter.apply, {}, jax.random.key(0), x),
    error_of(network.apply, params, jax.random.key(0), x, is_training=True),
    error_of(jax.jit(network.apply), first_params, first_state, None, test_x, True),
]
for message, start in zip(
    messages,
    [
        "ValueError: No value for 'average' in 'norm/~/mean_ema', perhaps",
        "TypeError: state argument does not appear valid. It should be a mapping",
        "TypeError",
        "TracerBoolConversionError: Attempted boolean conversion of traced array",
    ],
    strict=True,
):
    assert message.startswith(start), message

# %% [markdown]
# ## What you learned
#
# - `hk.transform_with_state` gives `init` and `apply` that take and return state; passing it on is your job.
# - BatchNorm normalises with the batch in training mode and with its running means in evaluation mode.
# - The loss returns the new state beside its value, and `has_aux=True` carries it through the gradient.
# - Inside a network, `hk.next_rng_key` hands out keys made from the one that `apply` got. The same key gives
#   the same run, so each step needs its own.
# - Params, state and key travel in one `TrainingState`, through a step that returns `(new_state, metrics)`.
# - Inside a network use `hk.vmap`, `hk.scan` and `hk.grad` around what draws, has state or makes parameters: JAX's
#   own lose keys and state.
#
# Next: [Application: a classifier](classifier.py), where you put the whole course to work.
