# %% [markdown]
# # Optimisers, loops, ensembles
#
# Most research scripts share one shape: a tuple of all that changes, a compiled step from one to the next, and an
# optimiser from Optax.

# %% tags=["short"]
import jax
import optax

optimizer = optax.adam(0.1)
params, opt_state = 0.0, optimizer.init(0.0)
grad_fn = jax.jit(jax.grad(optax.l2_loss))
for target in [3.0] * 100:
    grads = grad_fn(params, target)
    updates, opt_state = optimizer.update(grads, opt_state)
    params = optax.apply_updates(params, updates)
print(f"{params:.2f}, after {opt_state[0].count} steps")

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - build an optimiser from Optax's parts: schedules, clipping, decay, frozen layers, rates for groups;
# - write the training loop of a research script: state, step, epochs, evaluation, `lax.scan`;
# - train an ensemble with `vmap`, and save a run so that it resumes bit for bit.
#
# You need: [an update](../haiku/update.py), [`TrainingState`](../haiku/state.py), and [what is static and what is
# traced](../haiku/compiled_training.py).
#
# </div>
#
# ## A network with state and dropout
#
# The data are points on two arms of a spiral, and the network should say which arm. It gives the loop three things to
# carry: parameters, a key for dropout, and *network state*, the running averages of `hk.BatchNorm`.

# %%
import collections
import functools
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

# %%
TRAINING = 512

from snippets.data import minibatches, spiral_data
from snippets.evaluation import sigmoid_cross_entropy

points, arms = spiral_data(jax.random.key(1), 772)  # (772, 2), (772, 1)
train_data = points[:TRAINING], arms[:TRAINING]
test_data = points[TRAINING:], arms[TRAINING:]  # (260, 2), (260, 1)
inputs = train_data[0]


def net_fn(x, is_training):
    x = hk.BatchNorm(create_scale=False, create_offset=False, decay_rate=0.9)(
        x, is_training
    )
    h = jax.nn.relu(hk.Linear(64)(x))  # (B, 64)
    if is_training:
        h = hk.dropout(hk.next_rng_key(), 0.05, h)
    h = jax.nn.relu(hk.Linear(32)(h))  # (B, 32)
    return hk.Linear(1)(h)  # (B, 1)


network = hk.transform_with_state(net_fn)

# %% [markdown]
# The loss returns the new network state, next to the metrics:


# %%
def loss_fn(params, net_state, key, batch):
    inputs, labels = batch
    logits, net_state = network.apply(params, net_state, key, inputs, is_training=True)
    loss = sigmoid_cross_entropy(logits, labels)
    return loss, (net_state, {"loss": loss})


params, net_state = network.init(jax.random.key(0), inputs, is_training=True)
print(jax.tree.map(jnp.shape, params))

# %% [markdown]
# ## Optax: an optimiser is two functions
#
# An Optax optimiser has two pure functions. `init(params)` makes the optimiser's memory, and
# `update(grads, opt_state, params)` turns gradients into *updates*, which `optax.apply_updates` adds to the parameters.
# (A few, such as `optax.lbfgs`, want the loss too.) Momentum, for example, keeps a velocity $v$ for each parameter:
#
# $$v' = 0.9 \, v + g, \qquad \theta' = \theta - 0.1 \, v'.$$

# %%
theta = {"w": jnp.array([1.0, 2.0]), "b": jnp.array([0.5])}
slopes = {"w": jnp.array([0.0, 3.0]), "b": jnp.array([4.0])}

momentum = optax.sgd(learning_rate=0.1, momentum=0.9)
opt_state = momentum.init(theta)
for _ in range(2):
    updates, opt_state = momentum.update(slopes, opt_state, theta)
    theta = optax.apply_updates(theta, updates)
    print("update of b", updates["b"], "velocity", opt_state[0].trace["b"])

# %% tags=["hidden"]
assert np.allclose(updates["b"], -0.1 * (0.9 * 4 + 4))
assert np.allclose(opt_state[0].trace["b"], 7.6)

# %% [markdown]
# The velocity lives in `opt_state`, and the minus sign is already in the updates. Clipping and decay have the same
# form, so you can chain them; each receives the updates of the one before. *Clipping by global norm* usually comes
# first. If the norm of the gradient, over all leaves, exceeds the limit, the gradient is scaled down to it. (If its
# squares overflow, it becomes 0.) Here the norm is 5:

# %%
clipped = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(0.1))
updates, _ = clipped.update(slopes, clipped.init(theta), theta)
print(optax.tree.norm(slopes), "->", optax.tree.norm(updates), updates)

# %% [markdown]
# A *schedule* is a function from the step count to the learning rate, and nearly all of Optax's optimisers accept one as
# their learning rate:

# %%
schedule = optax.warmup_cosine_decay_schedule(
    init_value=0.0, peak_value=0.01, warmup_steps=10, decay_steps=100
)
print([round(float(schedule(step)), 4) for step in (0, 5, 10, 55, 100)])
scheduled = optax.adam(schedule)

# %% [markdown]
# The optimiser keeps the count. For each parameter, Adam keeps an average of the gradient and one of its square, and
# corrects them in the first steps by a count of its own.
#
# ## Exercise: predict what an optimiser remembers
#
# `opt_state` can take more memory than the parameters, and is saved with them. For `theta` above, which holds three
# numbers, how many numbers does each of these optimisers keep in its state, counts included?

# %%
memories = {
    "sgd": optax.sgd(0.1),
    "momentum": momentum,
    "clip, then momentum": optax.chain(optax.clip_by_global_norm(1.0), momentum),
    "adam": optax.adam(0.1),
    "sgd with a schedule": optax.sgd(schedule),
    "adam with a schedule": scheduled,
    "adam on b only": optax.masked(optax.adam(0.1), {"w": False, "b": True}),
}

# %% [markdown]
# (`optax.masked` applies an optimiser to the leaves marked `True` and leaves the other updates unchanged.) Define
# `predicted_numbers`, a dictionary with the same seven names, and an integer for each.
#
# <details>
# <summary>Hint</summary>
#
# What has to be known from earlier steps in order to compute the next update? A count is one number, however
# many parameters there are.
#
# </details>

# %% exercise="optimiser-memory" kind="predict" minutes="6"
# predicted_numbers = {
#     "sgd": ...,
#     "momentum": ...,
#     "clip, then momentum": ...,
#     "adam": ...,
#     "sgd with a schedule": ...,
#     "adam with a schedule": ...,
#     "adam on b only": ...,
# }
### BEGIN SOLUTION
predicted_numbers = {
    "sgd": 0,
    "momentum": 3,
    "clip, then momentum": 3,
    "adam": 7,
    "sgd with a schedule": 1,
    "adam with a schedule": 8,
    "adam on b only": 3,
}
### END SOLUTION

# %% check="optimiser-memory"
from publishing.teaching.checking import predicted

predicted(
    globals(),
    "predicted_numbers",
    {
        name: sum(leaf.size for leaf in jax.tree.leaves(optimizer.init(theta)))
        for name, optimizer in memories.items()
    },
    {
        "sgd": "Its update is the rate times the gradient, which needs nothing from earlier steps.",
        "momentum": "It keeps a velocity, a tree like the parameters.",
        "clip, then momentum": "Clipping scales the gradient of this step only, and remembers no other.",
        "adam": "It keeps two averages for each parameter, and how many steps it has taken.",
        "sgd with a schedule": "The rate depends on the step, so something has to count the steps.",
        "adam with a schedule": "Adam and the schedule are two parts of a chain, and each counts for itself.",
        "adam on b only": "Nothing is kept for w, but b has its averages, and the steps are counted.",
    },
)
print("Right: all seven counts agree with the states that Optax makes.")

# %% [markdown]
# ## Decay weights, not biases; freeze a layer; a rate for each group
#
# `optax.adamw` adds weight decay: each step also pulls a parameter towards zero, by an amount that depends on
# the parameter. So `update` needs its third argument, which many optimisers can do without:

# %% raises="ValueError" match="requires the current value of parameters"
adamw = optax.adamw(0.01, weight_decay=0.1)
adamw.update(slopes, adamw.init(theta))

# %% [markdown]
# Decay is meant for weight matrices; biases and the scales of normalisation layers are usually left alone. A *mask*
# says which is which. It is a tree of booleans like the parameters, which in Haiku you can make from their names. The
# same kind of mask freezes a layer, with `optax.set_to_zero`, which makes updates zero.
#
# Below, all gradients are zero, so only decay moves a parameter. In which of the two orders does the first layer,
# `linear`, stay where it is?
#
# - [{{ not decay.update(zeros, decay.init(ones), ones)[0]["linear"]["w"].any() }}] In "freeze, then decay"
# - [{{ not moves["linear"]["w"] }}] In "decay, then freeze"
# - [{{ moves["linear"]["w"] }}] In neither of the two

# %% tags=["predict"]
is_weight = hk.data_structures.map(lambda module, name, value: name == "w", params)
is_first = hk.data_structures.map(
    lambda module, name, value: module == "linear", params
)
freeze = optax.masked(optax.set_to_zero(), is_first)
decay = optax.adamw(0.01, weight_decay=0.1, mask=is_weight)

ones = jax.tree.map(jnp.ones_like, params)
zeros = jax.tree.map(jnp.zeros_like, params)
for name, optimizer in {
    "freeze, then decay": optax.chain(freeze, decay),
    "decay, then freeze": optax.chain(decay, freeze),
}.items():
    updates, _ = optimizer.update(zeros, optimizer.init(ones), ones)
    moves = jax.tree.map(lambda update: bool(jnp.any(update != 0)), updates)
    print(f"{name}: linear {moves['linear']}, linear_1 {moves['linear_1']}")

# %% [markdown]
# Frozen first, the layer gets no gradient, but the decay then shrinks it. Frozen last, it stays fixed. The biases
# move in neither case, because the mask excludes them from decay.
#
# But the layer's gradient still takes part in what comes before, such as clipping, and Adam keeps averages for it.
# `optax.partition` gives each group of parameters an optimiser of its own. Freeze `b` of `theta`, whose gradient is 4,
# and clip the rest, whose gradient is 3, to length 1:

# %%
clip = optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(1.0))
each = {"train": clip, "freeze": optax.set_to_zero()}
parts = optax.partition(each, {"w": "train", "b": "freeze"})
print(parts.update(slopes, parts.init(theta), theta)[0])

# %% tags=["hidden"]
_last = optax.chain(clip, optax.masked(optax.set_to_zero(), {"w": False, "b": True}))
_shorter = optax.tree.norm(_last.update(slopes, _last.init(theta), theta)[0])

# %% [markdown]
# With `freeze` after `clip`, `w` would move by only {{ _shorter:.1f}}, because the frozen gradient counts in the norm
# that is clipped. So use `optax.partition` (in older code `optax.multi_transform`) where an optimiser looks at several
# parameters at once. It also gives each group a learning rate of its own. Adam's first update of each entry here is as
# large as its rate:

# %%
groups = hk.data_structures.map(
    lambda module, name, value: "head" if module == "linear_2" else "body", params
)
rates = {"head": optax.adam(0.01), "body": optax.adam(0.001)}
grouped = optax.partition(rates, groups)
updates, _ = grouped.update(ones, grouped.init(params), params)
print(
    {module: round(abs(float(leaves["b"][0])), 5) for module, leaves in updates.items()}
)

# %% [markdown]
# <details>
# <summary>Clip several groups by their common norm</summary>
#
# A clip within a group takes the norm of that group alone. To clip several groups by their common norm, chain two
# partitions: the first clips the gradients of trained parameters and zeroes those of frozen ones, and the second has
# the rates.
#
# </details>
#
# ### A large batch in parts: `optax.MultiSteps`
#
# A batch that does not fit into memory can be processed in parts. `optax.MultiSteps` collects the mean of $k$
# gradients, returns zero updates in between (if all numbers are finite), and passes the mean to its optimiser at the
# $k$-th call. To get the gradient of the whole batch, use equal parts and a loss that is a mean over rows:


# %%
def logistic_loss(w, batch):
    inputs, labels = batch
    return sigmoid_cross_entropy(inputs @ w, labels)


def train_logistic(optimizer, batch_size):
    @jax.jit
    def step(w, opt_state, batch):
        grads = jax.grad(logistic_loss)(w, batch)
        updates, opt_state = optimizer.update(grads, opt_state, w)
        return optax.apply_updates(w, updates), opt_state

    w = jnp.zeros((2, 1))
    opt_state = optimizer.init(w)
    for first in range(0, TRAINING, batch_size):
        batch = [array[first : first + batch_size] for array in train_data]
        w, opt_state = step(w, opt_state, batch)
    return w


in_parts = optax.MultiSteps(optax.adam(0.1), every_k_schedule=4)
at_once, piecewise = train_logistic(optax.adam(0.1), 256), train_logistic(in_parts, 64)
print("2 batches of 256:", at_once.ravel())
print("8 batches of 64: ", piecewise.ravel())

# %% tags=["hidden"]
np.testing.assert_allclose(at_once, piecewise, rtol=1e-3)

# %% [markdown]
# Both runs end at the same weights, up to rounding. Schedules inside count the large steps, but a statistic of the
# batch, such as the mean in BatchNorm, is still that of a part. For one compiled step that scans over the parts, see
# [Memory](memory.py).
#
# ## `TrainingState`, and an `Experiment` around it
#
# A step needs five things from the one before: parameters, network state, the optimiser's memory, a key and a count.


# %%
class TrainingState(NamedTuple):
    params: hk.Params
    net_state: hk.State
    opt_state: optax.OptState
    key: jax.Array
    step: jax.Array


class Experiment:
    def __init__(self, optimizer):
        self.optimizer = optimizer

    def init(self, key, inputs):
        init_key, key = jax.random.split(key)
        params, net_state = network.init(init_key, inputs, is_training=True)
        opt_state = self.optimizer.init(params)
        return TrainingState(params, net_state, opt_state, key, jnp.array(0))

    @jax.jit(static_argnums=0)
    def train_step(self, state, batch):
        key = jax.random.fold_in(state.key, state.step)
        grads, (net_state, metrics) = jax.grad(loss_fn, has_aux=True)(
            state.params, state.net_state, key, batch
        )
        updates, opt_state = self.optimizer.update(grads, state.opt_state, state.params)
        params = optax.apply_updates(state.params, updates)
        step = state.step + 1
        return TrainingState(params, net_state, opt_state, state.key, step), metrics


# %% tags=["plot", "cover"] alt="The function train_step makes the next state from a state and one of 8 batches, and one of 8 losses."
# Caption: All that a step needs and changes is in one state, which goes in and comes
# out.
from snippets.drawing import DATA, PARAMETERS, array, arrow, box, canvas, note


def fields(state):
    sizes = [sum(leaf.size for leaf in jax.tree.leaves(field)) for field in state]
    rows = zip(state._fields, sizes, strict=True)
    return "\n".join(f"{name:9} {size:4}" for name, size in rows)


drawn = Experiment(optax.adam(0.01))
states, losses = [drawn.init(jax.random.key(3), inputs)], []
row_of_batches = list(minibatches(jax.random.key(4), train_data, 64))
for batch in row_of_batches:
    state, metrics = drawn.train_step(states[-1], batch)
    states.append(state)
    losses.append(float(metrics["loss"]))

axes = canvas(20.5)
before = box(axes, 5.6, 11.2, fields(states[3]), PARAMETERS)
after = box(axes, 30.4, 11.2, fields(states[4]), PARAMETERS)
step_box = box(axes, 18, 11.2, "train_step")
note(axes, 5.6, 16, f"state, step {states[3].step}", color=PARAMETERS)
note(axes, 30.4, 16, f"state, step {states[4].step}", color=PARAMETERS)
arrow(axes, before, step_box, color=PARAMETERS)
arrow(axes, step_box, after, color=PARAMETERS)
arrow(axes, (30.4, 16.8), (5.6, 16.8), bend=0.16, color=PARAMETERS)
note(axes, 18, 17.4, "the next step", color=PARAMETERS)
note(axes, 7.4, 1, f"{len(losses)} batches", color=DATA)
note(axes, 28.6, 1, f"{len(losses)} losses", color=DATA)
third = 0.25 + 0.75 * (np.arange(len(losses)) == 3)
array(axes, 1, 2, third, cell=1.6)
array(axes, 22.2, 2, losses * third, cell=1.6)
arrow(axes, (6.6, 3.8), step_box)
arrow(axes, step_box, (27.8, 3.8))
plt.show()

# %% [markdown]
# `jax.jit` cannot trace this `self`, which is not a pytree of arrays, so `static_argnums=0` declares it static. (Older
# code has `@functools.partial(jax.jit, static_argnums=0)`.) A static argument is looked up by type, hash and equality,
# and an ordinary object is equal only to itself. The next cell measures how far one step moves the parameters, with a
# rate of 0.1, then with the rate of the same object set to 0, then with a new object whose rate is 0. Which of the
# three lengths are zero?
#
# - [{{ lengths["new object, rate 0"] == 0 < lengths["same object, rate 0"] }}] Only that of the new object
# - [{{ lengths["same object, rate 0"] == 0 }}] The second and the third, because both rates are 0
# - [{{ lengths["new object, rate 0"] > 0 }}] None, because the step is compiled only once

# %% tags=["predict"]
experiment = Experiment(optax.sgd(0.1))
start = experiment.init(jax.random.key(3), inputs)
one_batch = jax.tree.map(lambda array: array[:64], train_data)


def length_of_step(experiment):
    state, _ = experiment.train_step(start, one_batch)
    return optax.tree.norm(jax.tree.map(jnp.subtract, state.params, start.params))


lengths = {"rate 0.1": length_of_step(experiment)}
experiment.optimizer = optax.sgd(0.0)
lengths["same object, rate 0"] = length_of_step(experiment)
lengths["new object, rate 0"] = length_of_step(Experiment(optax.sgd(0.0)))
for name, length in lengths.items():
    print(f"{name:20}{length:.4f}")

# %% [markdown]
# Only the third is zero. Python reads `self.optimizer` while JAX traces the step, so the optimiser of that moment stays
# in the program, under `grad`, `vmap` and in a `scan` too. A batch of another shape makes a new trace, with the new
# rate. A new object is traced too, unless it equals an earlier one, as frozen dataclasses with equal fields do. The
# cache also keeps each object alive, with the arrays that it holds, so a sweep over many can fill the memory;
# `jax.clear_caches()` frees them.
#
# So keep in the state whatever changes during training. A learning rate that changes is a schedule, whose count is in
# `opt_state`. To set the rate yourself, put it there too, with `optax.inject_hyperparams`:

# %%
adjustable = Experiment(optax.inject_hyperparams(optax.sgd)(learning_rate=0.1))
state = adjustable.init(jax.random.key(3), inputs)
for rate in (0.1, 0.01):
    opt_state = optax.tree.set(state.opt_state, learning_rate=jnp.float32(rate))
    new, _ = adjustable.train_step(state._replace(opt_state=opt_state), one_batch)
    moved = optax.tree.norm(jax.tree.map(jnp.subtract, new.params, state.params))
    print(f"rate {rate:4}: length of the step {moved:.4f}")

# %% [markdown]
# The step is not traced again, because only an array has changed. (A Python number is weakly typed, so it would cause
# another trace.)
#
# ## Epochs of shuffled minibatches
#
# An *epoch* goes through the data once in random order. `minibatches` draws the order from a key. Each epoch needs a
# different one, which `fold_in` makes from the epoch number:


# %%
def train_epochs(experiment, state, key, epochs):
    for epoch in epochs:
        for batch in minibatches(jax.random.fold_in(key, epoch), train_data, 64):
            state, metrics = experiment.train_step(state, batch)
    return state, metrics


data_key = jax.random.key(4)
experiment = Experiment(optax.adam(0.01))
start = experiment.init(jax.random.key(3), inputs)
halfway, metrics = train_epochs(experiment, start, data_key, range(4))
print(int(halfway.step), "steps, loss", metrics["loss"])

# %% [markdown]
# `minibatches` drops what is left over after the last full batch, so that the step is compiled for one shape only.
#
# ### Data larger than memory: batches from disk
#
# `minibatches` indexes arrays that are in memory. `np.load` with `mmap_mode` opens an `.npy` file without reading the
# array (but not an `.npz`), and `array[rows]` then reads the parts of the file that hold these rows:

# %%
import pathlib
import tempfile

folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
files = [pathlib.Path(folder.name, f"{name}.npy") for name in ("inputs", "labels")]
for file, values in zip(files, train_data, strict=True):
    np.save(file, values)


def batches_from_disk(key, files, batch_size):
    arrays = [np.load(file, mmap_mode="r") for file in files]
    order = np.asarray(jax.random.permutation(key, len(arrays[0])))
    for first in range(0, len(order) - batch_size + 1, batch_size):
        rows = order[first : first + batch_size]
        yield tuple(jnp.asarray(array[rows]) for array in arrays)


epoch_key = jax.random.fold_in(data_key, 0)
from_disk = list(batches_from_disk(epoch_key, files, 64))
from_memory = list(minibatches(epoch_key, train_data, 64))
print(
    len(from_disk),
    "batches; equal:",
    jax.tree.all(jax.tree.map(jnp.array_equal, from_disk, from_memory)),
)

# %% [markdown]
# Where random reads are slow, shuffle files, and rows within each. `jax.device_put` can return before its copy is done,
# so send batches ahead:


# %%
def ahead(batches, count=2):
    waiting = collections.deque()
    for batch in batches:
        waiting.append(jax.device_put(batch))
        if len(waiting) == count:
            yield waiting.popleft()
    yield from waiting


print(len(list(ahead(from_disk))), "batches, each sent while the one before is used")

# %% [markdown]
# [Grain](https://google-grain.readthedocs.io), the loader of JAX's authors, reads ahead in threads, and a checkpoint can
# hold its place in the data:

# %%
import grain

rows = grain.MapDataset.range(TRAINING).seed(0).shuffle()
examples = rows.map(lambda row: tuple(array[row] for array in train_data))
threads = grain.ReadOptions(num_threads=2, prefetch_buffer_size=2)
stream = iter(examples.batch(64, drop_remainder=True).to_iter_dataset(threads))
next(stream)
place = stream.get_state()
batch = next(stream)
stream.set_state(place)
again = jax.tree.map(np.array_equal, next(stream), batch)
print(place, "gives the same batch:", again)

# %% [markdown]
#
# ### The whole loop in `lax.scan`
#
# The step maps `(state, batch)` to `(state, metrics)`, which is what `lax.scan` expects. It takes the batches stacked,
# with the steps along the first axis. This builds the same batches in that form:


# %%
def stack_batches(key, data, epochs, batch_size):
    examples = len(data[0])
    full = examples // batch_size * batch_size
    keys = jax.vmap(jax.random.fold_in, in_axes=(None, 0))(key, jnp.arange(epochs))
    order = jax.vmap(lambda key: jax.random.permutation(key, examples))(keys)
    rows = order[:, :full].reshape(-1, batch_size)  # (steps, B)
    return jax.tree.map(lambda array: array[rows], data)


batches = stack_batches(data_key, train_data, epochs=25, batch_size=64)
runs = {}
for name, optimizer in {
    "SGD": optax.sgd(0.1),
    "momentum": optax.sgd(0.1, momentum=0.9),
    "Adam": optax.adam(0.01),
}.items():
    contestant = Experiment(optimizer)
    start = contestant.init(jax.random.key(3), inputs)
    runs[name] = jax.lax.scan(contestant.train_step, start, batches)

for name, (_, metrics) in runs.items():
    print(f"{name:9} loss, mean of the last epoch: {metrics['loss'][-8:].mean():.3f}")

# %% tags=["hidden"]
_final = {name: float(m["loss"][-8:].mean()) for name, (_, m) in runs.items()}
assert _final["SGD"] > 2 * max(_final["Adam"], _final["momentum"]), _final

# %% [markdown]
# `scan` stacks the metrics of all steps, so you lose no curve by leaving Python. To save or plot on the way, scan over a
# few hundred steps at a time, or call Python from the compiled program, with `jax.debug.callback` for a log and
# `io_callback` for a checkpoint:

# %%
from jax.experimental import io_callback

saved = {}


def save(step, params):
    saved[int(step)] = jax.tree.map(np.asarray, params)


def log_and_save(step, loss, params):
    jax.debug.callback(lambda step, loss: print(f"step {step}: {loss:.2f}"), step, loss)
    io_callback(save, None, step, params, ordered=True)


def saving_step(state, batch):
    state, metrics = contestant.train_step(state, batch)
    now = state.step, metrics["loss"], state.params
    jax.lax.cond(state.step % 100 == 0, log_and_save, lambda *_: None, *now)
    return state, metrics


last, _ = jax.lax.scan(saving_step, start, batches)
jax.effects_barrier()  # wait for the callbacks
print("saved after the steps", list(saved))

# %% [markdown]
# `vmap` refuses to map an `io_callback` that is `ordered`, and `io_callback` refuses a differentiated value, so call it
# outside the loss. (`jax.pure_callback`, which brings a result of NumPy into the program, refuses one, too.)
#
# To see what the networks have learned, evaluate them all over the plane. Evaluation takes the parameters *and* the
# network state, sets `is_training` to false, and has no dropout, so `None` will do as the key:


# %%
@jax.jit
def predict(params, net_state, inputs):
    logits, _ = network.apply(params, net_state, None, inputs, is_training=False)
    return logits  # (B, 1)


ticks = np.linspace(-1.3, 1.3, 70, dtype=np.float32)
plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)  # (4900, 2)

# %% tags=["plot"] alt="Three spirals of two colours. The boundary of SGD cuts across arms, those of momentum and Adam run between them."
# Caption: After the same number of steps, the boundaries of momentum and Adam follow
# the arms, and that of SGD does not yet.
figure, panels = plt.subplots(1, 3, figsize=(5.6, 2.5), sharex=True, sharey=True)
arm = np.asarray(train_data[1][:, 0])
for axes, (name, (state, _)) in zip(panels, runs.items(), strict=True):
    logits = np.asarray(predict(state.params, state.net_state, plane)).reshape(70, 70)
    axes.contourf(ticks, ticks, logits, [-1e9, 0, 1e9], colors=["C0", "C1"], alpha=0.2)
    axes.contour(ticks, ticks, logits, [0], colors=["C2"], linewidths=2)
    for label in (0, 1):
        axes.plot(*inputs[arm == label].T, f"C{label}.", ms=1.5, rasterized=True)
    axes.set(title=name, xlabel="input 0", aspect="equal", xticks=(-1, 0, 1))
    axes.grid(False)
panels[0].set(ylabel="input 1", yticks=(-1, 0, 1))
figure.tight_layout(pad=0.3)
plt.show()

# %% [markdown]
# After {{ len(batches[0]) }} steps, SGD's boundary still cuts through the arms, while momentum and Adam have found the
# way between them. Tune each rate before you call one better.
#
# ### Average the parameters: EMA
#
# With a high rate and small batches the parameters jump around, so that the score depends on the step at which you
# stop. Their *exponential moving average*, a second tree in the carry, moves less. Evaluate with it, but take gradients
# at the parameters:


# %%
fast = Experiment(optax.sgd(1.0))


def averaged_step(carry, batch):
    state, average = carry
    state, _ = fast.train_step(state, batch)
    average = optax.incremental_update(state.params, average, step_size=0.01)
    test_inputs, test_labels = test_data
    losses = {
        name: sigmoid_cross_entropy(
            predict(tree, state.net_state, test_inputs), test_labels
        )
        for name, tree in {"last": state.params, "average": average}.items()
    }
    return (state, average), losses


small_batches = stack_batches(data_key, train_data, epochs=20, batch_size=16)
first = fast.init(jax.random.key(3), inputs)
_, test_losses = jax.lax.scan(averaged_step, (first, first.params), small_batches)
for name, losses in test_losses.items():
    worst, best = losses[-200:].max(), losses[-200:].min()
    print(f"{name:8} test loss in the last 200 steps: from {best:.2f} to {worst:.2f}")

# %% tags=["hidden"]
_last, _average = (test_losses[name][-200:] for name in ("last", "average"))
assert _average.max() < _last.max()

# %% [markdown]
# A step size of 0.01 averages over about a hundred steps. While the loss still falls fast, the average is usually
# worse, because it lags behind. If the network state depends on the parameters, as it does with BatchNorm between
# layers, recompute it for the average.
#
# ## Exercise: an evaluation with a remainder
#
# A test set must be counted in full, so its last batch is often a short one. The function below evaluates a classifier
# batch by batch. Its argument `predict` is any function from inputs `(B, D)` to logits `(B, 1)`. The function returns
# the mean cross-entropy and the *recall*: of the examples with label 1, the share whose logit is 0 or more.


# %%
def evaluate_batches(predict, data, batch_size):
    inputs, labels = data
    losses, recalls = [], []
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        losses.append(sigmoid_cross_entropy(logits, y))
        recalls.append(jnp.sum((logits >= 0) & (y == 1)) / jnp.sum(y == 1))
    return {"loss": np.mean(losses), "recall": np.mean(recalls)}


sgd_state, _ = runs["SGD"]
sgd_predict = functools.partial(predict, sgd_state.params, sgd_state.net_state)
for batch_size in (260, 64):
    scores = evaluate_batches(sgd_predict, test_data, batch_size)
    print(batch_size, {name: float(score) for name, score in scores.items()})

# %% tags=["hidden"]
assert len(test_data[0]) % 64 == 4
assert -(-len(test_data[0]) // 64) == 5

# %% [markdown]
# With batches of 64, the last batch holds 4 of the
# {{ len(test_data[0]) }} examples and makes up a fifth of the result. The first line is right.
#
# Define `evaluate_batches(predict, data, batch_size)` again so that it returns the same dictionary, and both
# scores are those of the whole set, whatever the batch size and the order of the examples. Never hand `predict`
# more than `batch_size` examples: on a real test set they would not fit into memory. The set has at least one
# example with label 1, though not every batch has.
#
# <details>
# <summary>Hint</summary>
#
# The recall is a fraction. What is its denominator, over the whole set, and how much does each batch add to
# it?
#
# </details>


# %% exercise="remainder" kind="repair" minutes="10"
def evaluate_batches(predict, data, batch_size):
    """The loss and the recall over all of data, from batches of at most batch_size."""
    ### BEGIN SOLUTION
    inputs, labels = data
    total_loss = found = positives = 0
    for first in range(0, len(inputs), batch_size):
        x, y = (array[first : first + batch_size] for array in (inputs, labels))
        logits = predict(x)
        total_loss += len(x) * sigmoid_cross_entropy(logits, y)
        found += jnp.sum((logits >= 0) & (y == 1))
        positives += jnp.sum(y == 1)
    return {"loss": total_loss / len(inputs), "recall": found / positives}
    ### END SOLUTION


# %% check="remainder"
from publishing.teaching.checking import Check

_advice = {
    "reshape": "The last batch may be shorter than the others.",
    "": "Does it use only its three arguments, and manage a last batch of any size?",
}
_read = "Exercise: an evaluation with a remainder"
_check, _sizes = Check(globals(), "evaluate_batches", _read, _advice), []


def _predict(x):
    _sizes.append(len(x))
    return x[:, 1:2]


def _case(rows, size, share, scale):
    draw = np.random.default_rng(0)
    x = scale * draw.normal(size=(rows, 2))
    x = np.float32(np.pad(x, ((0, 0), (0, 1))))  # D may be more than 2
    y = np.int32(draw.random((rows, 1)) < share)
    y[16:32] *= rows > 100  # a batch without label 1
    x[-1], y[-1] = 0, 1  # a logit of exactly 0
    when = f"On {rows} examples in batches of {size}, "
    _sizes.clear()
    scores = _check.call(_predict, (jnp.array(x), jnp.array(y)), size, when=when)
    most = max(_sizes, default=0)
    told = f"predict gets {most} examples at once, and batch_size is {size}."
    _check.require(most <= size, when + told)
    if isinstance(scores, dict):  # which may hold further scores
        scores = {name: scores[name] for name in {"loss", "recall"} & scores.keys()}
    form = jax.tree.map(lambda _: 0, scores)
    _check.agrees(form, {"loss": 0, "recall": 0}, {}, when)

    z, one = np.float64(x[:, 1]), y[:, 0] == 1
    cross, hit = np.logaddexp(0, z) - one * z, one & (z >= 0)
    each, starts = np.stack([one | True, cross, one, hit]), range(0, rows, size)
    count, losses, ones, hits = np.add.reduceat(each, starts, axis=1)  # by batch
    means, some = losses / count, ones > 0
    recalls = hits[some] / ones[some]
    slips = {
        "a short batch counts like a full one.": means.mean(),
        "the last, short batch is dropped.": cross[: rows - rows % size].sum() / rows,
        "the sum is not divided by the number of examples.": losses.sum(),
        "is the last batch full?": losses.sum() / size / len(count),
        "a short batch has the weight of a full one.": means.sum() * size / rows,
        "a probability is rounded to 0 or 1, and has no logarithm.": np.nan,
        "": "Which rows count, and is each term right where logits are large?",
    }
    _check.agrees(scores["loss"], cross.mean(), slips, when, "the loss", rtol=1e-4)
    slips = {
        "what is the recall of a batch without label 1? 0 / 0 is nan.": np.nan,
        "a logit of exactly 0 counts, too.": (one & (z > 0)).sum() / one.sum(),
        "that is a share of all examples.": hit.mean(),
        "that is the precision.": hit.sum() / (z >= 0).sum(),
        "that is the accuracy.": (one == (z >= 0)).mean(),
        "each batch has its size as its weight.": recalls @ count[some] / rows,
        "batches with label 1 count alike, with many or few.": recalls.mean(),
        "all batches count alike, without label 1 too.": recalls.sum() / len(count),
        "a counter overflows 16 bits.": hit.sum().astype(np.int16) / one.sum(),
        "": "What is its denominator over the whole set, and can the counters hold it?",
    }
    right = hit.sum() / one.sum()
    _check.agrees(scores["recall"], right, slips, when, "the recall", rtol=1e-4)


_cases = (38, 16, 0.4, 2), (70, 16, 0.1, 1), (1, 1, 1, 1), (6, 16, 0.5, 500)
_cases += (310, 16, 0.95, 1), (70_000, 35_000, 0.95, 1)  # more than 8 and 16 bits count
for _given in _cases:
    _case(*_given)
print("Agrees with the scores of the whole set, for six test sets and batch sizes.")

# %% [markdown]
# The same holds for other metrics that are quotients of sums: add up numerators and denominators, and divide once, at
# the end. A mean weighted by batch size suits a loss that is a mean over rows, but not a recall, and a median needs all
# predictions at once.
#
# ## `vmap` ensembles: eight networks in one program
#
# How sure is the network at a point where it has seen no data? One answer is to train several networks that
# differ in their keys and see where they disagree. `init` and the training loop are pure functions, so `vmap`
# can run them for many keys at once:

# %%
keys = jax.random.split(jax.random.key(8), 8)
ensemble = jax.jit(jax.vmap(experiment.init, in_axes=(0, None)))(keys, inputs)
print(jax.tree.map(jnp.shape, ensemble.params["linear"]), ensemble.step.shape)


def train(state, batches):
    return jax.lax.scan(experiment.train_step, state, batches)


ensemble, metrics = jax.jit(jax.vmap(train, in_axes=(0, None)))(ensemble, batches)
print("losses:", metrics["loss"].shape)

# %% [markdown]
# Every leaf of the state has a new first axis, the count and the optimiser's memory too. These are eight complete runs,
# which see the same batches because of `in_axes=(0, None)`. `predict` is mapped over parameters and network
# state, but not over the inputs:

# %%
logits = jax.vmap(predict, in_axes=(0, 0, None))(
    ensemble.params, ensemble.net_state, plane
)  # (8, 4900, 1)
probabilities = jax.nn.sigmoid(logits[..., 0])
disagreement = probabilities.std(axis=0)  # (4900,)

# %% tags=["plot"] alt="Eight networks disagree in a band between the two arms of data, and agree at the data and in the corners."
# Caption: The ensemble is unsure where its members extrapolate differently; where they
# agree, they may all be wrong.
figure, axes = plt.subplots(figsize=(5.6, 4.8), layout="constrained")
image = axes.imshow(
    np.asarray(disagreement).reshape(70, 70),
    extent=(ticks[0], ticks[-1], ticks[0], ticks[-1]),
    origin="lower",
    vmin=0,
)
figure.colorbar(image, label="standard deviation of eight", shrink=0.8)
axes.plot(*inputs.T, ".", color="0.25", ms=2.5, rasterized=True)
axes.set(
    xlabel="input 0", ylabel="input 1", aspect="equal", title="Where eight disagree"
)
axes.grid(False)
plt.show()

# %% tags=["hidden"]
_nearest = np.abs(plane[:, None] - inputs[None]).sum(axis=-1).min(axis=1)
_at_data = float(disagreement[_nearest < 0.02].mean())
_corners = float(disagreement[(np.abs(plane) > 1).all(axis=1)].mean())
_highest = float(disagreement.max())
assert _highest > 0.2, _highest
assert _at_data < 0.1, _at_data
assert _corners < 0.05, _corners

# %% [markdown]
# The eight agree at the data and differ between the arms, where each has its own boundary: the standard deviation goes
# up to {{ _highest:.2f}} there. But in the corners, where there are no data either, it is {{ _corners:.3f}}, because
# all eight extrapolate in the same way. So where an ensemble agrees, check that there were data.
#
# ## Exercise: eight learning rates at once
#
# An ensemble may differ in more than its keys. Train one in which each member has a learning rate of its own.
# Define `train_ensemble(init, loss_fn, keys, rates, batches)`:
#
# - `init(key)` makes the `float32` parameters of one member, and `loss_fn(params, batch)` computes its loss;
# - `keys` and `rates` have shape `(N,)`, for `N` members; the leaves of `batches` have the steps, `T` of them,
#   along their first axis;
# - member `i` starts from `init(keys[i])` and takes one step of `optax.sgd(rates[i], momentum=0.9)` on each
#   batch, in order;
# - the result is `(params, losses)`: the trained parameters, each leaf with a first axis of length `N`, and the
#   loss before each step, shape `(N, T)`.
#
# It should be one program: its size must not grow with `N` or `T`, so use no Python loop over members or steps. For one
# weight $w$ and the loss $(w x - y)^2$ on batches of a single example, it should agree with these loops:


# %%
def ensemble_in_loops(starts, rates, batches):
    weights, losses = [], []
    for w, rate in zip(starts, rates, strict=True):
        velocity, its_losses = 0.0, []
        for x, y in batches:
            its_losses.append((w * x - y) ** 2)
            velocity = 0.9 * velocity + 2 * (w * x - y) * x
            w = w - rate * velocity
        weights.append(w)
        losses.append(its_losses)
    return np.array(weights), np.array(losses)


print(ensemble_in_loops([0.0, 1.0], [0.1, 0.01], [(1.0, 2.0), (2.0, 4.0), (1.0, 2.0)]))

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Write the run of one member first, as a function of `key` and `rate`. May the optimiser be made inside it, from
# a rate that is traced? Try it.
#
# </details>


# %% exercise="ensemble" kind="build" minutes="15"
def train_ensemble(init, loss_fn, keys, rates, batches):
    """The trained parameters of N members and their losses, shape (N, T)."""
    ### BEGIN SOLUTION

    def train_one(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        params = init(key)
        first = params, optimizer.init(params)
        (params, _), losses = jax.lax.scan(step, first, batches)
        return params, losses

    return jax.vmap(train_one)(keys, rates)
    ### END SOLUTION


# %% check="ensemble"
from publishing.teaching.checking import Check

_scan = 'Read "The whole loop in `lax.scan`" again.'
_vmap = 'Read "`vmap` ensembles: eight networks in one program" again.'
_check = Check(
    globals(),
    "train_ensemble",
    "Exercise: eight learning rates at once",
    {
        "concrete": f"A rate that is traced has no value yet: leave it an array. {_vmap}",
        "scan": f"The body of scan returns the new carry, of the same types, and then what to keep. {_scan}",
        "vmap": f"Which arguments have one entry for each member? {_vmap}",
        "": "Does it use only its five arguments, for any tree of parameters and of batches?",
    },
)


def _init(key):
    numbers = jax.random.normal(key, (4, 2))
    return {"layer": (numbers[:3], numbers[3])}


def _loss(params, batch):
    w, b = params["layer"]
    return jnp.mean((batch["x"] @ w + b - batch["y"]) ** 2)


def _runs(p, rates, x, y, memory=0.9, ahead=0.0, sign=1, late=False):
    """All members in NumPy, p of shape (N, 4, 2); or with the mistake of an answer."""
    v, losses = 0 * p, []
    for one, target in zip(np.insert(x, 3, 1, axis=2), y, strict=True):
        error = one @ p - target  # (N, B, 2)
        slope = 2 * one.T @ error / error[0].size
        v = memory * v + slope
        p = p - sign * rates[:, None, None] * (v + ahead * (slope + (memory - 1) * v))
        losses.append(((one @ p - target if late else error) ** 2).mean(axis=(1, 2)))
    return {"layer": (p[:, :3], p[:, 3])}, np.stack(losses, axis=1)


def _case(members, steps, rows, size):
    draw = np.random.default_rng(steps)
    x = np.float32(draw.normal(size=(steps, rows, 3)))
    y = np.float32(size * draw.normal(size=(steps, rows, 2)))
    keys = jax.random.split(jax.random.key(members), members)
    p = np.stack([jax.random.normal(key, (4, 2)) for key in keys])
    rates = np.geomspace(0.2, 0.01, members).astype(np.float32)
    params, losses = right = _runs(p, rates, x, y)
    start = {"layer": (p[:, :3], p[:, 3])}, losses
    mistakes = {
        "the parameters come first in the pair.": (losses, params),
        "the losses should have the shape (N, T).": (params, losses.T),
        "the parameters are those of the start. What does scan return first?": start,
        "is there momentum, or is its state lost?": _runs(p, rates, x, y, memory=0),
        "that is Nesterov's momentum. In the loops, w moves by the velocity.": _runs(
            p, rates, x, y, ahead=1.0
        ),
        "all start from the first key.": _runs(p[:1] + 0 * p, rates, x, y),
        "all have the first rate.": _runs(p, rates[:1] + 0 * rates, x, y),
        "each step gets the first batch.": _runs(
            p, rates, x[:1] + 0 * x, y[:1] + 0 * y
        ),
        "an update of Optax has its minus sign.": _runs(p, rates, x, y, sign=-1),
        "those are the losses after each step.": _runs(p, rates, x, y, late=True),
        "": "Are the start, the rate, the batch and the velocity those of this member and step?",
    }
    batches = {"x": jnp.array(x), "y": jnp.array(y)}
    when = f"For {members} members and {steps} steps, "
    mine = _check.call(_init, _loss, keys, jnp.array(rates), batches, when=when)
    _check.agrees(mine, right, mistakes, when)


_many = int(np.random.default_rng().integers(9, 20))
_case(3, 3, 3, 100)
_check.over(_case, (1, 2, 1, 1), (_many, _many + 3, 6, 1))


def program(train):
    """A function that gives the number of operations in the program."""
    compiled = jax.jit(train, static_argnums=(0, 1))
    return lambda *arguments: compiled.lower(*arguments).as_text().count(" = ")


_sizes = []
for _members, _steps in ((3, 2), (20, 2), (3, 20)):  # loops of one length share code
    _line = jnp.cos(jnp.arange(_steps)), jnp.ones(_steps)
    _keys = jax.random.split(jax.random.key(0), _members)
    _rates = 0.1 / jnp.arange(1, _members + 1)
    _starts = [float(jax.random.normal(key)) for key in _keys]
    _right = ensemble_in_loops(_starts, _rates.tolist(), np.stack(_line, axis=1))
    _given = jax.random.normal, lambda w, xy: (w * xy[0] - xy[1]) ** 2, _keys, _rates
    _when = f"For {_members} single weights and {_steps} steps, "
    _told = {"": "Does it work for any tree of parameters, a single array too?"}
    _check.agrees(_check.call(*_given, _line, when=_when), _right, _told, _when)
    _sizes.append(_check.call(*_given, _line, by=program, when=_when))
_told = "The numbers are right, but each further {} makes the program longer. {}"
_check.require(_sizes[0] == _sizes[1], _told.format("member", _vmap))
_check.require(_sizes[0] == _sizes[2], _told.format("step", _scan))
print("Agrees with separate runs, and the program has one size for all N and T.")

# %% [markdown]
# ## Save a run, and resume it bit for bit
#
# A run that resumes should end exactly where it would have ended without the interruption. What must be saved for that?
# Take the state after four epochs, replace one of its five fields with that of a fresh start, train on for two epochs,
# and compare the parameters with those of the run that never stopped.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Which of the fields can be lost without changing the parameters?
#
# - [{{ differences["opt_state"] == 0 }}] `opt_state`
# - [{{ differences["key"] == 0 }}] `key`
# - [{{ differences["step"] == 0 }}] `step`
# - [{{ differences["net_state"] == 0 }}] `net_state`
#
# </div>

# %% tags=["predict"]
fresh = experiment.init(jax.random.key(99), inputs)
unbroken, _ = train_epochs(experiment, halfway, data_key, range(4, 6))

differences = {}
for field in TrainingState._fields:
    resumed = halfway._replace(**{field: getattr(fresh, field)})
    resumed, _ = train_epochs(experiment, resumed, data_key, range(4, 6))
    change = jax.tree.map(jnp.subtract, resumed.params, unbroken.params)
    differences[field] = optax.tree.norm(change)
    print(f"without {field:9} the parameters differ by {differences[field]:.4f}")

# %% tags=["hidden"]
assert differences["net_state"] == 0
assert all(differences[f] > 1e-4 for f in ("params", "opt_state", "key", "step"))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Only the network state, and you still need it. During training, batch normalisation uses the mean and variance of the
# batch at hand, so the averages do not influence the parameters. Evaluation does use them, and right after the restart
# they have seen no data. Without `opt_state`, Adam starts with empty averages, and a schedule starts from the
# beginning. Without `key` or `step`, dropout draws other masks.
#
# </details>
#
# So save all five, and one thing more: the place in the data. As long as you save between epochs, `data_key` and the
# number of the epoch are enough.
#
# What could go into a file? `np.savez` looks right, and takes this tree without complaint:

# %% raises="ValueError" match="Object arrays cannot be loaded"
import io

file = io.BytesIO()
np.savez(file, params=halfway.params)
file.seek(0)
np.load(file)["params"]

# %% [markdown]
# A dictionary is not an array, so NumPy has pickled it, and refuses to unpickle it by default, because a pickle can run
# any code while it is loaded. Arrays of numbers cannot, so take the tree apart into its leaves and its structure:

# %%
leaves, structure = jax.tree.flatten(halfway)
print(len(leaves), "leaves; the last but one:", leaves[-2].dtype)

again = jax.tree.unflatten(structure, leaves)
print(type(again).__name__, type(again.opt_state[0]).__name__)

# %% [markdown]
# You need not save the structure, because `experiment.init(...)` makes it. But one leaf is not an array for NumPy, the
# key, whose dtype `key<fry>` names the generator, Threefry. These functions take it apart and put it back together (for
# another generator, with its name as `impl`):

# %%
print(jax.random.key_data(halfway.key))  # plain numbers, uint32
print(jax.random.wrap_key_data(jax.random.key_data(halfway.key)))
print(jnp.issubdtype(halfway.key.dtype, jax.dtypes.prng_key))

# %% [markdown]
# A run that is killed while it saves can leave half a file, so write the new file beside the old one, and then rename
# it with `os.replace`.
#
# ## Exercise: save and restore a state
#
# Define two functions:
#
# - `save_pytree(path, tree)` writes a tree into one file. `path` is a `pathlib.Path` that ends in `.npz`, and
#   `np.load(path)` must be able to read every array of the file without pickle.
# - `restore_pytree(path, like)` reads the tree back. `like` has the same structure, with keys in the places of keys,
#   and any arrays in the other places. The result has the structure of `like` and everything else from the file:
#   shapes, dtypes, and values to the last bit.
#
# Leaves are arrays of `float32`, integers or booleans, and typed keys of the default generator, single or in arrays,
# as `jax.random.key` and `split` make them. "To the last bit" means that this function returns `True` for the
# tree that was saved and the one that came back:


# %%
def same_bits(tree, other):
    if jax.tree.structure(tree) != jax.tree.structure(other):
        return False
    for a, b in zip(jax.tree.leaves(tree), jax.tree.leaves(other), strict=True):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        if jnp.issubdtype(a.dtype, jax.dtypes.prng_key):
            a, b = jax.random.key_data(a), jax.random.key_data(b)
        if np.asarray(a).tobytes() != np.asarray(b).tobytes():
            return False
    return True


small = {"w": jnp.array([0.1, 0.2]), "key": jax.random.key(5), "step": jnp.array(7)}
like = {"w": jnp.zeros(2), "key": jax.random.key(0), "step": jnp.array(0)}
print("before restoring:", same_bits(small, like), "- wanted after it: True")

# %% [markdown]
# <details>
# <summary>Hint: names in the file</summary>
#
# `np.savez(path, *arrays)` names them `arr_0`, `arr_1`, and so on, and `np.load(path)` is indexed with these
# names. Beware of sorting them: `arr_10` comes before `arr_2`.
#
# </details>
#
# <details>
# <summary>Hint: the key</summary>
#
# When you restore, `like` says which leaves are keys.
#
# </details>


# %% exercise="resume" kind="build" minutes="15"
def save_pytree(path, tree):
    """Write the leaves of a tree into an .npz file."""
    ### BEGIN SOLUTION
    leaves = [
        jax.random.key_data(leaf)
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        else leaf
        for leaf in jax.tree.leaves(tree)
    ]
    beside = path.with_suffix(".new.npz")
    np.savez(beside, *leaves)
    beside.replace(path)  # in one step: there is never half a file
    ### END SOLUTION


def restore_pytree(path, like):
    """Read a tree with the structure of like back from an .npz file."""
    ### BEGIN SOLUTION
    with np.load(path) as file:
        leaves = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(file.files))]
    old, structure = jax.tree.flatten(like)
    leaves = [
        jax.random.wrap_key_data(leaf)
        if jnp.issubdtype(old_leaf.dtype, jax.dtypes.prng_key)
        else leaf
        for leaf, old_leaf in zip(leaves, old, strict=True)
    ]
    return jax.tree.unflatten(structure, leaves)
    ### END SOLUTION


# %% check="resume"
import pathlib
import shutil
import tempfile

from publishing.teaching.checking import Check

_bits = 'Read "Save a run, and resume it bit for bit" again.'
_save = Check(
    globals(),
    "save_pytree",
    "Exercise: save and restore a state",
    {
        "PRNGKey": f"NumPy cannot hold a typed key: save its numbers. {_bits}",
        "": "path is a pathlib.Path that ends in .npz, in any folder, and the tree is any tree.",
    },
)
_restore = Check(
    globals(),
    "restore_pytree",
    "Exercise: save and restore a state",
    {
        "key_data.dtype": "Is each leaf in its place? Sorted by name, arr_10 comes before arr_2.",
        "key_data.shape": "A leaf is a key where `like` has one, and may be an array of keys.",
        "FileNotFound": "The path ends in .npz already, and the file may have been moved there.",
        "reshape": "Which shape a leaf has says the file, not `like`.",
        "": "Does it work for any tree, and with nothing but the file and `like`?",
    },
)


def _is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def _blank(leaf):
    """Another key, or an array of another shape and dtype."""
    other = jnp.int32 if jnp.issubdtype(leaf.dtype, jnp.floating) else jnp.float32
    return jax.random.key(0) if _is_key(leaf) else jnp.zeros((*leaf.shape, 2), other)


_odd = np.array([np.nan, -0.0, np.inf, 1e-42, 3.4e38, 0.1], np.float32)
_odd[:1].view(np.uint32)[:] += 3  # another nan
_leaves = {
    "small": 1e-30 * np.random.default_rng(7).normal(size=(3, 4)).astype(np.float32),
    "odd": {"numbers": _odd, "none": None, "empty": np.zeros((0, 3), np.float32)},
    "many": list(np.arange(12, dtype=np.int32)),
    "many/0": np.array(7, np.int32),
    "flags": (np.array([True, False]), np.array(True)),
    "whole": [np.array([2**n - 1, 0], f"uint{n}") for n in (8, 16, 32)],
    "negative": [np.array([-(2**n)], f"int{n + 1}") for n in (7, 15, 31)],
}
_keys = jax.random.split(jax.random.key(7), 6)
_keys = {"key": _keys[2], "keys": (_keys, _keys.reshape(2, 3), _keys[:0])}
_folder = tempfile.TemporaryDirectory()  # is there until another has this name
for _name, _tree in (
    ("two arrays", [jnp.arange(3.0), jnp.arange(4)]),
    ("a run with Adam", halfway),
    ("leaves of all kinds", {**jax.tree.map(jnp.asarray, _leaves), **_keys}),
    ("a tree without leaves", {"none": None}),
):
    _when = f"With {_name}, "
    _like = jax.tree.map(_blank, _tree)
    _path = pathlib.Path(_folder.name, _name, "state.npz")
    _moved = _path.with_name("moved.npz")
    _path.parent.mkdir()
    _save.call(_path, _tree, when=_when)
    _told = "there is no file at `path`, with its folder and its ending."
    _save.require(_path.exists(), _when + _told)
    try:
        with np.load(_path, allow_pickle=False) as _file:
            _arrays = [_file[name] for name in _file.files]
    except Exception as _problem:
        _told = f"np.load cannot read the file: {str(_problem)[:120]} ... {_bits}"
        _save.require(False, _when + _told)
    shutil.copy(_path, _moved)
    _save.call(_path, _like, when=_when)  # a later one, which must not matter
    _back = _restore.call(_moved, _like, when=_when)
    _same = jax.tree.structure(_back) == jax.tree.structure(_like)
    _told = "the structure is not that of `like`: is a `return` missing?"
    _restore.require(_same, _when + _told)
    _mixed = jax.tree.map(lambda a, b: b if _is_key(a) else a, _tree, _like)
    _mistakes = {
        "that is `like`.": _like,
        "keys are those of `like`.": _mixed,
        "": "Is each leaf in its own place, with the shape and the dtype of the file, and nothing rounded?",
    }
    _restore.agrees(_back, _tree, _mistakes, _when, rtol=0, dtypes=True)
    _same = [getattr(leaf, "dtype", 0) for leaf in jax.tree.leaves(_back)]
    _same = _same == [leaf.dtype for leaf in jax.tree.leaves(_tree)]
    _restore.require(_same, f"{_when}a leaf has another type: an array, or a key?")
    _same = same_bits(_tree, _back)
    _restore.require(_same, f"{_when}the bits of a nan or of -0.0 are others.")
print(
    "To the last bit: a run with Adam, and leaves of all kinds, come back as they were."
)

# %% [markdown]
# ## The transformer in a run
#
# For [the transformer](../networks/transformer.py), one optimiser warms up, clips and accumulates. Without network state
# and dropout, parameters, its memory and the batch's number are the whole state:


# %%
from snippets.transformer import Config, Transformer

reader = hk.without_apply_rng(hk.transform(lambda t: Transformer(Config())(t)[0]))
warm_up = optax.warmup_cosine_decay_schedule(0.0, 5e-3, 10, 100)
clipped_adam = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(warm_up))
by_two = optax.MultiSteps(clipped_adam, every_k_schedule=2)


def reversal_step(state, number):
    tokens = jax.random.randint(jax.random.fold_in(data_key, number), (32, 8), 0, 10)

    def reversal_loss(params):
        entropy = optax.softmax_cross_entropy_with_integer_labels
        return entropy(reader.apply(params, tokens), tokens[:, ::-1]).mean()

    loss, grads = jax.value_and_grad(reversal_loss)(state[0])
    updates, opt_state = by_two.update(grads, state[1], state[0])
    return (optax.apply_updates(state[0], updates), opt_state), loss


# %%
run = jax.jit(lambda state, numbers: jax.lax.scan(reversal_step, state, numbers))
weights = jax.jit(reader.init)(jax.random.key(6), jnp.zeros((1, 8), int))
half, early = run((weights, by_two.init(weights)), jnp.arange(100))
whole, late = run(half, jnp.arange(100, 200))

leaves, structure = jax.tree.flatten(half)
file = io.BytesIO()
np.savez(file, *leaves)
file.seek(0)
saved_leaves = np.load(file).values()
resumed, _ = run(jax.tree.unflatten(structure, saved_leaves), jnp.arange(100, 200))
equal = jax.tree.all(jax.tree.map(np.array_equal, whole, resumed))
print(f"loss {early[0]:.2f} -> {late[-1]:.4f}, resumed bit for bit: {equal}")

# %% tags=["hidden"]
assert equal

# %% [markdown]
# ## What can go wrong
#
# - `ValueError: You are using a transformation that requires the current value of parameters`: pass
#   `state.params` to `optimizer.update` as its third argument.
# - `TypeError: JAX array with PRNGKey dtype cannot be converted to a NumPy array`: NumPy got a typed key. Save
#   `jax.random.key_data(key)`.
# - `ValueError: Object arrays cannot be loaded when allow_pickle=False`: a tree, or another Python object, was saved
#   where arrays belong. Flatten a tree first.
# - No message at all: `np.savez` keeps the bits of a `bfloat16` array and loses its dtype, so that it comes
#   back as raw bytes of type `V2`. Convert such leaves before you save them.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - An Optax optimiser has two functions, `init` and `update`. Its memory is a pytree in the training state, and the
#   parts of a chain act in order. `optax.partition` keeps a frozen layer out of them and gives groups their own rates;
#   `optax.MultiSteps` accumulates gradients.
# - `train_step` maps `(state, batch)` to `(state, metrics)`, and suits a Python loop, `lax.scan` and `vmap`. A method
#   freezes what it reads from a static `self` when it is traced.
# - Make a score over batches from sums, and divide once. A run resumes from its whole state and its place in
#   the data.
#
# Next: [Test and debug what you train](testing.py).
