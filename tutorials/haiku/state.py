# %% [markdown]
# # State and randomness in a network
#
# BatchNorm remembers, dropout draws at random, and yet `apply` is pure: it takes the state and a key as arguments, and
# returns the new state beside its output.

# %% tags=["short"]
import haiku as hk
import jax.numpy as jnp


def norm(x, train):
    return hk.BatchNorm(True, True, 0.9)(x, train)


net = hk.transform_with_state(norm)
x = jnp.array([[4.0], [6.0]])
params, state = net.init(None, x, train=True)
for b in (x, x + 10):
    y, state = net.apply(params, state, None, b, train=True)
    print(state["batch_norm/~/mean_ema"]["average"])

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - train a network with BatchNorm, and evaluate it in the right mode;
# - give dropout a fresh key at each step and for each row;
# - write the training step of research code, with a `TrainingState` in and a new one out.
#
# You need: [`init` and `apply`](transform.py), [`value_and_grad`](../jax/gradients.py) and
# [keys](../jax/random_keys.py).
#
# </div>

# %% [markdown]
# ## A counter: `hk.get_state` and `hk.set_state`
#
# Haiku carries memory and keys through your network, but passing them from call to call remains your job, and mistakes
# there are often silent. The smallest memory is a counter. `hk.get_state` reads a value and may say how to make it;
# `hk.set_state` replaces it. A missing parameter is made in `init` only. A missing state is usually made in `apply`
# too, if the read says how.

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
# `hk.transform` refuses state: its `apply` returns the output and nothing else, so the new count would have
# nowhere to go.
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
# The state is a tree like that of the parameters; `"~"` stands for values outside any module and name scope. After
# `init` the count is 0, although `init` ran the function once, because `init` usually returns the value that an entry
# had *first*, here the zero that `get_state` made.
#
# The next cell calls `apply` three times, each time with `state` as it came from `init`. Which count does each return?
#
# - [{{ new_state["~"]["count"] == 3 }}] 1, 2, 3
# - [{{ new_state["~"]["count"] == 0 }}] 0, 0, 0
# - [{{ new_state["~"]["count"] == 1 }}] 1, 1, 1
# - [{{ new_state["~"]["count"] == 2 }}] 0, 1, 2

# %% tags=["predict"]
for _ in range(3):
    out, new_state = counter.apply(params, state, None, x)
    print(new_state["~"]["count"])

# %% [markdown]
# It is 1 three times, because `apply` doesn't change `state`, and the loop never passes `new_state` on. You get no
# error, so watch for this mistake. Write `out, state = ...apply(params, state, ...)`, so that each call gets
# what the last one returned, and, where something is drawn at random, a key of its own:

# %% tags=["plot", "cover"] alt="Three calls of apply in a row pass the count on; each takes the same params, an x and its own key."
# Caption: State moves only if you pass on what the last call returned; parameters stay
# the same.
from snippets.drawing import DATA, PARAMETERS, array, arrow, box, canvas, note

axes, passed = canvas(14.6), state
first = "params, state = counter.init(None, x) | 'count': Array(0, dtype=int32)"
given, stored = "(params, state, None, x)", 'new_state["~"]["count"]'
trees = box(axes, 17.4, 1.6, "params", PARAMETERS, of=first)
count = state["~"]["count"]
before = array(axes, 0.7, 5.8, count, (), PARAMETERS, form=".0f", of=first)
for call, middle in enumerate((7, 17.4, 27.8)):
    _, passed = counter.apply(params, passed, None, x)
    count = passed["~"]["count"]
    apply = box(axes, middle, 6.9, "apply", of="counter.apply")
    for start in before, trees:
        arrow(axes, start, apply, color=PARAMETERS, of=given)
    arrow(axes, (middle - 1.4, 11.6), (middle - 1.4, 8), of=given)
    note(axes, middle - 2, 13, f"x\nkey {call}", of=given, color=DATA)
    arrow(axes, (middle + 1.4, 8), (middle + 1.4, 11.6), of="out")
    note(axes, middle + 1.8, 12.4, "out", of="out", color=DATA)
    after = array(axes, middle + 4.1, 5.8, count, (), PARAMETERS, form=".0f", of=stored)
    arrow(axes, apply, after, color=PARAMETERS, of="out, new_state")
    before = after
for column in range(4):
    of = stored if column else first
    note(axes, 1.8 + 10.4 * column, 8.9, "state", of=of, color=PARAMETERS)
plt.show()

# %% [markdown]
# ## BatchNorm keeps running means
#
# BatchNorm subtracts a mean from each channel and divides by a standard deviation. Then it multiplies by a `scale` and
# adds an `offset`, which here are parameters.
#
# $$y = \text{scale} \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \text{offset}$$
#
# With `is_training=True`, $\mu$ and $\sigma^2$ come from the batch, which a `cross_replica_axis` can spread over
# devices. With `is_training=False` they are running averages over the batches seen in training, unless you ask for
# `test_local_stats=True`. These averages are state. Here is a network with one BatchNorm, which should tell two rings
# of points apart. Its output is a *logit*: the label is 1 with probability `p = sigmoid(logit)`.


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
# `hidden` starts at zero and stays too close to it at first; in `float32` the division corrects that. If you come from
# PyTorch: its `momentum` is the weight of the *new* batch, so **`decay_rate` is 1 minus `momentum`**, and PyTorch's
# default of 0.1 becomes 0.9. But PyTorch starts its averages at 0 and 1 without that correction, and averages the
# *unbiased* variance, $n / (n - 1)$ times Haiku's for $n$ values, so after few or small batches the two evaluate
# differently.
#
# Here is a BatchNorm on its own, fed sixty batches of sixteen numbers around 5.

# %%
norm = hk.transform_with_state(
    lambda x: hk.BatchNorm(False, False, 0.9, name="norm")(x, is_training=True)
)
batches = 5 + 2 * jax.random.normal(jax.random.key(3), (60, 16, 1))


def remember(state, batch):
    _, state = norm.apply({}, state, None, batch)
    return state, state["norm/~/mean_ema"]


_, state = norm.init(None, batches[0])
_, history = jax.lax.scan(remember, state, batches)

# %% tags=["plot"] alt="Means of batches scatter around 5. Their running mean stays near 5 from the start; hidden climbs from 0."
# Caption: The running mean is far steadier than the means of the batches that it is
# made of.
steps = np.arange(1, 61)
fig, ax = plt.subplots()
ax.plot(steps, batches.mean(axis=(1, 2)), "C2o")
ax.plot(steps, history["average"].ravel(), "C0")
ax.plot(steps, history["hidden"].ravel(), "C1")
ax.annotate("average, used in evaluation", (60, 3.3), color="C0", ha="right")
ax.annotate("hidden", (8, 2.1), color="C1")
ax.annotate("mean of one batch", (60, 6.4), color="C2", ha="right")
ax.set(
    xlabel="step",
    ylabel="mean of the channel",
    ylim=(0, 6.8),
    title="The running mean settles while batches scatter",
)
plt.show()

# %% [markdown]
# The means of the batches have a standard deviation of {{ float(batches.mean(axis=(1, 2)).std()):.2f}}. After step 20,
# that of the running mean is only {{ float(history["average"][20:].std()):.2f}}, because it rests on many batches, and
# `hidden` catches up with `average` as $d^{\,t}$ vanishes. The two modes differ in where the mean comes from:

# %% tags=["plot"] alt="Training: the mean of the batch goes to the output and into the state. Evaluation: the state gives the mean."
# Caption: In training a row's output depends on its batch, in evaluation on stored
# averages alone.
both = hk.transform_with_state(
    lambda x, train: hk.BatchNorm(False, False, 0.9, name="norm")(x, is_training=train)
)
last, _ = jax.lax.scan(remember, state, batches)
fours = batches[:, :4]
axes, four = canvas(22.4), fours[fours.mean(axis=(1, 2)).argmax()]
kept, updated = 'state["norm/~/mean_ema"]', "decay_rate=0.9"
for top, train in (2.2, True), (13.4, False):
    text, mode = (
        f"is_training={train}",
        "is_training=True" if train else "(x, is_training)",
    )
    note(axes, 35.5, top - 1.4, text, "right", mode, family="monospace")
    out, after = both.apply({}, last, None, four, train)
    before, after = (its["norm/~/mean_ema"]["average"][0] for its in (last, after))
    given = "(state, batch)"
    grid = array(axes, 1, top + 5.6, four[:, 0], (), DATA, 2.6, ".1f", given)
    old = array(axes, 6.2, top - 0.6, before, (), PARAMETERS, 3, ".2f", kept)
    note(axes, 5.8, top + 0.9, "state", "right", kept, color=PARAMETERS)
    new = array(axes, 27.2, top - 0.6, after, (), PARAMETERS, 3, ".2f", updated)
    step = box(axes, 18, top + 6.9, "normalise", of="hk.BatchNorm")
    arrow(axes, grid, step, of="hk.BatchNorm")
    rows = array(axes, 24.6, top + 5.6, out[:, 0], (), DATA, 2.6, ".1f", "norm.apply")
    arrow(axes, step, rows, of="norm.apply")
    source = old
    if train:
        source = array(axes, 16.5, top + 1.6, four.mean(), (), DATA, 3, ".2f", mode)
        note(axes, 20, top + 4.5, "mean of the batch", "left", mode, color=DATA)
        arrow(axes, grid, source, of=mode)
        arrow(axes, source, new, of=updated)
    arrow(axes, source, step, color=DATA if train else PARAMETERS, of=mode)
    arrow(axes, old, new, color=PARAMETERS, of=updated)
plt.show()

# %% [markdown]
# ## Exercise: predict the state
#
# This network counts its calls, normalises, and has a linear layer. Each of its batches consists only of fours or
# only of eights. Don't run `watched_states` yet.


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
# Define `predicted_state`, a dictionary with four entries:
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
# predicted_state = {
#     "shapes": {...},  # such as {"module": {"name": (2, 3)}}
#     "calls": [..., ..., ..., ..., ...],  # in a, b, c, d, e
#     "counter": [..., ..., ..., ..., ...],
#     "hidden": [..., ..., ..., ..., ...],
# }
### BEGIN SOLUTION
_average = {"counter": (), "hidden": (1, 3), "average": (1, 3)}
predicted_state = {
    "shapes": {
        "~": {"calls": ()},
        "norm/~/mean_ema": _average,
        "norm/~/var_ema": _average,
    },
    "calls": [0, 1, 2, 3, 2],
    "counter": [0, 1, 2, 2, 2],
    "hidden": [0.0, 2.0, 5.0, 5.0, 3.0],
}
### END SOLUTION


# %% check="state-predict"
from publishing.teaching.checking import predicted

_states = watched_states()
_means = [state["norm/~/mean_ema"] for state in _states]
_evaluation = "Does this happen in evaluation mode, too?"
_start = (
    "From which state was this one made, and how many steps lie between it and `init`?"
)
_init = "`init` ran the network once. What does it return for a value that was stored later?"
predicted(
    globals(),
    "predicted_state",
    {
        "shapes": {
            module: {name: leaf.shape for name, leaf in leaves.items()}
            for module, leaves in _states[0].items()
        },
        "calls": [int(state["~"]["calls"]) for state in _states],
        "counter": [int(mean["counter"]) for mean in _means],
        "hidden": [float(mean["hidden"][0, 0]) for mean in _means],
    },
    {
        "shapes": "What is trained, and what is state? Is it kept for each channel or once? Compare with the state of ring_net.",
        "calls": _start,
        ("calls", 0): _init,
        ("calls", 3): _evaluation,
        "counter": _start,
        ("counter", 0): _init,
        ("counter", 3): _evaluation,
        "hidden": "Put d = 0.5 and the mean of the batch into the formula of hidden, not of average.",
        ("hidden", 0): "Where does hidden start?",
        ("hidden", 3): _evaluation,
    },
)
print("All entries agree with the states that watched_states returned.")

# %% [markdown]
# ## Carry the new state through the gradient: `has_aux`
#
# In a training step, `apply` runs inside the loss that you differentiate, so the new state appears there, and you
# have to get it out. In a compiled step, a global variable would keep tracers. Return the state beside the loss: with
# [`has_aux=True`](update.py#return-new-parameters-and-metrics), JAX differentiates the first part of the pair and
# passes on the second:


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
# The state is not the first argument of the loss, so it gets no gradient and no learning rate. Instead, the new
# state *replaces* the old one. If you leave out `has_aux` and return the loss alone, training runs, and the running
# means stay as they were after `init`.

# %% tags=["hidden"]
assert new_state["norm/~/mean_ema"]["counter"] == 1
assert np.all(new_state["norm/~/mean_ema"]["hidden"] == 4.0)
assert grads.keys() == params.keys()
# %% [markdown]
# ## Exercise: a training step with BatchNorm
#
# A batch that is too large for the memory comes in `M` parts. Define `train_step(params, state, x, y)` for `network` and
# the two rings, where `x` has shape `(M, B, 2)` and `y` shape `(M, B)`, for any `M` from 1 and `B` from 2 up: *one* step
# of gradient descent, with `learning_rate` from the cell below. The loss is the mean over the parts of their
# *cross-entropy*: the mean of `-log(p)` where the label is 1, and of `-log(1 - p)` where it is 0, as
# `sigmoid_cross_entropy(logits, labels)` computes it. It returns the triple `(new_params, new_state, loss)`:
#
# - `new_params`: the parameters after the step;
# - `new_state`: the state after all parts, in their order, each seen in training mode with the parameters *before* the
#   step and the state that the part before left behind;
# - `loss`: the loss before the step, shape `()`.
#
# It must also run as `jax.jit(train_step)`, must not change or delete its arguments, and its program must not grow with
# `M`: `jax.make_jaxpr` shows as many equations for ten parts as for two.
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
# Then the step, which nudges one parameter at a time to find its derivative, and updates the running averages.


# %%
def slow_train_step(params, state, x, y):
    params = jax.tree.map(lambda leaf: np.array(leaf, dtype=float), params)
    parts = list(zip(np.array(x, dtype=float), np.array(y), strict=True))

    def loss():
        return np.mean([slow_loss(params, *part)[0] for part in parts])

    new_params = jax.tree.map(np.copy, params)
    for leaf, new in zip(*map(jax.tree.leaves, (params, new_params)), strict=True):
        for index in np.ndindex(leaf.shape):
            kept = leaf[index]
            leaf[index] = kept + 1e-6
            above = loss()
            leaf[index] = kept - 1e-6
            below = loss()
            leaf[index] = kept
            new[index] -= learning_rate * (above - below) / 2e-6
    for part in parts:
        old, state = state, {}
        for module, value in slow_loss(params, *part)[1].items():
            count = int(old[module]["counter"]) + 1
            hidden = 0.9 * np.array(old[module]["hidden"]) + 0.1 * value
            average = hidden / (1 - 0.9**count)
            state[module] = {"counter": count, "hidden": hidden, "average": average}
    return new_params, state, loss()


# %% [markdown]
# On two parts of four points:

# %%
params, state = network.init(jax.random.key(1), train_x[:4], is_training=True)
x, y = train_x[:8].reshape(2, 4, 2), train_y[:8].reshape(2, 4)
slow_params, slow_state, slow_value = slow_train_step(params, state, x, y)
print("x:", x.shape, " y:", *y)
print(f"loss: {slow_value:.4f}")
print("bias of the logit:", params["logit"]["b"], "->", slow_params["logit"]["b"])
print(f"mean of channel 0: {slow_state['norm/~/mean_ema']['average'][0, 0]:.4f}")

# %% [markdown]
# <details>
# <summary>Hint: from part to part</summary>
#
# What goes through all parts and comes out at the end is a carry of `jax.lax.scan`, as the state was in `remember`.
# The parts are the rows of the pair `(x, y)`.
#
# </details>
#
# <details>
# <summary>Hint: the gradient</summary>
#
# A scan can be differentiated like anything else, so the loss may hold it. What must the loss return so that the new
# state gets out? Or take a gradient in each round, and carry their sum.
#
# </details>


# %% exercise="batch-norm-step" kind="build" minutes="12"
def train_step(params, state, x, y):
    """One step on M parts x (M, B, 2), y (M, B): returns (new_params, new_state, loss)."""

    ### BEGIN SOLUTION
    def loss_fn(params):
        def one_part(state, part):
            x, y = part  # (B, 2), (B,)
            logits, state = network.apply(params, state, None, x, is_training=True)
            return state, sigmoid_cross_entropy(logits, y)

        new_state, losses = jax.lax.scan(one_part, state, (x, y))  # losses (M,)
        return losses.mean(), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, loss
    ### END SOLUTION


# %% check="batch-norm-step"
from publishing.teaching.checking import Check, differing
from snippets.jaxprs import equations

_of_apply = 'What does apply take, and what does it return? Read "`hk.transform_with_state`: state goes in and comes out" again.'
_check = Check(
    globals(),
    "train_step",
    "Carry the new state through the gradient: `has_aux`",
    {
        "Apply must be called": _of_apply,
        "state argument does not": _of_apply,
        "'tuple' object": _of_apply,
        "scalar-output": "Which part of a pair is to be differentiated?",
        "aux": "With has_aux, what must the loss return?",
        "unpack": "How are the results nested, and where do the parentheses stand?",
        "traced array": "Under jax.jit nothing has a value: no `if` on an array, no float(), no NumPy.",
        "int32": "What is differentiated, and does the state take a step?",
        "": "Does only params take a step, and with which gradient?",
    },
)


def equations_of(step):
    return lambda *given: len(list(equations(jax.make_jaxpr(step)(*given))))


def _some(parts, size, scale, counter):
    """Parameters, a state after `counter` parts, and the parts of a batch."""
    draw = np.random.default_rng(size)  # the same numbers in each run
    params = jax.tree.map(lambda p: p + draw.normal(size=p.shape), slow_params)
    params["hidden"]["w"] /= scale
    params["logit"]["w"] *= (1 + scale) / 2
    state = {}
    for name in slow_state:
        hidden = draw.uniform(0.1, 2, (1, 16)) * (counter > 0)
        average = hidden / (1 - 0.9 ** max(counter, 1))
        state[name] = jax.tree.map(jnp.float32, {"hidden": hidden, "average": average})
        state[name]["counter"] = jnp.int32(counter)
    x = draw.normal(size=(parts, size, 2)) + draw.choice([-1, 1], (parts, 1, 1))
    x *= scale
    y = jnp.int32(draw.permuted(np.resize([0, 1], (parts, size)), axis=1))
    return jax.tree.map(jnp.float32, params), state, jnp.float32(x), y


def _of_step(old, new):
    pairs = zip(*map(jax.tree.leaves, (old, new)), strict=True)
    steps = [np.ravel(np.float64(p) - n) for p, n in pairs]
    return np.concatenate(steps) / learning_rate


def _case(parts, size, scale, counter, by):
    case = old, old_state, x, y = _some(parts, size, scale, counter)
    when = f"With x {x.shape} after {counter} other parts, "
    new, state, before = slow_train_step(*case)
    _, late, last = slow_train_step(new, *case[1:])
    result = _check.call(*case, by=by, when=when)
    result = tuple(result) if isinstance(result, tuple | list) else result

    def longer(factor):
        return jax.tree.map(lambda p, n: p + factor * (n - p), old, new)

    end, end_state, end_loss = slow_train_step(old, old_state, x[-1:], y[-1:])
    joined = slow_train_step(old, old_state, x.reshape(1, -1, 2), y.reshape(1, -1))
    walked, walked_state, losses = old, old_state, []
    for part in zip(x, y, strict=True):
        part = (p[None] for p in part)
        walked, walked_state, loss = slow_train_step(walked, walked_state, *part)
        losses.append(loss)
    order = "the exercise asks for (new_params, new_state, loss), in this order."
    mistakes = {
        order: (new, before, state),
        f"first comes the state; {order}": (state, new, before),
        f"the loss is missing; {order}": (new, state),
        f"two of them are in a pair of their own; {order}": ((new, state), before),
        "new_state belongs to the parameters after the step.": (new, late, before),
        "new_state has seen the last part only.": (new, end_state, before),
        "the loss is that of the last part.": (end, state, end_loss),
        "only the first part is used.": slow_train_step(old, old_state, x[:1], y[:1]),
        "the parts are joined to one batch.": joined,
        "each part takes a step of its own.": (walked, walked_state, np.mean(losses)),
        "the loss is the one after the step.": (new, state, last),
        "that is the sum over the parts.": (longer(parts), state, parts * before),
        "that is the sum over the rows.": (longer(size), state, size * before),
        "new_params are the parameters that came in.": (old, state, before),
        "the step leads uphill.": (longer(-1), state, before),
        "": "Is all of it made from what is given, in training mode, with learning_rate and the mean cross-entropy?",
    }
    same = isinstance(result, tuple) and not differing(result[1:2], (old_state,))
    told = "new_state is the one that came in. Is apply in training mode, and its state returned?"
    _check.require(not same, when + told)
    _check.agrees(result, (new, state, before), mistakes, when)
    typed = jax.tree.map(lambda n, s: np.asarray(n, s.dtype), state, old_state)
    told = {"": "Is it the state as `apply` returns it, with a counter of integers?"}
    _check.agrees(result[1], typed, told, when, "new_state", rtol=1, dtypes=True)
    told = {"": "Is it learning_rate times the gradient, of all parameters, as it is?"}
    steps = (_of_step(old, tree) for tree in (result[0], new))
    _check.agrees(*steps, told, when, "the step, divided by learning_rate,")


_several, _many = np.random.default_rng().integers((5, 65), (9, 99)).tolist()
_case(1, 6, 1.0, 0, None)
_case(3, 6, 8.0, 40, None)
_cases = (2, _many, 1.0, 3, jax.jit), (_several, 7, 0.25, 1, jax.jit)
_check.over(_case, *_cases, (2, 3, 30.0, 5, None))
_more = 7 * _several
_counts = [_check.call(*_some(n, 4, 1, 1), by=equations_of) for n in (2, _more)]
_told = f"The program has {_counts[0]} equations for 2 parts, {_counts[1]} for {_more}."
_told += " What loops over the parts, Python or JAX?"
_check.require(_counts[0] >= _counts[1], _told)
print("Parameters, state and loss agree with the specification on five batches.")

# %% [markdown]
# ## Training mode, evaluation mode
#
# Now train with your step, on shuffled batches of 64, each in one part.

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
        params, state, loss = compiled_step(params, state, x[None], y[None])

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
# The same parameters give different outputs in the two modes. Why are single points no better than guessing?
#
# - [{{ np.ptp(single_logits) > 0.1 }}] The statistics of one point are noisy, so its logit is random.
# - [{{ np.ptp(single_logits) < 1e-4 }}] The mean of one point is the point, so all logits are the same.
# - [{{ jnp.isnan(single_logits).any() }}] The variance of one point is 0, so its logit is nan.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is how BatchNorm works. In training mode the output for a point depends on the other points in the batch,
# through their mean and variance; in evaluation mode it depends on that point alone. With a batch of one row, the
# mean *is* the point (an image still has its pixels): subtracting it leaves zero, whatever the point was, and all
# {{ len(test_x) }} points get one and the same logit, {{ float(single_logits[0]):.2f}}. So evaluate with
# `is_training=False`, even when you have a whole batch.
#
# </details>
#
# You may not notice that the state was thrown away, because stale averages still fit if the weights before
# BatchNorm have moved little since they were taken.
#
# Nor does this network notice if you resume training from a file without the state, or with a part of it. In training
# mode `apply` makes the missing entries, although it would refuse to make a parameter. Evaluation mode only reads the
# averages, and stops if one is missing.

# %%
saved = {"mean only": {"norm/~/mean_ema": state["norm/~/mean_ema"]}, "nothing": {}}
for title, part in saved.items():
    _, resumed = network.apply(params, part, None, train_x[:64], is_training=True)
    counters = {module: int(its["counter"]) for module, its in resumed.items()}
    print(f"{title:9}", counters)

# %% [markdown]
# Here a counter of 1 says that its average begins with this batch. So before you go on, compare the tree and the
# shapes of what you loaded with those that `init` returns.
#
# `is_training` is a Python `bool`, which the network uses in an `if`. Under `jit`, capture it or make it static:
# `jax.jit(network.apply, static_argnames="is_training")`, passed by name.

# %% [markdown]
# ## Draw inside a network: `hk.next_rng_key`
#
# The key that you give to `apply` is good for many draws, because Haiku splits it when Python calls
# `hk.next_rng_key()`. `hk.maybe_next_rng_key()` does the same, but if `apply` was given no key it returns `None`
# instead of failing.


# %%
def two_draws():
    return jax.random.normal(hk.next_rng_key()), jax.random.normal(hk.next_rng_key())


drawing = hk.transform(two_draws)
print(drawing.apply({}, jax.random.key(0)))
print(drawing.apply({}, jax.random.key(0)))
print(hk.transform(hk.maybe_next_rng_key).apply({}, None))

# %% [markdown]
# Within one call the two numbers differ, but the next call, with the same key, draws the same two. Without a key,
# `next_rng_key` fails.

# %% raises="MissingRNGError" match="You must pass a non-None PRNGKey to init and/or apply"
drawing.apply({}, None)

# %% [markdown]
# *Outside* of the network you make the keys. Many Haiku scripts use `hk.PRNGSequence`, an iterator that splits its keys
# off the one you give it. It changes when you use it, so do not capture one in a compiled function.

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


# %% tags=["hidden"]
def _mask(key):
    return hk.dropout(key, 0.5, jnp.ones((4, 50))) > 0


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# You train with `curve.apply(params, state, key, x, is_training=True)`, and `key` is the same at every step.
# What happens?
#
# - [{{ (_mask(key) == _mask(key)).all() }}] The same units are zeroed at every step, and the loss falls.
# - [{{ (_mask(key) != _mask(key)).any() }}] Other units are zeroed at every step, as Haiku splits the key.
# - [{{ jax.config.jax_debug_key_reuse }}] The second step stops with an error, as the key is used up.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The same key gives the same masks: as all batches have one shape here, the same units of the same rows are zeroed at
# every step. There is no error, and the loss falls. But dropout is meant to stop units from relying on each other, and
# for that the mask must change, so give each step a key of its own.
#
# </details>
#
# ## `TrainingState`: the form of research code
#
# Parameters, state and key now travel together, so research code puts all three into [a named
# tuple](update.py#read-a-real-update-function). The step takes such a tuple and returns a new one, with metrics.
# (`hk.Params` and `hk.State` are the types of Haiku's trees, for annotations.)

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
# Each step splits the key, uses one of the two new keys and keeps the other. It returns the pair that `jax.lax.scan`
# expects, so all of training can be one call. The data are forty noisy points of a sine between -2 and 2.

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
# In evaluation you usually drop nothing: `is_training=False`, and `None` for the key. If you keep dropout on, the
# predictions vary with the key, and their spread estimates how uncertain the network is, a method known as
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
results = jax.jit(jax.vmap(mean_and_spread))(rates)
centers, spreads = map(np.array, results)  # (7, 81), (7, 81)

# %% [markdown]
# Compare the rates: what happens to the band among the points and outside?

# %% tags=["plot", "frames"] alt="Noisy points of a sine, the mean of 500 dropout predictions, and a band of two standard deviations."
# Caption: Where the predictions agree they can all be wrong; how wide the band is
# depends on the rate that you choose.
line = np.array(grid)[:, 0]
inner = spreads[:, np.abs(line) < 2].mean(axis=1)  # (7,)
outer = spreads[:, np.abs(line) > 3].mean(axis=1)  # (7,)
missed = []
for i, rate in enumerate(rates):
    print(f"dropout rate {rate:.2f}")
    fig, ax = plt.subplots()
    low, high = centers[i] - 2 * spreads[i], centers[i] + 2 * spreads[i]
    ax.fill_between(line, low, high, color="C0", alpha=0.25)
    ax.plot(line, centers[i], "C0")
    ax.plot(line, np.sin(2 * line), "C2--")
    ax.plot(x, y, "C1o")
    ax.text(3.9, 4.3, "mean and two standard deviations", color="C0", ha="right")
    ax.text(3.9, 3.6, "training points", color="C1", ha="right")
    ax.text(3.9, 2.9, "without noise", color="C2", ha="right")
    ax.set(xlabel="x", ylabel="prediction", xlim=(-4, 4), ylim=(-5, 5))
    ax.set_title(
        f"standard deviation {inner[i]:.2f} among the points, {outer[i]:.2f} beyond 3"
    )
    plt.show()
    off = (y < np.interp(x, line, low)) | (y > np.interp(x, line, high))
    missed.append(int(off.sum()))

# %% [markdown]
# Without dropout the 500 predictions agree, even beyond 3, where all are far from the sine, so agreement proves
# nothing. As the rate rises to 0.3, the band widens. At 0.5 the fit itself can suffer; how many of the 40 points lie
# outside depends on the key, and here it is {{ missed[6] }}. You largely set the band's width yourself, so read a
# widening band as a warning, not as a confidence interval.

# %% tags=["hidden"]
assert spreads[0].max() < 1e-4
assert inner[5] > inner[1]

# %% [markdown]
# ## What gets lost inside a network
#
# *Inside* a transformed function, JAX's own transformations don't know about Haiku's
# [frame](transform.py#build-transform-yourself), which holds keys and state. Around code that asks Haiku for nothing,
# they usually work. Parameters that are made under `jax.vmap` or `jax.grad` usually survive. If they are made under
# `jax.jit`, `jax.checkpoint` or `jax.lax.scan`, the tree usually holds tracers, and a function from outside the
# network may keep its first parameters and key. Take dropout on rows of ones:


# %%
def drop_row(row):
    return hk.dropout(hk.next_rng_key(), 0.5, row)


ones = jnp.ones((5, 6))
inner_vmap = hk.transform(lambda x: jax.vmap(drop_row)(x))

# %% [markdown]
# Does each of the five rows get its own mask?
#
# - [{{ np.ptp(inner_vmap.apply({}, jax.random.key(0), ones), 0).any() }}] Yes: `jax.vmap` runs `drop_row` once for each row.
# - [{{ inner_vmap.apply({}, jax.random.key(0), ones).std(0).any() }}] Yes: `jax.vmap` splits the key, as it splits the rows.
# - [{{ not np.ptp(inner_vmap.apply({}, jax.random.key(0), ones), 0).any() }}] No: `jax.vmap` traces `drop_row` once, with one key.

# %% tags=["predict"]
print(inner_vmap.apply({}, jax.random.key(0), ones))

# %% [markdown]
# All rows lose the same entries, and there is no error, because `jax.vmap` traces `drop_row` once, so that Haiku
# splits off one key. `hk.vmap` knows about the keys, and its `split_rng` says whether each row gets its own. Code
# that only shares parameters passes `split_rng=False`, and then the rows are no better off:


# %%
def one_mask(x):
    return hk.vmap(drop_row, split_rng=False)(x)


def fresh_rows(x):
    return hk.vmap(drop_row, split_rng=not hk.running_init())(x)


for rows in (one_mask, fresh_rows):
    print(rows.__name__)
    print(hk.transform(rows).apply({}, jax.random.key(0), ones))

# %% [markdown]
# `hk.running_init()` is true inside `init`. If the mapped function draws first parameters there, all rows share them,
# so `hk.vmap` refuses to split. Plain dropout does not need a `vmap`: call `hk.dropout` on the whole batch.
#
# | inside the network | what can happen | instead |
# |---|---|---|
# | `jax.vmap` around a draw | one mask for all rows, no message | `hk.vmap(..., split_rng=not hk.running_init())` |
# | `hk.vmap(..., split_rng=False)` | the same | the same |
# | `jax.lax.scan` around a draw | one mask for all steps | `hk.scan` |
# | `jax.jit`, `jax.checkpoint` around a draw | one mask for all calls, or a tracer as the next key | no `jit` inside; `hk.remat` |
# | `jax.grad` around `hk.set_state` | a tracer for what depends on the input, an error when you use it | `hk.grad` |
#
# In development, put `with hk.config.context(check_jax_usage=True):` around uncompiled `init` and `apply`. The rows
# of the table that begin with `jax.` then usually raise a `JaxUsageError`. But `split_rng=False` passes this check.

# %% [markdown]
# ## Exercise: repair a dropout of sensors
#
# Recordings have the shape `(B, T, S)`: `B` recordings, `T` times, `S` sensors. To make a model robust against
# broken sensors, training should switch off sensors at random, each for a *whole* recording. This code tries, and
# runs without an error:


# %%
def broken_drop_sensors(x, rate):  # x: (B, T, S)
    def one_recording(recording):  # (T, S)
        return hk.dropout(hk.next_rng_key(), rate, recording)

    return hk.vmap(one_recording, split_rng=False)(x)


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
# You have to draw one number for each recording and sensor. Either drop entries of an array of ones that has the
# right shape, and multiply, or look at the last argument in `help(hk.dropout)`.
#
# </details>


# %% exercise="dropout-mask" kind="repair" minutes="12"
def drop_sensors(x, rate):
    """Switch off whole sensors of x (B, T, S) with probability rate, inside a transform."""

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
from publishing.teaching.checking import Check

_inside = 'Read "Draw inside a network: `hk.next_rng_key`" again.'
_advice = {
    "has no attribute": 'What is dropout in Haiku? Read "Dropout: a fresh key at each step" again.',
    "split_rng": 'Read "What gets lost inside a network" again.',
    "part of an `hk.transform`": f"Where do Haiku's functions work? {_inside}",
    "RNG": f"What does apply need in order to draw? {_inside}",
    "Unable to retrieve": "drop_sensors needs no parameters.",
    "": f"x has the shape (B, T, S), batches (N, B, T, S). {_inside}",
}
_section = "Exercise: repair a dropout of sensors"
_drops = Check(globals(), "drop_sensors", _section, _advice)
_runs = Check(globals(), "run_epoch", _section, _advice)


def applied(function):
    return lambda key, x, rate: hk.transform(function).apply({}, key, x, rate)


def _on(check, out, x, rate):
    """1 where a sensor is on, shape (..., S)."""
    told = f"With the rate {rate}, {check.name} returns"
    check.require(out is not None, f"{told} None: is a `return` missing?")
    shape = np.shape(out)
    check.require(shape == x.shape, f"{told} the shape {shape}, not {x.shape}.")
    ratio = np.array(out, dtype=float) / np.float64(x)
    on = ratio != 0
    flickers = (on != on[..., :1, :]).any()
    check.require(not flickers, f"{told} sensors that flicker within a recording.")
    scale = np.full(on.sum(), 1 / (1 - rate))
    mistakes = {
        "they are as in x.": 1 + 0 * scale,
        "that is the mask alone. What is it to multiply?": scale / np.float64(x)[on],
        "they are divided by 1 - rate twice.": scale**2,
        "": "What else happens to entries that stay on, and what becomes of the others?",
    }
    what = "the factor of entries that stay on"
    check.agrees(ratio[on], scale, mistakes, f"With the rate {rate}, ", what)
    return on[..., 0, :].astype(float)


def _independent(check, masks, *told):
    """Refuse masks that are alike or related along an axis, with the sentence for it."""
    for axis, sentence in enumerate(told):
        check.require(np.ptp(masks, axis=axis).any(), sentence.format("the same"))
    for axis, sentence in enumerate(told):
        rows = np.moveaxis(masks, axis, 0).reshape(masks.shape[axis], -1)
        scores = (rows - (1 - _rate)) / np.sqrt(_rate * (1 - _rate))
        related = abs(scores @ scores.T) / rows.shape[1]
        np.fill_diagonal(related, 0)
        limit = 8 / rows.shape[1] ** 0.5
        check.require(related.max() < limit, sentence.format("related"))
        many = masks.ndim == 3 and axis < 2 and rows.shape[1] > 140
        for turn in range(1, masks.shape[2]) if many else ():  # of the sensors
            turned = np.moveaxis(np.roll(masks, turn, axis=2), axis, 0)
            turned = turned.reshape(len(rows), -1) - (1 - _rate)
            related = scores @ turned.T / rows.shape[1] / np.sqrt(_rate * (1 - _rate))
            check.require(abs(related).max() < 0.95, sentence.format("rotated"))


_draw = np.random.default_rng(3)
_keys = jax.random.split(jax.random.key(8), 12)
_recordings = 'Recordings have {} masks. Read "What gets lost inside a network" again.'
_sensors = "Sensors have {} masks. Is every sensor drawn on its own?"
for _rate, _number, *_shape in (
    (0.5, int(_draw.integers(66, 80)), 60, 2, 12),
    (0.2, 3, 60, 3, 12),
    (0.9, 2, 60, 1, 12),
):
    _x = jnp.float32(_draw.choice([-1, 1], _shape) * _draw.uniform(0.5, 20, _shape))
    _outs = [_drops.call(key, _x, _rate, by=applied) for key in (*_keys, _keys[-1])]
    _drops.require(
        np.array_equal(_outs[-1], _outs[-2]),
        f"drop_sensors gives two results for one key. Where does its chance come from? {_inside}",
    )
    _masks = np.array([_on(_drops, out, _x, _rate) for out in _outs[:-1]])  # (12, B, S)
    _error = abs(_masks.mean() - (1 - _rate)) / (_rate * (1 - _rate)) ** 0.5
    _drops.require(
        _error < 8 / _masks.size**0.5,
        f"With the rate {_rate}, {_masks.mean():.3f} of the sensors stay on. Which share should?",
    )
    _of_key = f"drop_sensors gives {{}} masks for different keys. {_inside}"
    _independent(_drops, _masks, _of_key, _recordings, _sensors)
    _drops.require(
        _masks.sum(axis=2).var() > 0.5 * 12 * _rate * (1 - _rate),
        "Each recording keeps nearly the same number of sensors. Is every sensor drawn on its own?",
    )
    _batches = jnp.float32(_draw.uniform(1, 3, (_number, *_shape)))
    _outs = [_runs.call(key, _batches, _rate) for key in (*_keys[:2], _keys[1])]
    _masks = [_on(_runs, out, _batches, _rate) for out in _outs]  # (N, B, S)
    _of_batches = "Batches have {} masks. Which key does each get?"
    _independent(_runs, _masks[0], _of_batches, _recordings, _sensors)
    _told = "run_epoch gives {} masks for {} key. Where do its keys come from?"
    _runs.require(np.array_equal(*_masks[1:]), _told.format("different", "one"))
    _independent(_runs, np.array(_masks[:2]), _told.format("{}", "another"))
_x, _told = jnp.full((1, 1, 1), 3.0), {"": "With the rate 0, x stays as it is."}
_drops.agrees(_drops.call(_keys[0], _x, 0.0, by=applied), _x, _told)
_out = _runs.call(_keys[0], _x[None], 0.0)
_runs.agrees(jnp.array(_out), _x[None], _told)
print("Masks differ by recording, batch and key, and last a whole recording.")

# %% [markdown]
# ## What can go wrong
#
# Most messages have a longer explanation in the [error index](../look_up/errors.py).
#
# - `NonEmptyStateError: If your transformed function uses hk.{get,set}_state then use hk.transform_with_state.` Do so:
#   `init` and `apply` then return two results.
# - `ValueError: No value for 'average' in 'batch_norm/~/mean_ema', perhaps set an init function?` Usually, `init` ran
#   with `is_training=False`, which only reads the averages. Run `init` with `is_training=True`.
# - `TypeError: state argument does not appear valid. It should be a mapping`, or, if the key is `None`,
#   `ValueError: Apply must be called with an RNG as the second argument` Usually, the state is missing between
#   parameters and key.
# - `TracerBoolConversionError: Attempted boolean conversion of traced array` Often, `is_training` was passed to `jit`
#   as an ordinary argument: make it static.
# - No message, but evaluation is bad although training was good: perhaps the state was thrown away or lost, or the
#   mode is wrong.

# %% [markdown]
# ## What you learned
#
# - With `hk.transform_with_state`, `init` returns the first state, and `apply` takes one and returns the next. Pass it
#   on.
# - BatchNorm normalises with the statistics of the batch in training mode, and by default with its running averages
#   in evaluation mode.
# - The loss returns the new state beside its value, and `has_aux=True` carries it through the gradient.
# - Inside a network, `hk.next_rng_key` splits keys from the one that `apply` got. The same key gives the same draws, so
#   each step needs its own.
# - Params, state and key travel in one `TrainingState`, through a step that returns `(new_state, metrics)`.
# - Inside a network use `hk.vmap`, `hk.scan` and `hk.grad` around code that draws or makes parameters, the last two
#   also around state, because JAX's own transformations do not see keys and state.
#
# Next: [Application: a classifier](classifier.py), where you put the whole course to work.
