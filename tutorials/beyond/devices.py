# %% [markdown]
# # Many devices: meshes, shardings, `shard_map`
#
# A training step that you wrote for one device also runs on eight, and on the hundreds of a cluster, with the same code.
# What changes is where its inputs lie. You cut the batch or the parameters into pieces, one for each device, and
# `jax.jit` makes a program that works on the pieces and exchanges what is missing. On this page you lay out arrays,
# check against one device that the numbers stay the same, and meet a gradient that is silently too big.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - lay out arrays over a mesh of devices with `NamedSharding`, and say which piece each device holds;
# - train a network data parallel and model parallel with the step that you have, and check it against one device;
# - write down what one device does with `jax.shard_map`, port `jax.pmap` code, and repair a gradient that is $N$ times too
#   big.
#
# You need: the compiled step from [Compile the whole step with `jax.jit`](../haiku/compiled_training.py), and the names of
# parameters from [Modules, names and shared parameters](../haiku/modules.py).
#
# </div>
#
# Your computer may have one device. For learning and for tests, JAX can split the CPU into several simulated ones. You
# have to say so before JAX looks for its devices:

# %%
import jax

jax.config.update("jax_num_cpu_devices", 8)
jax.config.update("jax_default_matmul_precision", "highest")  # we compare digits

# %%
import os
import socket
import subprocess
import sys

import haiku as hk
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.sharding import AbstractMesh, AxisType, NamedSharding
from jax.sharding import PartitionSpec as P

from snippets.timing import benchmark

devices = jax.devices()  # or jax.devices("cpu"), on a machine with one GPU
n = max(k for k in (1, 2, 4, 8) if k <= len(devices))
devices = devices[:n]
print(n, devices[0].device_kind, devices[0].platform)

# %% [markdown]
# The setting concerns CPUs only. On a machine with GPUs, the page uses up to eight of them, a power of two, so that the
# sizes below divide evenly. This run has {{ n }}. With one device everything runs too, but the factors below are 1.
#
# ## A mesh and a layout: `NamedSharding`
#
# A **mesh** is an array of devices whose axes have names. Here the first axis is for the data, the second for the model:


# %%
def auto_mesh(shape, names, devices=devices):
    types = (AxisType.Auto,) * len(names)  # the compiler places what is computed
    return jax.make_mesh(shape, names, axis_types=types, devices=devices)


columns = 2 if n > 1 else 1
grid = auto_mesh((n // columns, columns), ("data", "model"))
print(grid)

# %% [markdown]
# A `PartitionSpec`, `P` for short, has one entry for each axis of an *array*: the name of the mesh axis that cuts it, or
# `None`. Axes without an entry stay whole. Mesh and spec together are a **sharding**, and `jax.device_put` lays out an
# array accordingly:

# %%
x = jnp.arange(8.0 * 6).reshape(8, 6)
x = jax.device_put(x, NamedSharding(grid, P("data", "model")))
print("array:", x.shape, " each piece:", x.sharding.shard_shape(x.shape))
for shard in x.addressable_shards[:2]:
    print(shard.device, shard.index, shard.data[0])

# %% [markdown]
# It is still one array of shape `(8, 6)`, which you can index, add and print as before. In the figure, each box is a
# device at its place in the mesh. What is filled is the part of the array that it holds:


# %% tags=["plot", "cover"] alt="Four grids of boxes, a box per device: the part of an array that it holds, from some rows to all of it."
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
    axes.set(aspect="equal", title=str(spec), xlabel="model")
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


specs = [P("data"), P(None, "model"), P("data", "model"), P()]
figure = plt.figure(figsize=(8, 4), layout="constrained")
for axes, spec in zip(figure.subplots(1, 4), specs, strict=True):
    draw_layout(axes, grid, spec)
figure.axes[0].set_ylabel("data")
figure.suptitle("The part of an array that each device holds")
plt.show()

# %% tags=["hidden"]
assert x.sharding.shard_shape(x.shape) == (8 * columns // n, 6 // columns)

# %% [markdown]
# A mesh axis that the spec names cuts the array. One that it does not name *copies*: under `P("data")` the devices along
# `model` hold the same rows, and under `P()` every device holds everything, which is called **replicated**.
# `jax.device_put` refuses a layout that is not possible:

# %% raises="ValueError" match="Resource axis: rows .* is not found in mesh"
jax.device_put(jnp.zeros((8, 6)), NamedSharding(grid, P("rows")))

# %% [markdown]
# ## Exercise: the shape on each device
#
# Below are eight layouts on a mesh of 4 by 2 devices. An `AbstractMesh` has a shape and names but no devices, so the
# question is the same on every machine. What is the shape of the piece on each device? Two of the eight are refused.

# %%
layouts = {
    "A": ((8, 6), P("data")),
    "B": ((8, 6), P(None, "model")),
    "C": ((8, 6), P("model", "data")),
    "D": ((8, 6), P(("data", "model"))),  # both mesh axes cut the first array axis
    "E": ((12,), P("model")),
    "F": ((8, 6), P()),
    "G": ((8, 8), P("data", "data")),
    "H": ((4, 8, 6), P(None, "data")),
}
four_by_two = AbstractMesh((4, 2), ("data", "model"))

# %% [markdown]
# Define `local_shapes`, a dictionary from the eight letters to the shape of the piece, a tuple, or to `"fails"`.

# %% exercise="local-shapes" kind="predict" minutes="8"
# The form of an answer:
# local_shapes = {"A": (8, 6), "B": "fails", ...}
### BEGIN SOLUTION
local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": (4, 2, 6),
}
### END SOLUTION

# %% check="local-shapes"
from snippets.checking import predicted


def _local_shape(shape, spec):
    try:
        return NamedSharding(four_by_two, spec).shard_shape(shape)
    except Exception:  # the two layouts are refused with errors of different types
        return "fails"


_truth = {letter: _local_shape(*layout) for letter, layout in layouts.items()}
_reasons = {
    "A": "Which array axis does the first entry of the spec cut, and what becomes of an axis without an entry?",
    "B": "Which array axis does the second entry cut, and how long is the mesh axis model?",
    "C": "How long is the array axis that the mesh axis data cuts? Are the pieces equal?",
    "D": "Two mesh axes cut one array axis: into how many pieces?",
    "E": "Which of the two mesh axes is named model, and how long is it?",
    "F": "Which axes does a spec without entries cut?",
    "G": "One mesh axis, two array axes: which piece would device (1, 0) of the mesh hold?",
    "H": "To which array axis does the second entry belong, and must a spec have an entry for each?",
}
predicted(globals(), "local_shapes", _truth, _reasons)
print("All eight agree with what JAX says.")

# %% [markdown]
# ## Data parallel: cut the batch
#
# Here is a step as you have written it before. It does not mention devices. First its result on one device:


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
# arrange that, each with one sharding for all leaves of its tree. Then call the same `step`:

# %%
mesh = auto_mesh((n,), ("data",))
split_batch = jax.device_put(batch, NamedSharding(mesh, P("data")))
shared_params = jax.device_put(params, NamedSharding(mesh, P()))
many_params, many_loss = step(shared_params, split_batch)


def largest_difference(tree, other):
    """The largest difference of two trees, wherever their arrays lie."""
    pairs = zip(jax.tree.leaves(tree), jax.tree.leaves(other), strict=True)
    return max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in pairs)


print(f"devices: {n}, loss {many_loss:.4f}")
print("equal to 1e-5:", largest_difference(one_params, many_params) < 1e-5)

# %% [markdown]
# The numbers agree up to the last digits, which may differ because sums are taken in another order. `jit` has compiled
# `step` once more, for inputs with another layout. The mean over the batch needs rows from all devices, so the compiler put in
# a *collective*, an operation in which all devices take part:

# %%
program = step.lower(shared_params, split_batch).compile().as_text()
print("all-reduce in the program:", program.count(" all-reduce("))
jax.tree.map(lambda leaf: leaf.sharding.spec, many_params)

# %% tags=["hidden"]
assert (program.count(" all-reduce(") > 0) == (n > 1)
assert largest_difference(one_params, many_params) < 1e-5
assert abs(one_loss - many_loss) < 1e-5
assert all(leaf.sharding.is_fully_replicated for leaf in jax.tree.leaves(many_params))
assert step(params, split_batch)[1].sharding.device_set == set(devices)

# %% [markdown]
# An *all-reduce* adds up the gradients of all devices and gives each of them the sum. The new parameters are replicated
# again. In a training loop, the one new line is the `device_put` of each batch.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# On one device you train with a batch of 256. Now you have eight, and give each a batch of 256. Is the training the
# same?
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
# A large model does not fit on one device, so its weights are cut: **model parallel**. Of two linear layers, cut the first by
# its outputs and the second by its inputs. Each device then computes some of the hidden units from start to end, and one
# all-reduce adds what they contribute to the output. A layout is a tree of specs with the names of the parameters:

# %%
first, last = params
layout = {
    first: {"w": P(None, "model"), "b": P("model")},  # (16, 64), (64,)
    last: {"w": P("model"), "b": P()},  # (64, 1), (1,)
}
shardings = jax.tree.map(lambda spec: NamedSharding(grid, spec), layout)
cut_params = jax.device_put(params, shardings)
grid_batch = jax.device_put(batch, NamedSharding(grid, P("data")))
cut_new_params, cut_loss = step(cut_params, grid_batch)
print(f"loss {cut_loss:.4f}")
print("equal to 1e-5:", largest_difference(one_params, cut_new_params) < 1e-5)

# %%
for leaf, spec in zip(
    jax.tree.leaves(cut_new_params), jax.tree.leaves(layout), strict=True
):
    piece = leaf.sharding.shard_shape(leaf.shape)
    print(f"{leaf.shape!s:9} {spec!s:18} each device: {piece}")

# %% tags=["hidden"]
assert largest_difference(one_params, cut_new_params) < 1e-5
assert abs(one_loss - cut_loss) < 1e-5
assert [
    leaf.sharding.shard_shape(leaf.shape) for leaf in jax.tree.leaves(cut_new_params)
] == [
    (64 // columns,),
    (16, 64 // columns),
    (1,),
    (64 // columns, 1),
]
if n > 1:
    _explicit = jax.make_mesh((n // 2, 2), ("data", "model"), devices=devices)
    try:
        step(
            jax.device_put(
                params, jax.tree.map(lambda s: NamedSharding(_explicit, s), layout)
            ),
            jax.device_put(batch, NamedSharding(_explicit, P("data"))),
        )
    except Exception as problem:
        _told = f"{type(problem).__name__}: {problem}"
    else:
        _told = "nothing"
    assert _told.startswith(
        "ShardingTypeError: Contracting dimensions are sharded and it is ambiguous how the output should be sharded"
    ), _told

# %% [markdown]
# This is data and model parallel at once, and `step` has not changed. The new weights have the layout of the old ones.
# Here the compiler chose that. To be sure of it, write `jax.jit(step, out_shardings=...)`.
#
# ### The default of `make_mesh`: explicit axes
#
# This page asks for `AxisType.Auto`, with which the same `step` runs under all layouts. JAX's own pages use
# `AxisType.Explicit`, the default: the layout is then a part of an array's type, and `jax.typeof` shows it.

# %%
explicit = jax.make_mesh((n // columns, columns), ("data", "model"), devices=devices)
with jax.set_mesh(explicit):
    h = jax.device_put(jnp.ones((8, 4)), P("data", "model"))
    w = jax.device_put(jnp.ones((4, 6)), P("model"))
    print(jax.typeof(h), "times", jax.typeof(w))
    print(jax.typeof(jnp.matmul(h, w, out_sharding=P("data"))))

# %% tags=["hidden"]
assert explicit.axis_types == (AxisType.Explicit,) * 2
with jax.set_mesh(explicit):
    assert str(jax.typeof(h)) == "float32[8@data,4@model]"
    assert str(jax.typeof(jnp.tanh(h))) == "float32[8@data,4@model]"
    assert (
        str(jax.typeof(jnp.matmul(h, w, out_sharding=P("data")))) == "float32[8@data,6]"
    )
    if n > 1:
        try:
            h @ w
        except Exception as problem:
            _told = f"{type(problem).__name__}: {problem}"
        else:
            _told = "nothing"
        assert _told.startswith("ShardingTypeError: Contracting dimensions"), _told
assert (
    str(jax.typeof(jax.device_put(jnp.ones(8), NamedSharding(mesh, P("data")))))
    == "float32[8]"
)

# %% [markdown]
# Where an operation leaves the layout of its result open, as this product or the second layer of `step` does, you say
# it with `out_sharding`, or get `ShardingTypeError: Contracting dimensions are sharded and it is ambiguous`.
#
# ## `jax.shard_map`: write what one device does
#
# With `jit` you write the whole computation, and the compiler divides it. With `jax.shard_map` you write the part of one
# device, and name the exchanges yourself. `in_specs` says how the arguments are cut, `out_specs` how the results are put
# together:


# %%
def local_mean(rows):
    print("one device sees", jax.typeof(rows))  # while JAX traces
    return jax.lax.pmean(rows.mean(), "data")


all_mean = jax.shard_map(local_mean, mesh=mesh, in_specs=P("data"), out_specs=P())
print(f"{all_mean(inputs):.4f} and {inputs.mean():.4f}")

# %% [markdown]
# Inside, the shape is that of a piece, and `{V:data}` in the type says that the value *varies* along `data`: other devices
# have other numbers. `jax.lax.pmean` is the mean over the devices along an axis, `jax.lax.psum` the sum, and their results
# are the same along this axis. JAX keeps track of it. `out_specs=P()` promises that all devices have the same value. If you
# forget the exchange, they do not, and JAX says so, unless `check_vma=False` switches the tracking off:

# %% raises="ValueError" match="could not infer replication over any axes"
jax.shard_map(lambda x: x.mean(), mesh=mesh, in_specs=P("data"), out_specs=P())(inputs)

# %% [markdown]
# ## What `pmap` code becomes
#
# Older code uses `jax.pmap`, which still runs. It works like `jax.vmap` with a device for each index: batch and
# parameters, unless `in_axes` says `None`, get a leading axis of length $N$, and the step averages its gradients by hand:


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
# Today you lay out the arrays and call `step`, as above. The leading axes, the copies and the `pmean` disappear:
#
# | with `pmap` | today |
# |---|---|
# | `jax.pmap(update, axis_name="data")` | `jax.jit(step)` |
# | its `static_broadcasted_argnums` | `static_argnums` of `jax.jit` |
# | `jnp.stack([p] * n)`, or `jax.device_put_replicated` (removed) | `jax.device_put(params, NamedSharding(mesh, P()))` |
# | `a.reshape(n, -1, ...)` for each array of the batch | `jax.device_put(batch, NamedSharding(mesh, P("data")))` |
# | `jax.device_put_sharded(pieces, devices)` (removed) | `jax.device_put(jnp.stack(pieces), NamedSharding(mesh, P("data")))` |
# | `jax.lax.pmean(grads, "data")` | nothing: `loss_fn` is the mean over the whole batch |
# | `jax.random.fold_in(key, jax.lax.axis_index("data"))` | nothing: one key draws the numbers of the whole batch |
# | `jax.tree.map(lambda p: p[0], pmap_params)` to save a copy | `params` |
#
# Under `jit`, `hk.BatchNorm` takes the mean over the whole batch; under `pmap` it needs `cross_replica_axis` for that.
#
# Sometimes you want to keep `update` with its collectives. Then `jax.shard_map` looks like the direct replacement:

# %%
specs = {"in_specs": (P(), P("data")), "out_specs": P()}
ported_step = jax.jit(jax.shard_map(update, mesh=mesh, **specs))
ported_params, ported_loss = ported_step(params, batch)
print(f"loss: {ported_loss:.4f} and {one_loss:.4f}")

# %% [markdown]
# It runs without any message, and the loss is right. Now compare the updates, new minus old parameters, of `ported_step` and of
# `step`. What do you expect as the ratio of their lengths?

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
import optax

_adam = optax.adam(0.1)
_grads = jax.grad(loss_fn)(params, batch)
_moves = [
    _adam.update(jax.tree.map(lambda g, k=k: k * g, _grads), _adam.init(params))[0]
    for k in (1, n)
]
assert largest_difference(*_moves) < 1e-3

# %% tags=["hidden"]
# The table, row by row.
assert not hasattr(jax, "device_put_replicated")
assert not hasattr(jax, "device_put_sharded")
_pieces = [jnp.full(3, float(i)) for i in range(n)]
_stacked = jax.device_put(jnp.stack(_pieces), NamedSharding(mesh, P("data")))
assert all(
    np.array_equal(shard.data[0], _pieces[shard.index[0].start or 0])
    for shard in _stacked.addressable_shards
)
_scaled = jax.pmap(
    lambda x, k: k * x + jax.lax.axis_index("i"),
    axis_name="i",
    static_broadcasted_argnums=1,
    devices=devices,
)(jnp.arange(float(n)), 3)
_index = jax.shard_map(
    lambda x: x + jax.lax.axis_index("data"),
    mesh=mesh,
    in_specs=P("data"),
    out_specs=P("data"),
)(jnp.zeros(n))
_same = jax.jit(lambda x, k: k * x + jnp.arange(n), static_argnums=1)
assert np.array_equal(_scaled, _same(jnp.arange(float(n)), 3))
assert np.array_equal(_index, np.arange(n))


def _draw(key):
    return jax.random.normal(key, (16,))


for _generator in ("threefry2x32", "rbg", "unsafe_rbg"):
    _key = jax.random.key(0, impl=_generator)
    _cut = jax.jit(_draw, out_shardings=NamedSharding(mesh, P("data")))(_key)
    assert np.array_equal(jax.jit(_draw)(_key), _cut), _generator
_shared = jax.pmap(update, axis_name="data", in_axes=(None, 0), devices=devices)
_new = jax.tree.map(lambda p: p[0], _shared(params, chunks)[0])
assert largest_difference(one_params, _new) < 1e-5


def _norm(axis):
    return hk.without_apply_rng(
        hk.transform_with_state(
            lambda x: hk.BatchNorm(False, False, 0.9, cross_replica_axis=axis)(x, True)
        )
    )


_x = inputs + jnp.arange(256)[:, None] / 32
_whole = _norm(None).apply({}, _norm(None).init(None, _x)[1], _x)[0]
for _axis, _equal in ((None, n == 1), ("data", True)):
    _state = _norm(None).init(None, _x)[1]
    _found = jax.pmap(
        lambda x, a=_axis, s=_state: _norm(a).apply({}, s, x)[0],
        axis_name="data",
        devices=devices,
    )(_x.reshape(n, -1, 16))
    assert (largest_difference(_found.reshape(_x.shape), _whole) < 1e-3) == _equal
_cut = jax.device_put(_x, NamedSharding(mesh, P("data")))
_found = jax.jit(_norm(None).apply)({}, _norm(None).init(None, _x)[1], _cut)[0]
assert largest_difference(_found, _whole) < 1e-3

# %% [markdown]
# The factor is {{ n }}, the number of devices. Every gradient is that much too big, and this step behaves as with {{ n }} times
# the learning rate. It may even work, until you use more devices. Adam hides the factor, because it divides a gradient
# by its size.
#
# The reason lies in the types. `params` came in with `P()`, so JAX knows that it is *one* value that all devices
# share. The derivative with respect to a shared value is the *sum* of what all its users contribute, so `jax.grad` has
# already put in a `psum`. What `pmean` gets is the sum, the same on all devices, and the mean of $N$ equal numbers changes
# nothing. Under `pmap` each device had a copy of its own, and `jax.grad` did not look beyond it. You can see the sum
# in the jaxpr of a gradient, although the code names no collective:


# %%
def local_grad(w, x):
    return jax.grad(lambda w: jnp.mean(w * x))(w)


local_grads = jax.shard_map(
    local_grad, mesh=mesh, in_specs=(P(), P("data")), out_specs=P()
)
jaxpr = str(jax.make_jaxpr(local_grads)(2.0, jnp.arange(8.0)))
print(*(line for line in jaxpr.splitlines() if "psum" in line), sep="\n")

# %% tags=["hidden"]
assert "psum" in jaxpr

# %% [markdown]
# The result of this sum is the same everywhere, so nothing complains. To find the error, compare with one device, as we
# did. That makes a short [test](testing.py).
#
# ## Exercise: repair the gradient
#
# Define `sharded_step(mesh)`. It returns a function of `(params, batch)` such as `ported_step`, which uses `jax.shard_map`
# with the rows cut along `data`, so that each device works on its own rows only, and returns the same new parameters and
# loss as `step` on one device. It has to be right for any number of devices. The `mesh` has one axis, `"data"`.
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
    """Make the step (params, batch) -> (new params, loss) for a mesh with the axis "data"."""

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
import re

assert callable(globals().get("sharded_step")), (
    "Exercise n-times-gradient: define the function sharded_step in the cell above and run it, then run this check."
)
_map = 'Read "`jax.shard_map`: write what one device does" again.'
_port = 'Read "What `pmap` code becomes" again.'
_asked = 'Read "Exercise: repair the gradient" again.'


def _check_devices():
    """The devices of the page, or the simulated ones where the page has a single GPU."""
    if jax.device_count() == 1:
        try:
            return jax.devices("cpu")
        except RuntimeError:
            pass
    return jax.devices()


def _check_meshes():
    """Meshes of different numbers of devices: one, two and all."""
    pool = _check_devices()
    sizes = sorted({k for k in (1, 2, 8) if k <= len(pool)})
    return [
        jax.make_mesh((k,), ("data",), axis_types=(AxisType.Auto,), devices=pool[:k])
        for k in sizes
    ]


def _called(what, call, *args):
    """The result of a call, or a sentence on why there is none."""
    try:
        return jax.block_until_ready(call(*args))
    except NotImplementedError:
        raise
    except Exception as problem:
        name, told = type(problem).__name__, " ".join(str(problem).split())[:200]
        advice = _asked
        if "replication" in told:
            advice = (
                f"A result is said to be the same on all devices, and is not. {_map}"
            )
        elif "unbound axis" in told or "Unbound axis" in told:
            advice = f"A collective stands outside jax.shard_map. {_map}"
        elif "incompatible devices" in told:
            advice = "Use the mesh that the function gets, not another one. " + _asked
    raise AssertionError(f"{what} stops with {name}: {told} ... {advice}")


def _splits_rows(what, call, *args):
    """Look into the program: it should have a shard_map whose input is cut along data."""
    told = str(_called(what, jax.make_jaxpr(call), *args))
    assert "shard_map" in told, f"{what} does not use jax.shard_map. {_map}"
    cuts = re.findall(r"in_specs=\((.*)\)", told)
    assert not cuts or any("'data'" in cut for cut in cuts), (
        f"{what} cuts none of its inputs: each device works on all rows. {_map}"
    )
    gathered = re.findall(r"f32\[((?:\d+,)+5)\]\S* = all_gather", told)
    assert not any(
        np.prod([int(size) for size in sizes.split(",")]) == 48 * 5
        for sizes in gathered
    ), f"{what} gathers the rows again, so each device works on all of them. {_map}"


def _factor(found, true):
    """By which factor one tree is another one, or None."""
    a, b = (
        np.concatenate([np.ravel(np.asarray(leaf)) for leaf in jax.tree.leaves(tree)])
        for tree in (found, true)
    )
    factor = float(a @ b / (b @ b))
    return (
        factor
        if np.allclose(a, factor * b, rtol=1e-2, atol=1e-3 * np.abs(b).max())
        else None
    )


def _wrong_factor(k, factor):
    """A sentence on a gradient that is a multiple of the right one."""
    if abs(factor) < 1e-3:
        return "it is zero: the parameters do not move."
    times = f"{factor:.3g} times the right one"
    if np.isclose(factor, k, rtol=0.02):
        return f"it is {times}, as often as there are devices. What has already added up the devices?"
    if k == 1 and np.isclose(factor, 1 / n, rtol=0.02):
        return (
            f"it is {times}: does n of the page stand in it, not the size of the mesh?"
        )
    if np.isclose(factor, 1 / k, rtol=0.02):
        return f"it is {times}: it is divided by the number of devices once too often."
    if np.isclose(factor, k * k, rtol=0.02):
        return f"it is {times}, the square of the number of devices: the devices are added up twice."
    return f"it is {times}."


def _as_numpy(tree):
    return jax.tree.map(np.asarray, tree)


def _same_tree(found, true):
    return jax.tree.structure(found) == jax.tree.structure(true) and all(
        hasattr(a, "shape") and a.shape == b.shape
        for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(true), strict=True)
    )


_one_device = jax.jit(
    jax.value_and_grad(
        lambda params, batch: jnp.mean(
            (network.apply(params, batch[0]) - batch[1]) ** 2
        )
    )
)
for _mesh in _check_meshes():
    _k = _mesh.devices.size
    _step = _called(f"sharded_step with a mesh of {_k}", sharded_step, _mesh)
    assert callable(_step), (
        f"sharded_step(mesh) should return a function of (params, batch); it returns {type(_step).__name__}. {_asked}"
    )
    for _seed, _scale in ((0, 1.0), (1, 3.0)):
        _r = np.random.default_rng(_seed)
        _x = np.float32(_scale * _r.normal(size=(48, 5)))
        _t = np.float32(np.abs(_x[:, :1]) + np.arange(48)[:, None] / 10)
        _p = _as_numpy(network.init(jax.random.key(_seed), _x))

        _true_loss, _true = _one_device(_p, (_x, _t))
        _what = f"On {_k} device{'s' * (_k > 1)}, sharded_step"
        if _seed == 0:
            _splits_rows(_what, _step, _p, (_x, _t))
        _found = _called(_what, _step, _p, (_x, _t))
        _is_pair = isinstance(_found, tuple) and len(_found) == 2
        assert _is_pair, (
            f"{_what} should return a pair (new params, loss); it returns {type(_found).__name__}. {_asked}"
        )
        _new, _loss = _found
        assert _same_tree(_new, _p), (
            f"{_what} should return a pair whose first part has the names and shapes of params; it has"
            f" {jax.tree.map(lambda leaf: getattr(leaf, 'shape', type(leaf).__name__), _new)!s:.150}. {_asked}"
        )
        assert getattr(_loss, "shape", None) == (), (
            f"{_what} should return a loss of shape (); its shape is {getattr(_loss, 'shape', None)}. {_asked}"
        )
        _where = len(jax.tree.leaves(_new)[0].sharding.device_set)
        assert _where == _k, (
            f"{_what} leaves its result on {_where} devices: use the mesh that sharded_step gets. {_asked}"
        )
        _taken = jax.tree.map(lambda old, new: (old - np.asarray(new)) / 0.1, _p, _new)
        _f = _factor(_taken, _true)
        assert _f is not None, (
            f"{_what} takes a step that does not follow the gradient of the mean over all rows. Does it use the rows of all"
            f" devices? {_port}"
        )
        assert abs(_f - 1) < 0.01, (
            f"{_what} takes a wrong step. Compared with the gradient on one device, {_wrong_factor(_k, _f)} {_port}"
        )
        assert np.isclose(_loss, _true_loss, rtol=1e-4), (
            f"{_what} returns the loss {float(_loss):.4f}; the mean over all rows is {float(_true_loss):.4f}. {_map}"
        )
        for _copy in jax.tree.leaves(_new)[0].addressable_shards:
            assert np.allclose(
                _copy.data, jax.tree.leaves(_new)[0], rtol=1e-4, atol=1e-5
            ), f"{_what} leaves different parameters on different devices. {_map}"
_most = len(_check_devices())
print(
    "Steps and losses agree with those of one device, for 1, 2 and 8 devices."
    if _most >= 8
    else f"Steps and losses agree with those of one device, for up to {_most} device(s)."
)
if _most == 1:
    print(
        "With a single device, one times the gradient is the gradient: this check could not see the error."
    )

# %% [markdown]
# ### With `check_vma=False`, rule and repair change places
#
# Older code often has `check_rep=False`, today `check_vma=False`. What are the two gradients without tracking? The third
# is that of parameters which each device holds for itself:


# %%
def local_loss(w, x):
    return jnp.mean((w * x - 1) ** 2)


def pmean_of_grad(w, x):
    return jax.lax.pmean(jax.grad(local_loss)(w, x), "data")


def grad_of_pmean(w, x):
    return jax.grad(lambda w: jax.lax.pmean(local_loss(w, x), "data"))(w)


def pmean_of_own_grad(w, x):
    return pmean_of_grad(jax.lax.pcast(w, "data", to="varying"), x)


# %% [markdown]
# Each is divided by the gradient on one device, so 1 is right:

# %%
on_one = jax.grad(local_loss)(0.5, jnp.arange(8.0))
factors = {}
for f in (pmean_of_grad, grad_of_pmean, pmean_of_own_grad):
    for check in (True, False):
        many = jax.shard_map(
            f, mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=check
        )
        factors[f.__name__, check] = abs(float(many(0.5, jnp.arange(8.0)) / on_one))
        print(f"{f.__name__:18} check_vma={check!s:6} {factors[f.__name__, check]:.2f}")

# %% tags=["hidden"]
_right = [(f, check) for (f, check), factor in factors.items() if np.isclose(factor, 1)]
if n > 1:
    assert _right == [
        ("pmean_of_grad", False),
        ("grad_of_pmean", True),
        ("pmean_of_own_grad", True),
        ("pmean_of_own_grad", False),
    ]
    assert np.isclose(factors["pmean_of_grad", True], n)


def _update_of_mean(params, batch):
    loss, grads = jax.value_and_grad(
        lambda params: jax.lax.pmean(loss_fn(params, batch), "data")
    )(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


def _update_of_own(params, batch):
    own = jax.lax.pcast(params, "data", to="varying")
    grads = jax.lax.pmean(jax.grad(loss_fn)(own, batch), "data")
    loss = jax.lax.pmean(loss_fn(params, batch), "data")
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), loss


# One step of the network against one device, for both settings; `pmap` is like False.
for _update, _agrees in (
    (update, (n == 1, True)),
    (_update_of_mean, (True, n == 1)),
    (_update_of_own, (True, True)),
):
    for _check, _is in zip((True, False), _agrees, strict=True):
        _many = jax.shard_map(_update, mesh=mesh, check_vma=_check, **specs)
        _new, _ = _many(params, batch)
        assert (largest_difference(one_params, _new) < 1e-5) == _is, (_update, _check)
_by_pmap = jax.pmap(_update_of_mean, axis_name="data", devices=devices)(copies, chunks)
_new = jax.tree.map(lambda p: p[0], _by_pmap[0])
assert (largest_difference(one_params, _new) < 1e-5) == (n == 1)

# %% [markdown]
# Without tracking, JAX adds no `psum`, so the `pmean` of the gradients is right, as it was under `pmap`. But the transpose
# of a `psum` is then a `psum`, which cancels the division in the `pmean` of the loss: each device keeps a gradient of its
# own, and JAX takes the first one for the result. `jax.lax.pcast` is right in both settings.
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
# Define `same_gradient(mesh, params, batch)`. It computes `jax.grad(weighted_loss)(params, batch)` with `jax.shard_map`, the
# rows cut along the mesh axis `"data"`, so that each device works on its own rows only, and returns a tree like `params`,
# replicated. It should be right for any number of devices that divides $B$, also where a device has nothing but padding,
# and run under `jax.jit`.
# In loops, here are the errors and weights of six rows on three devices. The last device has padding only:


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
# The means of the devices are 2, 8 and 0/0. The mean of these is not the number that you want.


# %% exercise="same-gradient" kind="build" minutes="20"
def same_gradient(mesh, params, batch):
    """The gradient of weighted_loss, by the devices of a mesh with the axis "data"."""

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
import contextlib
import functools
import re

assert callable(globals().get("same_gradient")), (
    "Exercise same-gradient: define the function same_gradient in the cell above and run it, then run this check."
)
_map = 'Read "`jax.shard_map`: write what one device does" again.'
_port = 'Read "What `pmap` code becomes" again.'
_asked = 'Read "Exercise: the same gradient with padding" again.'


def _check_meshes_of_same_gradient():
    """Meshes of one, two and eight devices, simulated ones where the page has a single GPU."""
    pool = jax.devices()
    if len(pool) == 1:
        with contextlib.suppress(RuntimeError):
            pool = jax.devices("cpu")
    return [
        jax.make_mesh((k,), ("data",), axis_types=(AxisType.Auto,), devices=pool[:k])
        for k in (1, 2, 8)
        if k <= len(pool)
    ]


def _tried(what, call, *args):
    """The result of a call, or a sentence on why there is none."""
    try:
        return jax.block_until_ready(call(*args))
    except NotImplementedError:
        raise
    except Exception as problem:
        name, told = type(problem).__name__, " ".join(str(problem).split())[:200]
        advice = _asked
        if "replication" in told:
            advice = (
                f"A result is said to be the same on all devices, and is not. {_map}"
            )
        elif "unbound axis" in told.lower():
            advice = f"A collective stands outside jax.shard_map. {_map}"
        elif "incompatible devices" in told:
            advice = "Use the mesh that the function gets, not another one. " + _asked
        elif "Tracer" in name or "Concret" in name or "Boolean" in name:
            advice = f"Under jax.jit the batch has no values yet: no NumPy, no boolean index, no if. {_asked}"
    raise AssertionError(f"{what} stops with {name}: {told} ... {advice}")


def _one_vector(tree):
    return np.concatenate(
        [np.ravel(np.asarray(leaf)) for leaf in jax.tree.leaves(tree)]
    )


def _right_weighted(params, batch):
    errors = jnp.mean((network.apply(params, batch[0]) - batch[1]) ** 2, axis=1)
    return jnp.sum(batch[2] * errors) / jnp.sum(batch[2])


def _guesses(k, params, batch):
    """What known mistakes would give, with a sentence on each."""
    slope = _one_device
    parts = [
        tuple(array.reshape(k, -1, *array.shape[1:])[i] for array in batch)
        for i in range(k)
    ]
    full = [part for part in parts if part[2].sum() > 0]
    means = sum(_one_vector(slope(params, part)) for part in full)
    ones = (*batch[:2], np.ones_like(batch[2]))
    sums = _one_vector(slope(params, batch)) * batch[2].sum()
    return {
        "It is the mean of the devices' own means; rows count differently where devices have different weights. ": means
        / k,
        "It is the sum of the devices' own means; rows count differently where devices have different weights. ": means,
        "It leaves the weights out. ": _one_vector(slope(params, ones)),
        "The weighted sum is divided by a number of rows, not by the sum of the weights. ": sums
        / len(batch[2]),
        "The weighted sum is not divided by the sum of the weights. ": sums,
        "It is the gradient of the first device's rows only. ": _one_vector(
            slope(params, parts[0])
        ),
    }


_one_device = jax.jit(jax.grad(_right_weighted))
for _mesh in _check_meshes_of_same_gradient():
    _k = _mesh.devices.size
    _compiled = jax.jit(functools.partial(same_gradient, _mesh))
    _what = f"On {_k} device{'s' * (_k > 1)}, same_gradient"
    for _seed, _rows, _padding, _scale in (
        (0, 16, 0, 1.0),
        (1, 16, 11, 3.0),
        (2, 48, 30, 0.3),
    ):
        _r = np.random.default_rng(_seed)
        _x = np.float32(_scale * _r.normal(size=(_rows, 4)))
        _t = np.float32(_r.normal(size=(_rows, 1)) + np.arange(_rows)[:, None] / 4)
        _weights = np.float32(_r.uniform(0.5, 2.0, size=_rows))
        if _padding:
            _weights[-_padding:] = 0
        _batch = (_x, _t, _weights)
        _p = jax.tree.map(np.asarray, network.init(jax.random.key(_seed), _x))
        _true = _one_device(_p, _batch)
        if _seed == 0:
            _told = str(
                _tried(
                    _what,
                    jax.make_jaxpr(_compiled),
                    _p,
                    _batch,
                )
            )
            assert jax.eval_shape(_compiled, _p, _batch) is not None, (
                f"{_what} returns nothing; it should return a gradient. {_asked}"
            )
            assert "shard_map" in _told, f"{_what} does not use jax.shard_map. {_map}"
            _cuts = re.findall(r"in_specs=\((.*)\)", _told)
            assert not _cuts or any("'data'" in cut for cut in _cuts), (
                f"{_what} cuts none of its inputs: each device works on all rows. {_map}"
            )
            _gathered = re.findall(r"f32\[((?:\d+,)+4)\]\S* = all_gather", _told)
            assert not any(
                np.prod([int(size) for size in sizes.split(",")]) == 16 * 4
                for sizes in _gathered
            ), (
                f"{_what} gathers the rows again, so each device works on all of them; gather what each device made of its"
                f" own rows. {_asked}"
            )
        _found = _tried(_what, _compiled, _p, _batch)
        _alike = jax.tree.structure(_found) == jax.tree.structure(_true) and all(
            getattr(a, "shape", None) == b.shape
            for a, b in zip(
                jax.tree.leaves(_found), jax.tree.leaves(_true), strict=True
            )
        )
        assert _alike, (
            f"{_what} should return a gradient with the names and shapes of params; it returns"
            f" {jax.tree.map(lambda leaf: getattr(leaf, 'shape', type(leaf).__name__), _found)!s:.150}. {_asked}"
        )
        _leaf = jax.tree.leaves(_found)[0]
        _where = len(_leaf.sharding.device_set)
        assert _where == _k, (
            f"{_what} leaves its result on {_where} device(s): use the mesh that it gets. {_asked}"
        )
        _a, _b = _one_vector(_found), _one_vector(_true)
        assert np.isfinite(_a).all(), (
            f"{_what} returns nan or inf for {_rows} rows, of which {_padding} are padding. What does a device divide by if all"
            f" its rows have weight 0? {_asked}"
        )
        if np.allclose(_a, _b, rtol=1e-3, atol=1e-4 * np.abs(_b).max()):
            continue
        _f = float(_a @ _b / (_b @ _b))
        _is_multiple = np.allclose(_a, _f * _b, rtol=1e-2, atol=1e-3 * np.abs(_b).max())
        _why = ""
        if _is_multiple and np.isclose(_f, _k, rtol=0.01):
            _why = f"It is {_f:.3g} times too big, as often as there are devices: the devices are added up once too often. {_port}"
        elif _is_multiple and np.isclose(_f, _k * _k, rtol=0.01):
            _why = f"It is {_f:.3g} times too big, the square of the number of devices. {_port}"
        elif _is_multiple and _k == 1 and np.isclose(_f, 1 / n, rtol=0.01):
            _why = f"It is {_f:.3g} times the right one: does n of the page stand in it, not the size of the mesh? {_asked}"
        elif _is_multiple and np.isclose(_f, 1 / _k, rtol=0.01):
            _why = f"It is {_f:.3g} times the right one: it is divided by the number of devices once too often. {_port}"
        else:
            _why = (
                next(
                    (
                        why
                        for why, value in _guesses(_k, _p, _batch).items()
                        if np.allclose(
                            _a, value, rtol=1e-2, atol=1e-3 * np.abs(value).max()
                        )
                    ),
                    f"It is {_f:.3g} times the right one. " if _is_multiple else "",
                )
                + _asked
            )
        raise AssertionError(
            f"{_what} does not agree with jax.grad(weighted_loss) for {_rows} rows, of which {_padding} are padding. {_why}"
        )
_most = _check_meshes_of_same_gradient()[-1].devices.size
print(
    f"The gradient agrees with that of one device, for up to {_most} devices, with and without padding."
)
if _most == 1:
    print(
        "With a single device, one times the gradient is the gradient: errors of sums over devices were not tested."
    )

# %% [markdown]
# ## Past one machine: `jax.distributed`
#
# A cluster runs the same program in several processes. Each calls `jax.distributed.initialize` first, with the address
# of process 0, the number of processes, and its own number (under Slurm it finds them itself). From then on
# `jax.devices()` lists the devices of *all* processes, a mesh spans them, and `jit` exchanges data over the network. We
# start such a program twice on this computer, with two simulated devices each:

# %%
job = """
import faulthandler, sys
faulthandler.dump_traceback_later(100, exit=True)  # end, whatever happens

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.multihost_utils import process_allgather
from jax.sharding import AxisType, NamedSharding, PartitionSpec as P

address, count, me = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_num_cpu_devices", 2)
here_only = {"coordinator_bind_address": address, "cluster_detection_method": "deactivate"}
jax.distributed.initialize(address, count, me, **here_only)

mesh = jax.make_mesh((jax.device_count(),), ("data",), axis_types=(AxisType.Auto,))
rows = np.split(np.arange(8.0, dtype="float32"), count)[me]  # each reads its own part
x = jax.make_array_from_process_local_data(NamedSharding(mesh, P("data")), rows)
grad = jax.jit(jax.grad(lambda w, x: jnp.mean((w * x - 1) ** 2)))(0.5, x)

here, everywhere = jax.local_device_count(), jax.device_count()
print(f"process {me}: {here} of {everywhere} devices, rows {rows}, gradient {grad}")
try:
    np.asarray(x)
except RuntimeError as error:
    print(f"process {me}: {str(error)[:51]} ...")
print(f"process {me}: all rows {process_allgather(x, tiled=True)}")
"""

# %% [markdown]
# On a cluster the scheduler starts the processes. Here `subprocess` does it, with a free port and a limit on time:


# %%
def run_processes(program, count, seconds=90):
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
            command = [sys.executable, "-c", program, address, str(count), str(me)]
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


lines = run_processes(job, 2)
print(*lines, sep="\n")

# %% tags=["hidden"]
_rows = np.arange(8.0)
_one = float(np.mean(2 * (0.5 * _rows - 1) * _rows))
assert len(lines) == 6
for _lines in (lines[:3], lines[3:]):
    assert "2 of 4 devices" in _lines[0]
    assert f"gradient {_one}" in _lines[0]
    assert "Fetching value for `jax.Array` that spans non-addre" in _lines[1]
    assert str(_rows.astype("float32")) in _lines[2]
assert "Slurm" in jax.distributed.initialize.__doc__

# %% [markdown]
# Each process has read half of the rows, and both know the gradient of the whole. On one device it is
# {{ float(jax.grad(lambda w, x: jnp.mean((w * x - 1) ** 2))(0.5, jnp.arange(8.0))):.1f}}, too. All processes must call
# the functions that work on shared arrays in the same order; if one of them skips a step, the others wait for it. And a
# process sees its own pieces only (`x.addressable_shards`). Print and save *replicated* results in one process, where
# `jax.process_index()` is 0. Gather an array that is cut over processes first, in all of them, or let each write its own
# pieces, as [Orbax](https://orbax.readthedocs.io) does.
#
# ## Does it get faster?
#
# Time a step of a larger network, with the same batch cut over more devices:


# %%
def wide_net(x):
    return hk.nets.MLP([256, 256, 1])(x)


wide = hk.without_apply_rng(hk.transform(wide_net))


@jax.jit
def wide_step(params, x):
    grads = jax.grad(lambda params: jnp.mean(wide.apply(params, x) ** 2))(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)


# %% tags=["varies"]
x = jax.random.normal(jax.random.key(2), (1024, 64))
wide_params = wide.init(jax.random.key(3), x)
milliseconds = {}
for k in (k for k in (1, 2, 4, 8) if k <= n):
    some = auto_mesh((k,), ("data",), devices[:k])
    args = (
        jax.device_put(wide_params, NamedSharding(some, P())),
        jax.device_put(x, NamedSharding(some, P("data"))),
    )
    milliseconds[k] = 1000 * benchmark(wide_step, *args, repeats=5)
print({k: round(time, 2) for k, time in milliseconds.items()})

# %% [markdown]
# If the work were divided evenly, and the exchange cost nothing, $k$ devices would need a $k$-th of the time. That is the
# dashed line:

# %% tags=["plot", "varies"] alt="Milliseconds per step against the number of devices, beside a dashed line for ideal scaling."
figure, axes = plt.subplots()
counts, times = np.array(list(milliseconds)), np.array(list(milliseconds.values()))
axes.loglog(counts, times, "C0o-")
axes.loglog(counts, times[0] / counts, "C1--")
axes.text(counts[-1], times[-1] * 1.06, "measured", color="C0", ha="right", va="bottom")
axes.text(
    counts[-1], times[0] / counts[-1] * 0.94, "ideal", color="C1", ha="right", va="top"
)
axes.set(xlabel="devices", ylabel="milliseconds per step", xlim=(0.9, counts[-1] * 1.2))
axes.set_ylim(0.7 * min(times[0] / counts[-1], times.min()), 1.5 * times.max())
axes.set_xticks(counts, [str(k) for k in counts])
axes.minorticks_off()
axes.set_title(f"One batch, cut over more devices ({devices[0].platform})")
plt.show()

# %% [markdown]
# Simulated CPU devices share the cores of one computer, and XLA uses several cores for a single device anyway, so do not
# expect them to come near the dashed line. They are there to test that a program is right. On real devices, what counts
# is how long each of them works between two all-reduces, so large batches and matrices scale better than small ones.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - No message: a gradient $N$ times too big under `jax.shard_map`, from `pmean` of gradients of replicated parameters. Compare
#   one step with one device. With `check_vma=False` that gradient is right, the gradient of the mean loss is wrong,
#   and JAX also believes a wrong `out_specs`.
# - `implies that array axis 0 is partitioned 8 times, but the dimension size is 3` The lengths of arguments and results
#   must divide evenly. Pad the batch, with weight 0.
# - `ValueError: Received incompatible devices for jitted computation.` Two arguments were put on different sets of devices.
#   Put all of them on one mesh.
# - `ValueError: ... was given out_specs which require replication which can't be statically inferred` A `psum` or `pmean` is
#   missing, or the result belongs under `P("data")`.
# - `RuntimeError` that says `config should be updated before backends are initialized`: JAX has already looked for its
#   devices. Restart, and set `jax_num_cpu_devices` in the first cell.
# - A job of several processes hangs: not all of them started, or one took another branch. Give it a timeout.
#
# These and more: [Error messages of JAX and Haiku, explained](../reference/errors.py).
#
# </div>


# %% tags=["hidden"]
def _message(call):
    try:
        call()
    except (ValueError, RuntimeError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


assert "config should be updated before backends are initialized" in _message(
    lambda: jax.config.update("jax_num_cpu_devices", 7)
)
assert "require replication which can't be statically inferred" in _message(
    lambda: jax.shard_map(
        lambda x: x.mean(), mesh=mesh, in_specs=P("data"), out_specs=P()
    )(inputs)
)
if n == 8:
    assert (
        "implies that array axis 0 is partitioned 8 times, but the dimension size is 3"
        in _message(
            lambda: jax.device_put(jnp.zeros(3), NamedSharding(mesh, P("data")))
        )
    )
if n > 1:
    assert (
        "ValueError: Received incompatible devices for jitted computation."
        in _message(
            lambda: (
                jax.device_put(1.0, devices[0])
                + jax.device_put(1.0, NamedSharding(mesh, P()))
            )
        )
    )
    assert (
        largest_difference(
            jax.shard_map(
                lambda x: x.mean(),
                mesh=mesh,
                in_specs=P("data"),
                out_specs=P(),
                check_vma=False,
            )(inputs),
            inputs.mean(),
        )
        > 1e-4
    )

# %% [markdown]
# ## What you learned
#
# - A mesh names devices, a `PartitionSpec` says which mesh axis cuts which array axis, and `jax.device_put` lays out an array.
#   Mesh axes that are not named copy.
# - `jax.jit` follows the layout of its inputs. Cut the batch for data parallel, the weights for model parallel; the step
#   stays as it is.
# - In `jax.shard_map` you write the part of one device. `jax.grad` with respect to a replicated value already sums over the
#   devices, so differentiate the mean of all; with `check_vma=False` it does not. Compare with one device.
# - `pmap` becomes `jit` and layouts. Several machines need `jax.distributed.initialize`, and the step stays as it is.
#
# Next: [Haiku by frequency](../reference/names.py) lists the names that research code uses, each with a cell that
# runs it.
