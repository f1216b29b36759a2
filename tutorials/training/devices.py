# %% [markdown]
# # Many devices: meshes, shardings, `shard_map`
#
# A step that you wrote for one device can run on eight, or on hundreds: place its inputs in pieces on a mesh with
# automatic axes, and `jax.jit` exchanges what is missing.

# %% tags=["short"]
import jax
import jax.numpy as jnp

jax.config.update("jax_num_cpu_devices", 8)  # to try it
count = jax.device_count()
auto = (jax.sharding.AxisType.Auto,)
mesh = jax.make_mesh((count,), ("data",), axis_types=auto)
rows = jax.NamedSharding(mesh, jax.P("data"))
x = jax.device_put(jnp.ones((16, 4)), rows)
print(x.shape, x.addressable_shards[0].data.shape)
print(jax.jit(jnp.sum)(x), (2 * x).sharding.spec)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - lay out arrays over a mesh of devices, and say which piece each device holds;
# - train a network data parallel and model parallel, and check it against one device;
# - write down what one device does with `jax.shard_map`, and port `jax.pmap` code.
#
# You need: a [compiled step](../haiku/compiled_training.py), and the [names of parameters](../haiku/modules.py).
#
# </div>
#
# ## Eight devices to learn with
#
# For learning and tests, JAX can split the CPU into several simulated devices, as above. They share its cores, so they
# show whether a program is right, not how fast it is. You have to ask for them before JAX looks for devices:

# %%
import jax

jax.config.update("jax_num_cpu_devices", 8)
jax.config.update("jax_default_matmul_precision", "highest")  # we compare digits

# %%
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
from functools import partial

import haiku as hk
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax
from jax import NamedSharding, P
from jax.sharding import AxisType

devices = jax.devices()  # or jax.devices("cpu"), on a machine with one GPU
n = max(k for k in (1, 2, 4, 8) if k <= len(devices))
devices = devices[:n]
print(n, devices[0].device_kind, devices[0].platform)

# %% [markdown]
# This run has {{ n }} devices; with one, the factors below are 1.
#
# ## A mesh and a layout: `NamedSharding`
#
# A **mesh** is an array of devices whose axes have names. Here the first axis is for the data, the second for the model:

# %%
columns = 2 if n > 1 else 1
grid = jax.make_mesh((n // columns, columns), ("data", "model"), devices=devices)
print(grid)

# %% [markdown]
# A `jax.P`, formerly `PartitionSpec`, has an entry for each axis of an *array*: the name of the mesh axis that cuts it,
# a tuple of names, or `None`. Axes without an entry stay whole. Mesh and spec together are a **sharding**, and
# `jax.device_put` lays out an array accordingly:

# %%
x = jnp.arange(8.0 * 6).reshape(8, 6)
x = jax.device_put(x, NamedSharding(grid, P("data", "model")))
print("array:", x.shape, " each piece:", x.sharding.shard_shape(x.shape))
for shard in x.addressable_shards[:2]:
    print(shard.device, shard.index, shard.data[0])

# %% [markdown]
# It is still one array of shape `(8, 6)`, of which each device holds the shaded part:


# %% tags=["plot", "cover"] alt="Four grids of boxes, a box per device: the part of an array that it holds, from some rows to all of it."
# Caption: A name in the spec cuts the array along that axis of the mesh; an axis that
# is not named makes copies.
def draw_layout(axes, mesh, spec, shape=(8, 8)):
    pieces = NamedSharding(mesh, spec).devices_indices_map(shape)
    for (i, j), device in np.ndenumerate(mesh.devices):
        left, top = 1.3 * j, 1.3 * i
        (r, r_end), (c, c_end) = (
            np.array(cut.indices(size)[:2]) / size
            for cut, size in zip(pieces[device], shape, strict=True)
        )
        piece = plt.Rectangle(
            (left + c, top + r), c_end - c, r_end - r, color="C0", alpha=0.5, lw=0
        )
        axes.add_patch(piece)
        axes.add_patch(plt.Rectangle((left, top), 1, 1, fill=False, ec="C0", lw=1.5))
        number = list(mesh.devices.flat).index(device)
        axes.text(left + 0.5, top + 0.5, number, ha="center", va="center")
    height, width = mesh.devices.shape
    axes.set(xlim=(-0.1, 1.3 * width - 0.2), ylim=(1.3 * height - 0.2, -0.1))
    axes.set(aspect="equal", title=str(spec).replace(", ", ",\n  "), xlabel="model")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


specs = [P("data"), P(None, "model"), P("data", "model"), P()]
figure = plt.figure(figsize=(5.6, 3.8), layout="constrained")
for axes, spec in zip(figure.subplots(1, 4), specs, strict=True):
    draw_layout(axes, grid, spec)
figure.supylabel("data", size="medium")
plt.show()

# %% [markdown]
# A mesh axis that the spec names cuts the array. One that it does not name makes *copies*: under `P("data")` the
# devices along `model` hold the same rows, and under `P()` every device holds everything, which is called
# **replicated**. `jax.device_put` refuses a layout with an unknown name:

# %% raises="ValueError" match="Resource axis: rows .* is not found in mesh"
jax.device_put(jnp.zeros((8, 6)), NamedSharding(grid, P("rows")))

# %% [markdown]
# ## Data parallel: cut the batch
#
# Here is an ordinary step, which mentions no devices, and its result on one:


# %%
def net(x):
    return hk.nets.MLP([64, 1], activation=jnp.tanh)(x)  # (B, 1)


network = hk.without_apply_rng(hk.transform(net))


def loss_fn(params, batch):
    inputs, targets = batch
    return jnp.mean((network.apply(params, inputs) - targets) ** 2)


@jax.jit
def step(params, batch):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


# %%
inputs = jax.random.normal(jax.random.key(0), (256, 16))  # (B, D)
batch = inputs, jnp.sin(inputs.sum(axis=1, keepdims=True))
params = network.init(jax.random.key(1), inputs)
one_params, one_loss = step(params, batch)
print(f"one device: loss {one_loss:.4f}")

# %% [markdown]
# **Data parallel** means that each device has all parameters and some rows of the batch. Two calls of `jax.device_put`
# arrange that, each for a tree; under `jax.set_mesh` a `P` alone is a layout. The mesh gets *automatic* axes, on
# which the compiler chooses the layouts that you do not name:


# %%
def auto_mesh(shape, names, devices=devices):
    types = (AxisType.Auto,) * len(names)
    return jax.make_mesh(shape, names, axis_types=types, devices=devices)


mesh = auto_mesh((n,), ("data",))
with jax.set_mesh(mesh):
    split_batch = jax.device_put(batch, P("data"))
    shared_params = jax.device_put(params, P())
    many_params, many_loss = step(shared_params, split_batch)


def largest_difference(tree, other):
    """The largest difference of two trees, wherever their arrays lie."""
    pairs = zip(jax.tree.leaves(tree), jax.tree.leaves(other), strict=True)
    return max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in pairs)


print(f"devices: {n}, loss {many_loss:.4f}")
print("equal to 1e-5:", largest_difference(one_params, many_params) < 1e-5)

# %% [markdown]
# The numbers agree up to the last digits, because sums are taken in another order. The mean over the batch needs rows
# from all devices, so the program has a *collective*, an operation in which all devices take part:

# %%
program = step.lower(shared_params, split_batch).compile().as_text()
print("all-reduce in the program:", program.count(" all-reduce("))
jax.tree.map(lambda leaf: leaf.sharding.spec, many_params)


# %% tags=["plot"] alt="Each device has its rows and its own gradient; all-reduce gives each device the same mean, and the same params."
# Caption: The devices exchange their gradients, so all end the step with the same
# parameters.
from snippets.drawing import GRADIENT, PARAMETERS, array, arrow, box, canvas, note

cut = jax.tree.map(lambda a: np.asarray(a).reshape(n, -1, a.shape[-1]), batch)
own = jax.vmap(jax.grad(loss_fn), (None, 0))(params, cut)
mean = jax.grad(loss_fn)(params, batch)
own, mean, new = (tree["mlp/~/linear_1"]["w"] for tree in (own, mean, many_params))
axes, of_device = canvas(22.4), 'auto_mesh((n,), ("data",))'
of_rows, of_own = 'jax.device_put(batch, P("data"))', "jax.value_and_grad(loss_fn)"
reduced = 'program.count(" all-reduce(") | all-reduce in the program: 1'
of_params = "many_params | 'mlp/~/linear_1'"
for device in range(n):
    place = 21.4 + 3.6 * (device - (n - 1) / 2)
    note(axes, place, 1, f"{device}", of=of_device)
    parts = [array(axes, place - 1.5, 2.3, cut[0][device, :3, :3], cell=1, of=of_rows)]
    for top, number, color, of in (
        (7.1, own[device, 0, 0], GRADIENT, of_own),
        (14.3, mean[0, 0], GRADIENT, reduced),
        (19.1, new[0, 0], PARAMETERS, of_params),
    ):
        parts.append(array(axes, place - 1.5, top, number, (), color, 3, ".2f", of))
    rows, local, shared, after = parts
    arrow(axes, rows, local, color=GRADIENT, of=of_own)
    arrow(axes, local, (place, 11.2), color=GRADIENT, of=reduced)
    arrow(axes, (place, 13.2), shared, color=GRADIENT, of=reduced)
    arrow(axes, shared, after, color=PARAMETERS, of=of_params)
box(axes, 21.4, 12.2, "all-reduce: mean of the gradients", width=28.8, of=reduced)
for y, name, of in (
    (1, "device", of_device),
    (3.8, "rows", of_rows),
    (8.6, "gradient", of_own),
    (20.6, "params", of_params),
):
    note(axes, 6.4, y, name, "right", of)
plt.show()

# %% [markdown]
# An *all-reduce* adds up the gradients of all devices and gives each of them the sum, so the new parameters are replicated
# like the old ones. In a training loop, the one new line is the `device_put` of each batch.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# On one device you train with a batch of 256. Now you have eight, and give each a batch of 256. Is the training the
# same?
#
# - [{{ largest_difference(step(params, (inputs[:32], batch[1][:32]))[0], one_params) < 1e-5 }}] Yes: each device steps as
#   the one did.
# - [{{ largest_difference(one_params, many_params) > 1e-5 }}] No: eight gradients add up, so a step is longer.
# - [{{ largest_difference(one_params, many_params) < 1e-5 }}] No: the gradient is now the mean over 2048 rows.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# No. The gradient is now the mean over 2048 rows. A step has less noise, and an epoch has an eighth of the steps, so at the
# same learning rate you may make less progress per epoch. Compare 8 devices with 32 rows each if you want the same
# numbers. If you keep 256 per device, tune the learning rate again.
#
# </details>
#
# ## Model parallel: cut the weights
#
# If a model is too large for one device, cut its weights: **model parallel**. Of two linear layers, cut the
# first along its outputs and the second along its inputs. Each device then computes some of the hidden units from start
# to end, and one all-reduce adds what they contribute to the output. A layout is a tree of specs with the names of the
# parameters:

# %%
first, last = params
layout = {
    first: {"w": P(None, "model"), "b": P("model")},  # (16, 64), (64,)
    last: {"w": P("model"), "b": P()},  # (64, 1), (1,)
}
auto_grid = auto_mesh(grid.devices.shape, grid.axis_names)
with jax.set_mesh(auto_grid):
    cut_params = jax.device_put(params, layout)
    grid_batch = jax.device_put(batch, P("data"))
    cut_new_params, cut_loss = step(cut_params, grid_batch)
print(f"loss {cut_loss:.4f}")
print("equal to 1e-5:", largest_difference(one_params, cut_new_params) < 1e-5)
jax.tree.map(lambda leaf: leaf.sharding.spec, cut_new_params)

# %% [markdown]
# This is data and model parallel at once; here new weights are cut like the old.
#
# ### The transformer in three layouts
#
# A step of [the transformer](../networks/transformer.py), with one block:


# %%
from snippets.transformer import Config, Transformer


def one_block(tokens):
    return Transformer(Config(blocks=1))(tokens)[0]


transformer = hk.without_apply_rng(hk.transform(one_block))


@jax.jit
def reversal_step(params, tokens):
    def loss_fn(params):
        logits = transformer.apply(params, tokens)  # (B, T, V)
        cross_entropy = optax.softmax_cross_entropy_with_integer_labels
        return cross_entropy(logits, tokens[:, ::-1]).mean()

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


tokens = jax.random.randint(jax.random.key(4), (64, 8), 0, 10)  # (B, T)
model = jax.jit(transformer.init)(jax.random.key(5), tokens)
one_model, one_model_loss = reversal_step(model, tokens)

# %% [markdown]
# Model parallel gives each device some heads, and some units of the MLPs. *Fully sharded* data parallel (FSDP, ZeRO)
# cuts the weights along the axis of the *data*, to save memory.


# %%
def by_head(module, name, value):
    if module.endswith(("query", "key", "value", "mlp/linear")):
        return P(None, "model") if name == "w" else P("model")
    after = module.endswith(("attention/linear", "mlp/linear_1")) and name == "w"
    return P("model") if after else P()


whole = jax.tree.map(lambda p: P(), model)
sharded = jax.tree.map(lambda p: P("data") if len(p) % n == 0 else P(), model)
on_meshes = {
    "data parallel": (mesh, whole),
    "model parallel": (auto_grid, hk.data_structures.map(by_head, model)),
    "fully sharded": (mesh, sharded),
}

# %% [markdown]
# `out_shardings` keeps the new weights cut. The compiled program says what devices exchange, how often, how many bytes:

# %%
from snippets.jaxprs import communications

exchanged, held, moved_models = {}, {}, {}
for name, (on, specs) in on_meshes.items():
    with jax.set_mesh(on):
        given = jax.device_put((model, tokens), (specs, P("data")))
        in_layout = jax.jit(reversal_step, out_shardings=(specs, P()))
        compiled = in_layout.lower(*given).compile()
        moved_models[name], _ = compiled(*given)
    pieces = [p.addressable_shards[0].data for p in jax.tree.leaves(moved_models[name])]
    held[name], exchanged[name] = sum(p.size for p in pieces), communications(compiled)
    same = largest_difference(one_model, moved_models[name]) < 1e-5
    print(f"{name}: equal {same}, {held[name]} parameters on each, {exchanged[name]}")

# %% [markdown]
# Data parallel adds up the gradients and the loss. Model parallel also adds up partial sums in each block, forward and
# backward, whose bytes grow with the batch. Fully sharded, devices hold least, and gather weights.
#
# ## Explicit axes: the layout is in the type
#
# By default, a `jax.sharding.Mesh` has automatic axes, and `jax.make_mesh` makes explicit ones. On
# explicit axes the layout of an array is part of its type, where `jax.typeof` shows it: `8@data` is an axis of length
# 8, cut by the mesh axis `data`.

# %%
with jax.set_mesh(grid):
    h = jax.device_put(jnp.ones((8, 4)), P("data", "model"))
    w = jax.device_put(jnp.ones((4, 6)), P("model"))
print("h, w:", jax.typeof(h), jax.typeof(w))
print("tanh, sum, transpose:", *map(jax.typeof, (jnp.tanh(h), h.sum(axis=1), h.T)))

# %% [markdown]
# Operations derive the layout of their result from those of their arguments. Some refuse to guess, such as a product
# that sums over an axis cut in both factors:

# %% raises="ShardingTypeError" match="Contracting dimensions are sharded and it is ambiguous"
h @ w

# %% [markdown]
# Each device holds partial sums. Choose a layout for the finished ones with `out_sharding`:

# %%
with jax.set_mesh(grid):
    for spec in (P("data"), P("data", "model")):
        print(jax.typeof(jnp.matmul(h, w, out_sharding=spec)))

# %% [markdown]
# ### Haiku on explicit axes: `jax.sharding.auto_axes`
#
# Haiku was written before explicit axes, and its modules take no `out_sharding`. With whole weights `step` needs none,
# but the transformer looks up the rows of a table:

# %% raises="ShardingTypeError" match="Use `.at.*get.out_sharding=.` to provide output PartitionSpec"
explicit = jax.make_mesh((n,), ("data",), devices=devices)
with jax.set_mesh(explicit):
    placed = jax.device_put((model, tokens), (P(), P("data")))
with jax.set_mesh(explicit):
    reversal_step(*placed)

# %% [markdown]
# Cut rows also stop `x[0]` and a `scan` along them, and where they meet whole arrays, an `hk.LSTM` or a
# `jnp.concatenate`; cut weights may stop `hk.Linear`. `jax.sharding.auto_axes` makes the axes automatic *inside* a
# function, so you name only the layouts of its results:

# %%
explicit_step = jax.sharding.auto_axes(reversal_step, out_sharding=P())
with jax.set_mesh(explicit):
    explicit_model, explicit_loss = explicit_step(*placed)
print(f"loss {explicit_loss:.4f}")
print("equal to 1e-5:", largest_difference(one_model, explicit_model) < 1e-5)

# %% [markdown]
# ### Random numbers: who draws them?
#
# Under `jit` a key of the default generator gives the same numbers on every mesh, but the work differs. Add noise to a
# batch, and count each device's operations:


# %%
def noisy_sum(x, key, **layout):
    return (x + jax.random.normal(key, x.shape, **layout)).sum()


def millions_of_operations(f, mesh, shape=(4096, 64)):
    with jax.set_mesh(mesh):
        x = jax.device_put(jnp.ones(shape), P("data"))
        compiled = jax.jit(f).lower(x, jax.random.key(0)).compile()
    return compiled.cost_analysis()["flops"] / 1e6


draws = {
    "automatic": (noisy_sum, mesh),
    "explicit": (noisy_sum, explicit),
    "explicit, out_sharding": (partial(noisy_sum, out_sharding=P("data")), explicit),
}
operations = {name: millions_of_operations(*of) for name, of in draws.items()}
print({name: f"{count:.1f} million" for name, count in operations.items()})

# %% [markdown]
# On explicit axes an array without a layout is replicated, so each device draws all the noise, or the masks of
# `hk.dropout`. With `out_sharding`, or in `auto_axes`, each draws its own part, as on automatic axes. (In
# `jax.shard_map` all devices draw the same numbers from one key.)
#
# ## Exercise: noise on explicit axes
#
# These two lines look up tokens in a table, and add noise:


# %%
lookup = hk.without_apply_rng(hk.transform(lambda tokens: hk.Embed(10, 32)(tokens)))


def noisy_rows(params, tokens, key):
    rows = lookup.apply(params, tokens)  # (B, T, 32)
    return rows + 0.1 * jax.random.normal(key, rows.shape)


# %% [markdown]
# Define `spread_rows(params, tokens, key)`, for the mesh `explicit`, a key of the default generator, `params` replicated
# and `tokens` of shape `(B, T)` cut along `"data"`. It gives the same numbers as `noisy_rows` on one device, and the
# same gradient by `params`, compiled or not. Its result is cut along `"data"`, too, and no device draws the noise of
# another: the program has at most 1.5 times the operations of `noisy_rows` on automatic axes.

# %% exercise="spread-noise" kind="build" minutes="10"
### BEGIN SOLUTION


def spread_rows(params, tokens, key):
    (table,) = jax.tree.leaves(params)
    rows = table.at[tokens].get(out_sharding=P("data"))
    noise = jax.random.normal(key, rows.shape, out_sharding=P("data"))
    return rows + 0.1 * noise


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# There are two ways: name a layout wherever an array is made, or make the axes automatic inside. What does the message
# above propose for a table?
#
# </details>

# %% check="spread-noise"
from publishing.teaching.checking import Check

_advice = {
    "out_sharding": "On explicit axes a lookup has to name the layout of its result.",
    "auto_axes": "Which layout has the result of what you pass to auto_axes?",
    "": "It gets params, tokens and a key, under jax.set_mesh(explicit).",
}
_check = Check(globals(), "spread_rows", "Random numbers: who draws them?", _advice)


def on_explicit_axes(f, on=explicit):
    """Rows and gradients, compiled and not, the layout, and operations."""

    def of(params, tokens, key):
        with jax.set_mesh(on):
            placed = *jax.device_put((params, tokens), (P(), P("data"))), key
            compiled = jax.jit(f).lower(*placed).compile()
            rows = compiled(*placed)
            by_params = jax.grad(lambda *given: (f(*given) ** 2).sum())
            again = rows if on is mesh else f(*placed)
            other = f(*placed[:2], jax.random.key(7))
            slopes = jax.jit(by_params)(*placed), by_params(*placed)
        layout = rows.sharding.shard_shape(rows.shape)
        return (rows, again, slopes, other), layout, compiled.cost_analysis()["flops"]

    return of


def _case(share, length):
    draw, shape = np.random.default_rng(0), (share * n, length)
    tokens, key = jnp.array(draw.integers(0, 10, shape)), jax.random.key(share)
    table = lookup.init(key, tokens)
    table = jax.tree.map(lambda leaf: jnp.float32(draw.normal(size=leaf.shape)), table)
    given, when = (table, tokens, key), f"For tokens of shape {shape}, "
    (one, _, slopes, other), _, most = on_explicit_axes(noisy_rows, mesh)(*given)
    mine, layout, count = _check.call(*given, by=on_explicit_axes, when=when)
    plain = lookup.apply(table, tokens)
    told = {
        "there is no noise.": plain,
        "all rows have the same noise.": plain
        + 0.1 * jax.random.normal(key, plain.shape[1:]),
        "the noise is not normal.": plain + 0.1 * jax.random.uniform(key, plain.shape),
        "": "Is the noise drawn once, by the key as it comes? Is it rounded?",
    }
    _check.agrees(mine[0], one, told, when, "the result", rtol=1e-5)
    told = {
        "it is zero: is it stopped?": jax.tree.map(np.zeros_like, slopes),
        "": "Does it go through the lookup?",
    }
    _check.agrees(mine[2], slopes, told, when, "the gradient by params")
    _check.agrees(mine[1], one, {}, when, "the result, not compiled,", rtol=1e-5)
    told = {"it is that for the key before: is noise kept?": one}
    _check.agrees(mine[3], other, told, when, "the result for another key", rtol=1e-5)
    right = (share, length, 32)
    told = (
        f"each device holds {layout} of the result, not {right}: which layout has it?"
    )
    _check.require(layout == right, when + told)
    cost = f"{count / most:.2f} times the operations of automatic axes"
    cheap = devices[0].platform != "cpu" or count <= 1.5 * most
    _check.require(cheap, f"{when}the program has {cost}: who draws the noise?")


_more = int(np.random.default_rng().integers(65, 99))
_case(2, 3)
_check.over(_case, (1, 1), (_more, 7))
print("The same rows and gradient, and each device draws its own noise.")

# %% [markdown]
# ## `jax.shard_map`: write what one device does
#
# With `jit` you write the whole computation, and the compiler divides it. With `jax.shard_map` you write the part of
# one device and the exchanges. `in_specs` says how the arguments are cut, and `out_specs` how the results are put
# together:


# %%
def local_mean(rows):
    print("one device sees", jax.typeof(rows))  # while JAX traces
    return jax.lax.pmean(rows.mean(), "data")


all_mean = jax.shard_map(local_mean, mesh=mesh, in_specs=P("data"), out_specs=P())
cut_inputs, _ = split_batch
print(f"{all_mean(cut_inputs):.4f} and {inputs.mean():.4f}")

# %% [markdown]
# Inside, the shape is that of a piece, and `{V:data}` in the type says that the value may *vary* along `data`, from one
# device to the next. `jax.lax.pmean` and `jax.lax.psum` are the mean and the sum over the devices along an axis, and
# the same on all of these. `out_specs=P()` promises that all devices have the same value. Without the exchange JAX does
# not believe it, because it tracks what varies (unless `check_vma=False`):

# %% raises="ValueError" match="could not infer replication over any axes"
specs = {"in_specs": P("data"), "out_specs": P()}
jax.shard_map(lambda x: x.mean(), mesh=mesh, **specs)(cut_inputs)

# %% [markdown]
# On explicit axes you may leave out `in_specs`; if you write them, they must match the arguments' layout.
#
# ## What `pmap` code becomes
#
# Older code uses `jax.pmap`, which still runs outside `jax.set_mesh`, if not nested. It works like `jax.vmap` with a
# device for each index: batch and parameters, unless `in_axes` says `None`, get a leading axis of length $N$, and the
# step averages its gradients by hand:


# %%
def update(params, batch):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    grads = jax.lax.pmean(grads, "data")  # the mean over the devices
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    return params, jax.lax.pmean(loss, "data")


pmap_step = jax.pmap(update, axis_name="data", devices=devices)
copies = jax.tree.map(lambda p: jnp.stack([p] * n), params)  # (N, ...)
chunks = jax.tree.map(lambda a: a.reshape(n, -1, *a.shape[1:]), batch)  # (N, B/N, ...)
pmap_params, _ = pmap_step(copies, chunks)
first_copy = jax.tree.map(lambda p: p[0], pmap_params)
print("equal to 1e-5:", largest_difference(one_params, first_copy) < 1e-5)

# %% [markdown]
# Today you lay out the arrays on automatic axes and call `step`. The leading axes, the copies and the `pmean` disappear:
#
# | in older code | today, under `jax.set_mesh(mesh)` |
# |---|---|
# | `jax.pmap(update, axis_name="data")` | `jax.jit(step)` |
# | its `static_broadcasted_argnums` | `static_argnums` of `jax.jit` |
# | `jax.sharding.Mesh(devices, names)`, entered by `with` | `auto_mesh(shape, names)`, entered by `with jax.set_mesh(mesh)` |
# | `check_rep=False` of the older `shard_map` | `check_vma=False`, [see below](#with-check_vmafalse-rule-and-repair-change-places) |
# | `jnp.stack([p] * n)`, or `jax.device_put_replicated` (removed) | `jax.device_put(params, P())` |
# | `a.reshape(n, -1, ...)` for each array of the batch | `jax.device_put(batch, P("data"))` |
# | `jax.device_put_sharded(pieces, devices)` (removed) | `jax.device_put(jnp.stack(pieces), P("data"))` |
# | `jax.lax.pmean(grads, "data")` | nothing: `loss_fn` is the mean over the whole batch |
# | `jax.random.fold_in(key, jax.lax.axis_index("data"))` | nothing: one key draws for the whole batch |
# | `jax.tree.map(lambda p: p[0], pmap_params)` to save a copy | `params` |
#
# Under `jit`, `hk.BatchNorm` takes the mean over the whole batch; under `pmap` it needs `cross_replica_axis`.
#
# To keep `update` and its collectives, `jax.shard_map` looks like the direct replacement:

# %%
specs = {"in_specs": (P(), P("data")), "out_specs": P()}
ported_step = jax.jit(jax.shard_map(update, mesh=mesh, **specs))
ported_params, ported_loss = ported_step(shared_params, split_batch)
print(f"loss: {ported_loss:.4f} and {one_loss:.4f}")

# %% [markdown]
# It runs, and the loss is right. Now compare the updates, new minus old parameters, of `ported_step` and of `step`.
# What ratio of their lengths do you expect?
#
# - [{{ n > 1 and np.allclose(jax.tree.leaves(ratios), 1, rtol=1e-3) }}] 1: both steps take the mean of the gradients.
# - [{{ np.allclose(jax.tree.leaves(ratios), n, rtol=1e-3) }}] The number of devices: gradients are added up.
# - [{{ n > 1 and np.allclose(jax.tree.leaves(ratios), 1 / n, rtol=1e-3) }}] 1 / the number of devices: a mean is taken twice.

# %% tags=["predict"]
ratios = jax.tree.map(
    lambda old, new, true: np.linalg.norm(new - old) / np.linalg.norm(true - old),
    jax.tree.map(np.asarray, params),
    jax.tree.map(np.asarray, ported_params),
    jax.tree.map(np.asarray, one_params),
)
print("devices:", n, "  ratio of the updates:")
jax.tree.map(lambda ratio: f"{ratio:.3f}", ratios)

# %% tags=["hidden"]
assert np.allclose(jax.tree.leaves(ratios), n, rtol=1e-3)
assert largest_difference(one_params, first_copy) < 1e-5
assert abs(ported_loss - one_loss) < 1e-5

# %% [markdown]
# The factor is {{ n }}, the number of devices, so this step behaves as if the learning rate were {{ n }} times as
# large. Adam mostly hides the factor, because it divides a gradient by its size.
#
# `params` came in with `P()`, so it is *one* value that all devices share. The derivative with respect to a shared value
# is the *sum* of what all its users contribute, so `jax.grad` has already inserted a `psum`. The `pmean` of this sum, $N$
# equal numbers, changes nothing. (Where devices take different branches of a `cond`, that `psum` is wrong or never
# ends: use `jnp.where`.) Under `pmap` each device had its own copy, beyond which `jax.grad` did not look. The jaxpr shows
# the sum, although the code names no collective:


# %%
def local_grad(w, x):
    return jax.grad(lambda w: jnp.mean(w * x))(w)


local_grads = jax.shard_map(
    local_grad, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()
)
row = jax.device_put(jnp.arange(8.0), NamedSharding(mesh, P("data")))
jaxpr = str(jax.make_jaxpr(local_grads)(2.0, row))
print(*(line for line in jaxpr.splitlines() if "psum" in line), sep="\n")

# %% [markdown]
# The result of this sum is the same everywhere, so JAX reports nothing. To find the mistake, compare with one device, a
# short [test](testing.py).
#
# ## Exercise: repair the gradient
#
# Define `sharded_step(mesh)`. It returns a function of `(params, batch)` such as `ported_step`, which uses `jax.shard_map`
# with the rows cut along `data`, so that each device works on its own rows only, and returns the same new parameters and
# loss as `step` on one device. It has to be right for any number of devices. The `mesh` has one automatic axis, `"data"`.
#
# <details>
# <summary>Hint</summary>
#
# You can differentiate something else: which loss has the gradient that you want, if `jax.grad` adds up the devices? Or you
# can give each device parameters of its own: `jax.lax.pcast(params, "data", to="varying")` marks a shared value as one
# that varies. What is `jax.grad` then, and what does `pmean` do?
#
# </details>


# %% exercise="n-times-gradient" kind="repair" minutes="12"
def sharded_step(mesh):
    """Make (params, batch) -> (new params, loss), for a mesh with the axis "data"."""

    ### BEGIN SOLUTION
    def update(params, batch):
        def mean_loss(params):
            return jax.lax.pmean(loss_fn(params, batch), "data")

        loss, grads = jax.value_and_grad(mean_loss)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss

    specs = {"in_specs": (P(), P("data")), "out_specs": P()}
    return jax.jit(jax.shard_map(update, mesh=mesh, **specs))
    ### END SOLUTION


# %% check="n-times-gradient"
import functools

from publishing.teaching.checking import Check
from snippets.jaxprs import equations, product_shapes

_map = 'Read "`jax.shard_map`: write what one device does" again.'
_advice = {
    "replication": f"Which result is said to be the same on all devices, and is not? {_map}",
    "nbound axis": f"Where does the name of a mesh axis have a meaning? {_map}",
    "incompatible devices": "Use the mesh that the function gets, and no other.",
    "structure": "The function for a mesh should return (new params, loss), in this order.",
    "callable": "sharded_step(mesh) should return a function of (params, batch).",
    "unpack": "The function for a mesh should return a pair (new params, loss).",
    "": "The function for a mesh should take and return what `step` does.",
}
_read = "What `pmap` code becomes"
_check = Check(globals(), "sharded_step", _read, _advice)


def gradient_and_loss(sharded_step):
    """Those of a step, a copy for each device."""
    make = functools.cache(sharded_step)

    def both(mesh, params, batch):
        new, loss = jax.tree.map(
            lambda leaf: np.stack([part.data for part in leaf.addressable_shards]),
            make(mesh)(params, batch),
        )
        return jax.tree.map(lambda p, q: (np.array(p) - q) / 0.1, params, new), loss

    return both


def shapes_on_a_device(sharded_step):
    def of(mesh, *given):
        jaxpr = jax.make_jaxpr(sharded_step(mesh))(*given)
        kinds = [(step.primitive.name, step.outvars) for _, step in equations(jaxpr)]
        sizes = {(out[0].aval.size,) for kind, out in kinds if "all_gather" in kind}
        return product_shapes(jaxpr, "shard_map") | sizes

    return of


_loss_and_slopes, _draw = jax.jit(jax.value_and_grad(loss_fn)), np.random.default_rng(0)
_pool = devices if n > 1 else jax.local_devices(backend="cpu")[:8]  # beside one GPU
for _on, _share, _wide, _size in (
    (_pool[:2], 8, 5, 1.0),
    (_pool[:1], 8, 5, 1.0),
    (_pool[-2:], 1, 1, 0.1),
    (_pool[:3], 12, 5, 1.0),
    (_pool, 8, 5, 20.0),
):
    _k, _rows = len(_on), len(_on) * _share
    _x = np.float32(_size * _draw.normal(size=(_rows, _wide)))
    _y = np.float32(_draw.normal(size=(_rows, 1)) + np.arange(_rows)[:, None])
    _form = jax.eval_shape(network.init, jax.random.key(0), _x)
    _params = jax.tree.map(lambda p: np.float32(_draw.normal(0, 0.3, p.shape)), _form)
    _batch = _x, _y
    _mesh = auto_mesh((_k,), ("data",), _on)
    _given = _mesh, *jax.device_put((_params, _batch), NamedSharding(_mesh, P()))
    _when = f"On {_k} of the devices, "
    if _share > 1:
        _shapes = _check.call(*_given, by=shapes_on_a_device, when=_when)
        _told = f"the network is not applied inside jax.shard_map. {_map}"
        _check.require(_shapes, _when + _told)
        _told = f"each device works on all rows. Do in_specs cut them, and are they gathered again? {_map}"
        _own = _shapes.isdisjoint({_x.shape, (_x.size,)})
        _check.require(_k == 1 or _own, _when + _told)
    _parts = zip(*(np.split(array, _k) for array in _batch), strict=True)
    _each = [_loss_and_slopes(_params, part) for part in _parts]
    _own, _own_slopes = jax.tree.map(lambda *leaves: np.stack(leaves), *_each)
    _right = jax.tree.map(lambda g: 0 * g + g.mean(0), _own_slopes)
    _factors = {
        "it is zero: the parameters do not move.": 0,
        "the step leads uphill.": -1,
        "it is as many times too big as there are devices. What has already added them up?": _k,
        "it is too big by the square of the number of devices: added up twice?": _k**2,
        "it is divided by the number of devices once too often.": 1 / _k,
        "is it divided by n of the page? Each mesh has a size of its own.": _k / n,
    }
    _mistakes = {
        text: jax.tree.map(lambda leaf, factor=factor: factor * leaf, _right)
        for text, factor in _factors.items()
    }
    _mistakes["each device follows the gradient of its own rows."] = _own_slopes
    _mistakes[""] = (
        "Does it follow from the mean over the rows of all devices of the mesh given?"
    )
    _slopes, _loss = _check.call(*_given, by=gradient_and_loss, when=_when)
    _what = "the gradient that the step follows"
    _check.agrees(_slopes, _right, _mistakes, _when, _what, rtol=2e-3)
    _others = {"each device gives that of its own rows.": _own, "": _map}
    _check.agrees(_loss, 0 * _own + _own.mean(), _others, _when, "the loss")
print(
    f"Steps and losses agree with those of one device, for up to {len(_pool)} devices."
)

# %% [markdown]
# ### With `check_vma=False`, rule and repair change places
#
# Older code often has `check_rep=False`, today `check_vma=False`. What are the two gradients without tracking, divided
# by the gradient on one device? The third is that of parameters which each device holds for itself:


# %%
def local_loss(w, x):
    return jnp.mean((w * x - 1) ** 2)


def pmean_of_grad(w, x):
    return jax.lax.pmean(jax.grad(local_loss)(w, x), "data")


def grad_of_pmean(w, x):
    return jax.grad(lambda w: jax.lax.pmean(local_loss(w, x), "data"))(w)


def pmean_of_own_grad(w, x):
    return pmean_of_grad(jax.lax.pcast(w, "data", to="varying"), x)


# %%
on_one = jax.grad(local_loss)(0.5, jnp.arange(8.0))
factors = {}
for f in (pmean_of_grad, grad_of_pmean, pmean_of_own_grad):
    for check in (True, False):
        many = jax.shard_map(
            f, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=check
        )
        factors[f.__name__, check] = abs(float(jax.jit(many)(0.5, row) / on_one))
        print(f"{f.__name__:18} check_vma={check!s:6} {factors[f.__name__, check]:.2f}")

# %% tags=["hidden"]
_right = [of for of, factor in factors.items() if np.isclose(factor, 1, rtol=1e-3)]
if n > 1:
    assert _right == [
        ("pmean_of_grad", False),
        ("grad_of_pmean", True),
        ("pmean_of_own_grad", True),
        ("pmean_of_own_grad", False),
    ]


# %% [markdown]
# Without tracking, JAX adds no `psum`, so the `pmean` of the gradients is right, as under `pmap`. But the transpose of
# a `psum` is then a `psum`, which cancels the division in the `pmean` of the loss: each device keeps its own gradient,
# and you read the first. `jax.lax.pcast`, without `pmean` in the loss, is right in both settings.
#
# ## Exercise: the same gradient with padding
#
# A batch rarely divides evenly, so the last rows are padding, with weight 0. The loss is the *weighted* mean over all rows:


# %%
def weighted_loss(params, batch):
    inputs, targets, weights = batch  # (B, D), (B, 1), (B,)
    errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)  # (B,)
    return jnp.sum(weights * errors) / jnp.sum(weights)


# %% [markdown]
# Define `same_gradient(mesh, params, batch)`. It computes `jax.grad(weighted_loss)(params, batch)` with
# `jax.shard_map`, the rows cut along the mesh axis `"data"`, so that each device works on its own rows only, and
# returns a tree like `params`, replicated. It should be right for any number of devices that divides $B$, even if a
# device has only padding, and run under `jax.jit`. If the axis is explicit, `params` is replicated and the arrays of
# `batch` are cut already. In loops, here are the errors and weights of six rows on three devices. The last device has
# padding only:


# %%
def weighted_mean_in_loops(errors, weights):
    total = count = 0.0
    for device in range(len(errors)):
        for row in range(len(errors[device])):
            total += weights[device][row] * errors[device][row]
            count += weights[device][row]
    return total / count


print(weighted_mean_in_loops([[1, 3], [8, 9], [7, 7]], [[1, 1], [1, 0], [0, 0]]))

# %% [markdown]
# The means of the devices are 2, 8 and 0/0, and their mean is not the number that you want.


# %% exercise="same-gradient" kind="build" minutes="20"
def same_gradient(mesh, params, batch):
    """The gradient of weighted_loss, by a mesh with the axis "data"."""

    ### BEGIN SOLUTION
    def loss(params, inputs, targets, weights):
        errors = jnp.mean((network.apply(params, inputs) - targets) ** 2, axis=1)
        total = jax.lax.psum(jnp.sum(weights * errors), "data")
        return total / jax.lax.psum(jnp.sum(weights), "data")

    specs = (P(), P("data"), P("data"), P("data"))
    gradient = jax.shard_map(jax.grad(loss), mesh=mesh, in_specs=specs, out_specs=P())
    return gradient(params, *batch)
    ### END SOLUTION


# %% check="same-gradient"
from publishing.teaching.checking import Check
from snippets.jaxprs import equations, product_shapes

_map = 'Read "`jax.shard_map`: write what one device does" again.'
_advice = {
    "replication": f"Which result is said to be the same on all devices, and is not? {_map}",
    "nbound axis": f"Where does the name of a mesh axis have a meaning? {_map}",
    "out_sharding": "On explicit axes a lookup outside of the map has to name its layout.",
    "incompatible devices": "Use the mesh that the function gets, and no other.",
    "Trace": "Under jax.jit the batch has no values yet: is there NumPy, a boolean index or an if?",
    "": "It gets a mesh, params and (inputs, targets, weights), and returns a tree like params.",
}
_read = "Exercise: the same gradient with padding"
_check = Check(globals(), "same_gradient", _read, _advice)


def on_each_device(same_gradient):
    def copies(leaf):
        parts = [part.data for part in leaf.addressable_shards]
        return np.stack(parts) if leaf.is_fully_replicated else np.asarray(leaf)

    return lambda *given: jax.tree.map(copies, same_gradient(*given))


def compiled_on_each_device(same_gradient):
    return on_each_device(jax.jit(same_gradient, static_argnums=0))


def shapes_on_a_device(same_gradient):
    def of(*given):
        jaxpr = jax.make_jaxpr(same_gradient, static_argnums=0)(*given)
        kinds = [(step.primitive.name, step.outvars) for _, step in equations(jaxpr)]
        sizes = {(out[0].aval.size,) for kind, out in kinds if "all_gather" in kind}
        return product_shapes(jaxpr, "shard_map") | sizes

    return of


def _everywhere(tree, factor=1, copies=None):
    axes = (copies,) if copies else ()
    return jax.tree.map(lambda g: np.broadcast_to(factor * g, axes + g.shape), tree)


_slopes, _draw = jax.jit(jax.grad(weighted_loss)), np.random.default_rng(0)
_pool = devices if n > 1 else jax.local_devices(backend="cpu")[:8]  # beside one GPU
for _on, _share, _wide, _padding, _size, _by in (
    (_pool[:2], 8, 4, 0, 1.0, on_each_device),
    (_pool[:2], 8, 4, 11, 3.0, compiled_on_each_device),
    (_pool[:1], 8, 4, 5, 3.0, compiled_on_each_device),
    (_pool[-2:], 1, 1, 0, 0.1, compiled_on_each_device),
    (_pool, 8, 4, 5 * len(_pool), 20.0, compiled_on_each_device),
):
    _k, _rows = len(_on), len(_on) * _share
    _x = np.float32(_size * _draw.normal(size=(_rows, _wide)))
    _t = np.float32(_draw.normal(size=(_rows, 1)) + np.arange(_rows)[:, None] / 4)
    _weights = _draw.uniform(0.5, 2, size=_rows) / 40  # together less than 1
    _weights *= 1e-5 if _share == 1 else 1
    _weights *= np.arange(_rows) < _rows - _padding
    _batch, _total = (_x, _t, np.float32(_weights)), _weights.sum()
    _form = jax.eval_shape(network.init, jax.random.key(0), _x)
    _params = jax.tree.map(lambda p: np.float32(_draw.normal(0, 0.3, p.shape)), _form)
    _mesh, _cut = auto_mesh((_k,), ("data",), _on), P()
    if _size > 10:
        _mesh, _cut = jax.make_mesh((_k,), ("data",), devices=_on), P("data")
    _places = NamedSharding(_mesh, P()), NamedSharding(_mesh, _cut)
    _given = _mesh, *jax.device_put((_params, _batch), _places)
    _when = f"On {_k} of the devices, with {_padding} of {_rows} rows padding, "
    if _by is on_each_device:
        _shapes = _check.call(*_given, by=shapes_on_a_device, when=_when)
        _told = f"the network is not applied inside jax.shard_map. {_map}"
        _check.require(_shapes, _when + _told)
        _told = f"each device works on all rows. Do in_specs cut them, and are they gathered again? {_map}"
        _own = _shapes.isdisjoint({_x.shape, (_x.size,)})
        _check.require(_k == 1 or _own, _when + _told)
    _parts = zip(*(np.split(array, _k) for array in _batch), strict=True)
    _each = [_slopes(_params, part) for part in _parts]
    _own = jax.tree.map(lambda *leaves: np.stack(leaves), *_each)
    _sum = jax.tree.map(lambda g: g.sum(0), _own)
    _right = jax.tree.map(np.array, _slopes(_params, _batch))
    _factors = {
        "it is as many times too big as there are devices. What has already added them up?": _k,
        "it is divided by the number of devices once too often.": 1 / _k,
        "does it use n of the page? Each mesh has a size of its own.": n / _k,
        "is the weighted sum divided by a number of rows?": _total / _rows,
        "is the weighted sum divided by the sum of the weights?": _total,
    }
    _same = "Does a row count the same on each device?"
    _others = {
        f"it is the mean of the devices' own means. {_same}": _everywhere(_sum, 1 / _k),
        f"it is the sum of the devices' own means. {_same}": _sum,
        "the weights are left out.": _slopes(_params, (_x, _t, np.ones(_rows))),
        **{text: _everywhere(_right, factor) for text, factor in _factors.items()},
    }
    _mistakes = {text: _everywhere(tree, copies=_k) for text, tree in _others.items()}
    _mistakes["each device gives the gradient of its own rows."] = _own
    _mistakes["it is a piece for each device. What do out_specs say?"] = jax.tree.map(
        lambda g, k=_k: np.concatenate([g] * k), _right
    )
    _mistakes[""] = "What divides the weighted sum? How often are devices added up?"
    _found = _check.call(*_given, by=_by, when=_when)
    _same = jax.tree.structure(_found) == jax.tree.structure(_right)
    _told = (
        "it returns no tree like params: is a `return` missing, or the loss there, too?"
    )
    _check.require(_same, _when + _told)
    _finite = all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(_found))
    _told = "it has nan. What does a device divide by if all its rows have weight 0?"
    _check.require(_finite, _when + _told)
    _check.agrees(_found, _everywhere(_right, copies=_k), _mistakes, _when, rtol=2e-3)
print(f"The gradient agrees with that of one device, for up to {len(_pool)} devices.")

# %% [markdown]
# ## Past one machine: `jax.distributed`
#
# A cluster runs the same program in several processes. Each calls `jax.distributed.initialize` first, with the address
# of process 0, the number of processes, and its own number (under Slurm it finds them itself). Then
# `jax.devices()` lists the devices of *all* processes, and a mesh spans them. The next cells start two here, with two
# simulated devices each:

# %%
job = """
import faulthandler, io, sys
faulthandler.dump_traceback_later(100, exit=True)  # end, whatever happens

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.multihost_utils import process_allgather
from jax.sharding import NamedSharding, PartitionSpec as P

address, count, me, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_num_cpu_devices", 2)
here_only = {"coordinator_bind_address": address, "cluster_detection_method": "deactivate"}
jax.distributed.initialize(address, count, me, **here_only)

mesh = jax.make_mesh((jax.device_count(),), ("data",))
rows = np.split(np.arange(8.0, dtype="float32"), count)[me]  # each reads its own part
x = jax.make_array_from_process_local_data(NamedSharding(mesh, P("data")), rows)
grad = jax.jit(jax.grad(lambda w, x: jnp.mean((w * x - 1) ** 2)))(0.5, x)

here, everywhere = jax.local_device_count(), jax.device_count()
print(f"process {me}: {here} of {everywhere} devices, rows {rows}, gradient {grad}")
try:
    np.savez(io.BytesIO(), x=x)
except RuntimeError as error:
    print(f"process {me}: {str(error)[:101]} ...")
print(f"process {me}: all rows {process_allgather(x, tiled=True)}")
for name, leaf in np.load(f"{folder}/model.npz").items():  # cut and saved in pieces
    layout = NamedSharding(mesh, P("data") if len(leaf) % everywhere == 0 else P())
    for piece in jax.device_put(leaf, layout).addressable_shards:
        if piece.replica_id == 0:
            np.save(f"{folder}/{name}-{piece.index[0].start or 0:06}.npy", piece.data)
"""

# %% [markdown]
# `subprocess` starts them. They save the transformer in pieces, which another mesh reads:


# %%
def run_processes(program, count, folder, seconds=90):
    """Run a program in several processes; return the lines that they print."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # the system chooses a free port
        address = f"127.0.0.1:{free.getsockname()[1]}"
    other = ("JAX_", "XLA_")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(other) and "proxy" not in name.lower()
    }
    workers, texts = [], []
    try:
        for me in range(count):
            given = [address, str(count), str(me), folder]
            command = [sys.executable, "-c", program, *given]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
            workers.append(
                subprocess.Popen(command, env=environment, text=True, **pipes)
            )
        texts = [worker.communicate(timeout=seconds)[0] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    if any(worker.returncode for worker in workers):
        raise RuntimeError("\n".join(texts))
    printed = "\n".join(texts).splitlines()
    return [line for line in printed if line.startswith("process")]


weights, tree = jax.tree.flatten(model)
with tempfile.TemporaryDirectory() as folder:
    np.savez(f"{folder}/model.npz", *weights)  # as arr_0, arr_1, ...
    lines = run_processes(job, 2, folder)
    files = sorted(pathlib.Path(folder).glob("*.npy"))
    pieces = {file.stem: np.load(file) for file in files}
print(*lines, sep="\n")
print(len(weights), "arrays in", len(pieces), "pieces, such as", files[0].name)


def restore(number, spec):
    """Join the pieces of an array, and give each device its part on another mesh."""
    rows = [
        piece for stem, piece in pieces.items() if stem.startswith(f"arr_{number}-")
    ]
    whole, layout = np.concatenate(rows), NamedSharding(auto_grid, spec)
    return jax.make_array_from_callback(whole.shape, layout, lambda part: whole[part])


new_specs = enumerate(jax.tree.leaves(on_meshes["model parallel"][1]))
restored = tree.unflatten(restore(number, spec) for number, spec in new_specs)
print(
    "restored on",
    dict(auto_grid.shape),
    "equal:",
    largest_difference(model, restored) == 0,
)

# %% [markdown]
# Both know the gradient of the whole, which is {{ float(on_one):.1f}} on one device. All processes must call functions
# that work on shared arrays in the same order; if one skips a step, the others wait for it.
#
# **Saving.** The process where `jax.process_index()` is 0 writes what is *replicated*. It cannot fetch an array that is
# cut over processes, as the error says. Gather this first, in all processes, or let each write its pieces, as here and
# in [Orbax](https://orbax.readthedocs.io).
#
# ## What can go wrong
#
# - No message: a gradient $N$ times too big under `jax.shard_map`, from `pmean` of gradients of replicated parameters; with
#   `check_vma=False`, a wrong gradient of the mean loss, or a wrong `out_specs`. Compare one step with one device.
# - `ShardingTypeError` The axes are explicit. Is each argument placed? Then name the layout with `out_sharding`, or use
#   `jax.sharding.auto_axes`. Instead of `x[0]` along a cut axis, write `jax.reshard(x, P())[0]`;
#   `x.at[0].get(out_sharding=P())` may stop `jax.grad`.
# - `ValueError: in_specs passed to shard_map ... does not match the specs of the input` On explicit axes, place the
#   arguments as `in_specs` says.
# - `array axis 0 is partitioned 8 times, but the dimension size is 3` (on explicit axes `but does not evenly divide`)
#   The layout of an argument or a result must divide the lengths evenly. Pad the batch, with weight 0.
# - `ValueError: Received incompatible devices for jitted computation.` Put all arguments on one mesh.
# - `ValueError: ... was given out_specs which require replication which can't be statically inferred` Perhaps a `psum`
#   is missing, or the result belongs under `P("data")`.
# - `ValueError: The following ordered effects are not supported for more than 1 device`: drop `ordered=True`.
# - `RuntimeError: ... config should be updated before backends are initialized` JAX has already looked for its
#   devices. Restart, and set `jax_num_cpu_devices` in the first cell.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - A mesh names devices, a `P` says which mesh axis cuts which array axis, and `jax.device_put` lays out an array. Mesh
#   axes not named make copies.
# - On automatic axes `jax.jit` follows the layout of its inputs. Cut the batch for data parallel, the weights for model
#   parallel; the step stays as it is.
# - On explicit axes, the default, the layout is in the type, and `out_sharding` or `jax.reshard` settles what is ambiguous.
#   Haiku passes none, so wrap its code in `jax.sharding.auto_axes`.
# - In `jax.shard_map` you write the part of one device. `jax.grad` for a replicated value already sums over the devices,
#   so differentiate the mean of all; not with `check_vma=False`, or in branches that differ.
# - `pmap` becomes `jit` and layouts. Several processes need `jax.distributed.initialize`; gather cut arrays before one
#   of them saves.
#
# Next: [Read real code](../porting/real_code.py), in excerpts of public files.
