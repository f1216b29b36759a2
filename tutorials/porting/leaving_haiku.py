# %% [markdown]
# # Leaving Haiku: the same network in Flax NNX and Equinox
#
# To continue in [Flax NNX](https://flax.readthedocs.io) or [Equinox](https://docs.kidger.site/equinox/), write the network
# there, copy each array to its place, and check that the outputs agree. [`haiku-port draft`](../../reference/draft.md)
# writes the first version of all three from a run:
#
# ```console
# $ haiku-port draft network:example --to nnx -o port.py
# ```
#
# For one layer it is this:

# %% tags=["short"]
import haiku as hk
import jax
from flax import nnx

x, key = jax.numpy.ones((1, 3)), jax.random.key(0)
old = hk.transform(lambda x: hk.Linear(2)(x))
params = old.init(key, x)
new = nnx.Linear(3, 2, rngs=nnx.Rngs(1))
new.kernel[...] = params["linear"]["w"]
new.bias[...] = params["linear"]["b"]
print(new(x) - old.apply(params, None, x))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - let `haiku-port draft` write a port to NNX or Equinox, read what it wrote, and finish it in classes of your own;
# - port parameters, state and Adam's moments, and look up how constructs differ;
# - find out why a port agrees in its outputs but not in its training.
#
# You need: [`hk.transform`](../haiku/transform.py), [state](../haiku/state.py), [`hk.vmap`](../networks/transforms_inside.py).
#
# </div>
#
# ## The network in Haiku
#
# The network predicts which third of an image is brighter. The convolution leaves 4 by 4 positions, which attention
# sees as a sequence of 16 tokens. It is a string, so that the command can read it from a file, with the example that
# [the command asks for](../../reference/draft.md#the-example):

# %%
from functools import partial

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import matplotlib.pyplot as plt
import numpy as np
import optax
from flax import nnx

jax.config.update("jax_default_matmul_precision", "highest")  # or a GPU rounds more
jax.config.update("jax_disable_most_optimizations", True)  # compile faster


# %%
NETWORK = """
import haiku as hk
import jax
import jax.numpy as jnp

W_INIT = hk.initializers.VarianceScaling()  # which attention wants to be told


def net_fn(images, is_training):
    conv = hk.Conv2D(8, 3, stride=2, name="conv")
    norm = hk.BatchNorm(True, True, 0.9, name="norm")
    embed = hk.Embed(16, 8, name="embed")
    layer_norm = hk.LayerNorm(-1, True, True)
    attend = hk.MultiHeadAttention(2, 6, w_init=W_INIT, model_size=8, name="attend")

    x = norm(conv(images), is_training)
    x = jax.nn.relu(x).reshape(-1, 16, 8)
    x = x + embed(jnp.arange(16))
    y = layer_norm(x)
    x = x + attend(y, y, y)
    return hk.Linear(3)(x.mean(axis=1))


def example():
    return net_fn, (jnp.ones((2, 8, 8, 1)),), {"is_training": True}
"""


def names_in(text):
    names = {}
    exec(text, names)
    return names


network_file = names_in(NETWORK)
net_fn, W_INIT = network_file["net_fn"], network_file["W_INIT"]


@partial(jax.jit, static_argnames="examples")
def make_batch(key, examples=32):
    noise_key, label_key = jax.random.split(key)
    labels = jax.random.randint(label_key, (examples,), 0, 3)
    bright = jnp.arange(8) // 3 == labels[:, None]  # (B, 8): columns
    noise = jax.random.normal(noise_key, (examples, 8, 8, 1))
    return noise + bright[:, None, :, None], labels


def cross_entropy(logits, labels):
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return losses.mean()


# %% [markdown]
# Train it first, so that there are weights to port:

# %%
network = hk.without_apply_rng(hk.transform_with_state(net_fn))
evaluate = jax.jit(network.apply, static_argnames="is_training")
optimizer = optax.sgd(0.1)


@partial(jax.jit, static_argnums=0)
def haiku_step(network, params, state, batch):
    images, labels = batch

    def loss_fn(params):
        logits, new_state = network.apply(params, state, images, True)
        return cross_entropy(logits, labels), new_state

    (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    updates, _ = optimizer.update(grads, optimizer.init(params))  # SGD has no memory
    return optax.apply_updates(params, updates), state, loss


key = jax.random.key(0)
params, state = jax.jit(network.init, static_argnums=2)(key, make_batch(key)[0], True)
for i in range(200):
    batch = make_batch(jax.random.fold_in(key, i))
    params, state, loss = haiku_step(network, params, state, batch)
    if i == 0:
        after_one_step = params, state
batch = images, labels = make_batch(jax.random.key(1))
want, _ = evaluate(params, state, images, is_training=False)
print(f"loss {loss:.3f}, accuracy {(want.argmax(axis=1) == labels).mean():.2f}")

# %% [markdown]
# ## What `haiku-port draft` writes
#
# A function of this course runs the command, where [its package](../../reference/porting.md#the-package) is installed:

# %% tags=["recap"]
from snippets.terminal import haiku_port

# %%
draft = haiku_port("draft network:example --to nnx", {"network.py": NETWORK})
print(draft)

# %% tags=["hidden"]
import sys
import tempfile
from pathlib import Path

from haiku_porting.draft.checks import Comparison


def _compared(text):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "network.py").write_text(NETWORK)
        sys.path.insert(0, folder)
        compared = names_in(text)["compared"]()
        drafted = compared.outputs(), compared.step(), compared.state()
        sys.path.remove(folder)
    return compared, drafted


compared, drafted = _compared(draft.rpartition("\n")[0])
assert isinstance(compared, Comparison)
assert "TODO" not in draft
assert max(drafted) < 1e-4, drafted

# %% [markdown]
# How to read it:
#
# - The classes have your code between the layers. `build` states the sizes, which Haiku reads off the data, and each
#   argument whose default is another one there: epsilon, padding, `momentum` for `decay_rate`.
# - `SOURCES` names, for each array of the port, what it gets of Haiku's trees, by *pieces* that know the layout of a
#   layer. `UNUSED` are those that the port has no place for. Read these two lists first.
# - The tests compare outputs in both modes, the parameters after a step of SGD, and the state. Here the first are
#   {{ drafted[0]:.0e }} apart, the second {{ drafted[1]:.0e }} and the last {{ drafted[2]:.0e }}.
# - A `# TODO` with a file and a line is what could not be written, and is yours.
#
# The tests see what the example does, and no more: not other sizes, long training, or a mode that it leaves out. Nor does
# the draft know what you meant: layers that were shared for a reason, the optimiser, what is frozen, who draws the
# keys. And it leans on the package, where NNX's own layers compute something else. This is where your part begins.
#
# ## Flax NNX: a class that holds its arrays
#
# In a class of your own, layers are made in `__init__`. Two arguments of `LayerNorm` and `GroupNorm` make them match
# Haiku's defaults in float32: `epsilon`, and `use_fast_variance`, because the fast variance loses digits where the mean
# is large.


# %%
class NnxNet(nnx.Module):
    def __init__(self, rngs):
        self.conv = nnx.Conv(1, 8, (3, 3), 2, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.embed = nnx.Embed(16, 8, rngs=rngs)
        self.layer_norm = nnx.LayerNorm(8, **LIKE_HAIKU, rngs=rngs)
        self.attend = nnx.MultiHeadAttention(2, 8, 12, decode=False, rngs=rngs)
        self.linear = nnx.Linear(8, 3, rngs=rngs)

    def __call__(self, images):
        x = self.norm(self.conv(images))
        x = jax.nn.relu(x).reshape(-1, 16, 8)
        x = x + self.embed(jnp.arange(16))
        y = self.layer_norm(x)
        x = x + self.attend(y)
        return self.linear(x.mean(axis=1))


LIKE_HAIKU = {"epsilon": 1e-5, "use_fast_variance": False}

# %% [markdown]
# ### A source for each path
#
# `port_to_nnx` fills such a module. For each path in the module you name a path in Haiku's trees, or several, and where
# the layout differs, a function that converts; it guesses nothing. Take `SOURCES` from the draft, and rename its paths
# where your attributes have other names. `nnx.eval_shape` makes a module of shapes only.
#
# A *piece* gives the sources of one layer, so that you need not know that a `BatchNorm` keeps `(1, 1, 1, 8)` in Haiku
# and `(8,)` in NNX, or that a matrix of 12 columns is 2 heads of 6.

# %% tags=["recap"]
from snippets.porting.nnx import port_to_nnx
from snippets.porting.pieces import (
    AVERAGES_UNUSED,
    batch_norm,
    conv,
    embed,
    layer_norm,
    linear,
    multi_head_attention,
)

# %%
empty = nnx.eval_shape(lambda: NnxNet(nnx.Rngs(0)))
NNX = (
    conv("conv", "conv")
    | batch_norm("norm", "norm")
    | embed("embed", "embed")
    | layer_norm("layer_norm", "layer_norm")
    | multi_head_attention("attend", "attend", heads=2)
    | linear("linear", "linear")
)

# %% [markdown]
# The first attempt reports what is left over:

# %% raises="ValueError" match="Nothing takes .'norm/~/mean_ema/counter'"
port_to_nnx(empty, NNX, params, state)

# %% [markdown]
# For each average, Haiku's `BatchNorm` also stores a raw form and a counter, which NNX doesn't have. Once you list them
# in `unused`, by paths or by patterns, the module is complete; `AVERAGES_UNUSED` has patterns for all averages whose
# names end with `_ema`. `eval()` makes this `BatchNorm` use its averages.

# %%
print(AVERAGES_UNUSED)
nnx_net = port_to_nnx(empty, NNX, params, state, unused=AVERAGES_UNUSED)

nnx_net.eval()
print("largest difference of outputs:", abs(nnx_net(images) - want).max())

# %% tags=["hidden"]
np.testing.assert_allclose(nnx_net(images), want, atol=1e-5)

# %% tags=["plot", "cover"] alt="Lines lead from 19 of the 23 entries of Haiku to the 19 variables of the NNX module; 4 lead nowhere."
# Caption: Every variable of the new module has its entry in the old parameters; what is
# left over has no use there.
from snippets.drawing import PARAMETERS, RUNS, arrow, canvas, note
from snippets.porting.sources import entries_by_path

haiku_arrays = entries_by_path(params, state)
taken = {path: s if isinstance(s, str) else s[0] for path, s in NNX.items()}
order = {entry: place for place, entry in enumerate(haiku_arrays)}
paths = sorted(taken, key=lambda path: order[taken[path]])
axes = canvas(1.5 * len(order) + 5)
note(axes, 14.5, 1, "Haiku", "right", weight="bold")
note(axes, 23.5, 1, "Flax NNX", "left", weight="bold")
for entry, place in order.items():
    color = "#1b1f24" if entry in taken.values() else "#6b7280"
    code = {"family": "monospace", "color": color}
    note(axes, 14.5, 3 + 1.5 * place, entry, "right", **code)
for path, place in zip(paths, np.linspace(0, len(order) - 1, len(paths)), strict=True):
    note(axes, 23.5, 3 + 1.5 * place, path, "left", family="monospace")
    start, end = (14.7, 3 + 1.5 * order[taken[path]]), (23.3, 3 + 1.5 * place)
    arrow(axes, start, end, color=PARAMETERS if isinstance(NNX[path], str) else RUNS)
bottom = 1.5 * len(order) + 4
note(axes, 14.5, bottom, "not needed", "right", color="#6b7280")
note(axes, 19, bottom, "as it is", color=PARAMETERS)
note(axes, 23.5, bottom, "in another layout", "left", color=RUNS)
plt.show()

# %% tags=["hidden"]
assert len(order) == 23
assert len(paths) == 19
assert len(order.keys() - taken.values()) == 4

# %% [markdown]
# ## Equinox: a pytree that takes one example
#
# An Equinox module is itself a pytree. State is an argument and a result, as in Haiku. With `--to equinox` the command
# writes such a module, with the same tests. This is the class of the network:

# %%
draft = haiku_port("draft network:example --to equinox", {"network.py": NETWORK})
print(draft.partition("class NetFn")[2].partition("\n\n\n")[0])

# %% [markdown]
# Most of Equinox's own layers take *one* example, a convolution with channels first: the draft's, which are of the
# package, take Haiku's batches. In a class of your own you transpose the image, add the batch with `jax.vmap`, and give
# `BatchNorm` the name of that axis, with `mode="batch"`. Weights of `Linear` are `(out, in)`, kernels of `Conv2d` are
# `(out, in, height, width)` and their bias has two more axes. A `LayerNorm` normalises all axes of its input, and
# accepts only the shape that it was made for; for each position of a sequence it needs a `vmap` of its own.

# %% [markdown]
# ## Exercise: a port to Equinox
#
# This network sees images, and each of its channels is normalised at each place:


# %%
def glance(images, channels=4, classes=3):  # (B, H, W, C)
    x = jax.nn.relu(hk.Conv2D(channels, 3, stride=2, name="conv")(images))
    x = hk.LayerNorm(-1, True, True, name="norm")(x)
    return hk.Linear(classes, name="linear")(x.reshape(len(x), -1))


glance_params = hk.transform(glance).init(key, jnp.ones((1, 6, 6, 2)))
print(jax.tree.map(jnp.shape, glance_params))

# %% [markdown]
# Define `to_equinox(params)`, which returns this network as an `eqx.Module`, with these parameters:
#
# - The module takes *one* image, of shape `(H, W, C)`, and returns what Haiku does for it, also under `jax.vmap` and
#   `eqx.filter_jit`.
# - The sizes are those of `params`: any number of channels, in and out, of classes, and of places.
# - It trains as Haiku's network: what `eqx.filter_grad` moves is the six arrays, and nothing else.
#
# <details>
# <summary>Hint</summary>
#
# `eqx.tree_at(lambda net: [net.linear.weight], net, [array])` returns a module with another array in this place. Compare
# each intermediate value with Haiku's, on an image with `H` and `W` that differ.
#
# </details>


# %% exercise="equinox-port" kind="build" minutes="15"
def to_equinox(params):
    """The network `glance` with these parameters, for one image."""
    ### BEGIN SOLUTION
    kernel, w = params["conv"]["w"], params["linear"]["w"]
    height, width, inside, outside = kernel.shape

    class Glance(eqx.Module):
        conv: eqx.nn.Conv2d
        norm: eqx.nn.LayerNorm
        linear: eqx.nn.Linear

        def __call__(self, image):  # (H, W, C)
            x = jax.nn.relu(self.conv(image.transpose(2, 0, 1)))  # (C, H, W)
            x = jax.vmap(jax.vmap(self.norm))(x.transpose(1, 2, 0))
            return self.linear(x.reshape(-1))

    net = Glance(
        eqx.nn.Conv2d(inside, outside, (height, width), 2, padding="SAME", key=key),
        eqx.nn.LayerNorm(outside),
        eqx.nn.Linear(*w.shape, key=key),
    )
    arrays = [
        kernel.transpose(3, 2, 0, 1),
        params["conv"]["b"][:, None, None],
        params["norm"]["scale"],
        params["norm"]["offset"],
        w.T,
        params["linear"]["b"],
    ]
    return eqx.tree_at(jax.tree.leaves, net, arrays)
    ### END SOLUTION


# %% check="equinox-port"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "to_equinox",
    "Equinox: a pytree that takes one example",
    {
        "feature dimension": "Does it give the convolution the channels first?",
        "expects input": "Does it take one image, with channels first for the convolution?",
        "x.shape": "Does its LayerNorm get the number of channels, and one place at a time?",
        "not callable": "A module is called by __call__; forward is PyTorch's name.",
        "static": "A static field is not trained.",
        "TracerArray": "Inside a network, use the functions of jax.numpy.",
        "dot_general": "How many numbers does the linear layer get, and how is its matrix stored?",
        "": "Does it take one image, of any size?",
    },
)


def outputs_of(to_equinox):
    """Outputs for each image, before and after a step."""

    @eqx.filter_jit
    def step(net, images):
        loss = eqx.filter_grad(lambda net: (jax.vmap(net)(images) ** 2).mean())
        return eqx.apply_updates(net, jax.tree.map(lambda g: -0.3 * g, loss(net)))

    def outputs(params, images):
        net = to_equinox(params)
        alone = jnp.stack([net(image) for image in images])
        return alone, jax.vmap(step(net, images))(images)

    return outputs


def _glance(images, sizes, axis=-1, order=(0, 1, 2, 3), pad="SAME", eps=1e-5):
    """The network with what may be mistaken as arguments."""
    x = jax.nn.relu(hk.Conv2D(sizes[0], 3, 2, padding=pad, name="conv")(images))
    x = hk.LayerNorm(axis, True, True, eps, param_axis=-1, name="norm")(x)
    return hk.Linear(sizes[1], name="linear")(x.transpose(order).reshape(len(x), -1))


_draw = np.random.default_rng(0)
_known = {
    "is it one LayerNorm for each place, over its channels?": {"axis": (1, 2, 3)},
    "a LayerNorm goes over the channels of a place.": {"axis": (1, 2)},
    "in which order do the numbers of an image reach the linear layer?": {
        "order": (0, 3, 1, 2)
    },
    "how does each library pad?": {"pad": ((1, 1), (1, 1))},
    "which epsilon?": {"eps": 1e-2},
}
for _size, _sizes in (
    ((3, 6, 4, 2), (4, 3)),
    ((2, 5, 7, 1), (1, 2)),
    ((2, 4, 9, 3), (int(_draw.integers(6, 10)), 11)),
):
    _x = jnp.float32(_draw.normal(size=_size))
    _net = hk.without_apply_rng(hk.transform(partial(_glance, sizes=_sizes)))
    _p = jax.eval_shape(_net.init, key, _x)
    _p = jax.tree.map(lambda leaf: jnp.float32(_draw.normal(size=leaf.shape)), _p)
    _when = f"For images of {_size[1:]}, {_sizes[0]} channels and {_sizes[1]} classes, "
    _module = _check.call(_p, when=_when)
    _told = "to_equinox should return an eqx.Module."
    _check.require(isinstance(_module, eqx.Module), _told)
    _trained = jax.tree.leaves(eqx.filter(_module, eqx.is_inexact_array))
    _numbers = [np.sort(array, axis=None) for array in _trained]
    for _layer, _name, _array in hk.data_structures.traverse(_p):
        _held = [np.array_equal(np.sort(_array, axis=None), a) for a in _numbers]
        _told = f"{_when}no array of it holds the numbers of {_layer}/{_name}."
        _check.require(any(_held), _told)
    _one, _two = _check.call(_p, _x, by=outputs_of, when=_when)
    _right, _norm, _conv = _net.apply(_p, _x), _p["norm"], _p["conv"]
    _other_norm = {"scale": _norm["offset"], "offset": _norm["scale"]}
    _other_conv = _conv | {"w": _conv["w"].swapaxes(0, 1)}
    _slips = {
        "it returns a batch, not the output for one image.": _right[:, None],
        "are scale and offset exchanged?": _net.apply(_p | {"norm": _other_norm}, _x),
        "height and width of the kernel are exchanged.": _net.apply(
            _p | {"conv": _other_conv}, _x
        ),
        "height and width of the image are exchanged.": _net.apply(
            _p, _x.swapaxes(1, 2)
        ),
        "": "At which layer does it begin to differ from Haiku's?",
    }
    for _told, _setting in _known.items():
        _other = hk.transform(partial(_glance, sizes=_sizes, **_setting))
        if jax.tree.map(
            jnp.shape, jax.eval_shape(_other.init, key, _x)
        ) == jax.tree.map(jnp.shape, _p):
            _slips[_told] = _other.apply(_p, None, _x)
    _check.agrees(_one, _right, _slips, _when, "the output")
    _told = f"it trains {len(_trained)} arrays, and Haiku has six."
    _check.require(len(_trained) == 6, _when + _told)
    _grads = jax.grad(lambda p, net=_net, x=_x: (net.apply(p, x) ** 2).mean())(_p)
    _moved = jax.tree.map(lambda p, g: p - 0.3 * g, _p, _grads)
    _slips = {"": "Does each array get its gradient?"}
    _what = "the output after a step of SGD"
    _check.agrees(_two, _net.apply(_moved, _x), _slips, _when, _what)
print("The outputs agree before and after a step, for images of three sizes.")

# %% [markdown]
# ## One training step in each
#
# Equal outputs show neither equal gradients nor an equal state after a training step. So take one step of SGD in each
# library, from the same weights and batch. Under `nnx.jit`, not `jax.jit`, the module and the optimiser change in place.


# %%
@nnx.jit
def nnx_step(net, optimizer, batch):
    images, labels = batch

    def loss_fn(net):
        return cross_entropy(net(images), labels)

    loss, grads = nnx.value_and_grad(loss_fn)(net)
    optimizer.update(net, grads)
    return loss


# %% [markdown]
# To compare, port what Haiku has *after* its step, and look at each array of the port: parameters and averages.


# %%
def nnx_arrays(net):
    flat = nnx.to_flat_state(nnx.state(net, nnx.Not(nnx.RngState)))
    return {".".join(map(str, path)): variable[...] for path, variable in flat}


def largest_difference(these, those):
    return max(np.abs(np.subtract(these[p], those[p])).max() for p in those)


new_params, new_state, haiku_loss = haiku_step(network, params, state, batch)

nnx_net.train()
nnx_optimizer = nnx.Optimizer(nnx_net, optimizer, wrt=nnx.Param)
nnx_loss = nnx_step(nnx_net, nnx_optimizer, batch)
nnx_want = port_to_nnx(empty, NNX, new_params, new_state, unused=AVERAGES_UNUSED)
in_nnx = largest_difference(nnx_arrays(nnx_net), nnx_arrays(nnx_want))

print(f"Haiku     loss {haiku_loss:.6f}")
print(f"Flax NNX  loss {nnx_loss:.6f}, arrays {in_nnx:.0e} apart after the step")

# %% tags=["hidden"]
assert abs(nnx_loss - haiku_loss) < 1e-5
assert in_nnx < 1e-5

# %% [markdown]
# ## Conventions that differ
#
# **`BatchNorm`'s averages.** Haiku starts an average at 0 and corrects for that: after $t$ steps with decay $d$ it
# divides the raw average by $1 - d^t$. So does Equinox with `mode="batch"`, but a fresh layer's raw variance starts
# at 1. NNX has no correction, so you carry over the corrected average. One step after the port, where are the averages
# of Haiku and NNX apart: for a port after 1 step of training, or for one after 200?
#
# - [{{ gap(*after_one_step) > 1e-3 and gap(params, state) < 1e-5 }}] For the port after 1 step.
# - [{{ gap(*after_one_step) < 1e-5 and gap(params, state) > 1e-3 }}] For the port after 200 steps.
# - [{{ gap(*after_one_step) > 1e-3 and gap(params, state) > 1e-3 }}] For both.
# - [{{ gap(*after_one_step) < 1e-5 and gap(params, state) < 1e-5 }}] For neither, up to rounding.


# %% tags=["predict"]
def gap(params, state):
    net = port_to_nnx(empty, NNX, params, state, unused=AVERAGES_UNUSED)
    net(images)  # a forward pass in training mode updates the averages
    _, state = evaluate(params, state, images, is_training=True)
    return abs(net.norm.var[...] - state["norm/~/var_ema"]["average"]).max()


print(f"ported after   1 step:  {gap(*after_one_step):.1e}")
print(f"ported after 200 steps: {gap(params, state):.1e}")

# %% tags=["hidden"]
assert gap(*after_one_step) > 1e-3
assert gap(params, state) < 1e-5
_, _blank = eqx.nn.make_with_state(eqx.nn.BatchNorm)(3, "rows", mode="batch")
assert [float(leaf.mean()) for leaf in jax.tree.leaves(_blank)] == [0, 0, 1]

# %% [markdown]
# Haiku's next step moves its average further than NNX's does, until $d^t$ is negligible.
#
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `port_to_nnx` compares shapes, and puts entries where you say. Which of these mistakes can it not see?
#
# - [{{ len(AVERAGES_UNUSED) == 0 }}] An average of Haiku's that no source names.
# - [{{ np.ones((16, 2)).T.shape == (16, 2) }}] A matrix of 16 rows and 2 columns, transposed.
# - [{{ np.ones((2, 2)).T.shape == (2, 2) }}] A matrix of 2 rows and 2 columns, transposed.
# - [{{ (16, 2) == (8, 16) }}] Layers of two sizes, exchanged.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Those that keep the shapes: a square matrix transposed, gates in another order, two layers of one size exchanged. It
# is easy to exchange two layers: in `hk.Linear(8)(jax.nn.relu(hk.Linear(8)(x)))` Python makes the *outer* layer first,
# so it is `linear`, and the one that runs first is `linear_1`. Compare outputs, with sizes that differ where you can.
#
# </details>

# %% [markdown]
# ## Exercise: the outputs agree, and training does not
#
# A colleague ported this network. It guesses a missing word from the mean of the others:


# %%
def guesser(words, is_training):  # (B, T) ids below 20
    table = hk.Embed(20, 8, name="words")
    x = table(words).mean(axis=1)  # (B, 8)
    x = hk.BatchNorm(True, True, decay_rate=0.9, name="norm")(x, is_training)
    x = jax.nn.relu(hk.Linear(8, name="hidden")(x))
    return x @ table.embeddings.T  # (B, 20)


# %% [markdown]
# With the class and the sources below, the outputs equal Haiku's in both modes, but after some steps of training in
# both libraries they differ. The correction of the averages is not to blame, because this network has trained for so
# long that $d^t$ is negligible. Repair `Guesser` and, where that needs it, `GUESSER`. The check ports trained
# parameters with `port_to_nnx(Guesser(nnx.Rngs(0)), GUESSER, params, state, unused=AVERAGES_UNUSED)`, and trains all
# that is an `nnx.Param`.
#
# <details>
# <summary>Hint</summary>
#
# What does training change that you can't see in the outputs right after the port? Count the parameters of both
# networks, and look for values that are updated without a gradient.
#
# </details>


# %% exercise="same-outputs-other-training" kind="repair" minutes="15"
class Guesser(nnx.Module):
    """Guess a word from the mean of others: (B, T) ids -> (B, 20) logits."""

    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.1, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = nnx.Param(jnp.zeros((8, 20)))

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.output[...]


GUESSER = (
    embed("words", "words")
    | batch_norm("norm", "norm")
    | linear("hidden", "hidden")
    | {"output": ("words/embeddings", jnp.transpose)}
)
### BEGIN SOLUTION


class Guesser(nnx.Module):
    """Guess a word from the mean of others: (B, T) ids -> (B, 20) logits."""

    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.words.embedding[...].T


GUESSER = (
    embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")
)
### END SOLUTION


# %% check="same-outputs-other-training"
from publishing.teaching.checking import Check, differing

_advice = {
    "": "The check makes Guesser(nnx.Rngs(0)), ports into it with GUESSER, and calls it with ids (B, T).",
}
_check = Check(globals(), "Guesser", "One training step in each", _advice)
_check.require("GUESSER" in globals(), "Define the dictionary GUESSER, too.")


@nnx.jit
def _step(net, words, targets, rate):
    net.eval()
    logits = net(words)
    net.train()

    def loss(net):
        y = net(words)
        return cross_entropy(y, targets), y

    grads, in_training = nnx.grad(loss, has_aux=True)(net)
    params = nnx.state(net, nnx.Param)
    nnx.update(net, jax.tree.map(lambda p, g: p - rate * g, params, grads))
    return jnp.stack([logits, in_training]), jax.tree.leaves(
        nnx.state(net, nnx.BatchStat)
    )


def training_of(guesser):
    def outputs(params, state, *given):
        net, named = guesser(nnx.Rngs(0)), dict(GUESSER)
        net = port_to_nnx(net, named, params, state, unused=AVERAGES_UNUSED)
        net.train()
        trained = sum(p.size for p in jax.tree.leaves(nnx.state(net, nnx.Param)))
        return trained, *zip(*(_step(net, *given) for _ in range(4)), strict=True)

    return outputs


_haiku = hk.without_apply_rng(hk.transform_with_state(guesser))


@jax.jit
def _haiku_training(params, state, words, targets, rate):
    def loss(params):
        y, new = _haiku.apply(params, state, words, True)
        return cross_entropy(y, targets), (new, y)

    y, _ = _haiku.apply(params, state, words, False)
    grads, (state, in_training) = jax.grad(loss, has_aux=True)(params)
    return (
        jnp.stack([y, in_training]),
        jax.tree.map(lambda p, g: p - rate * g, params, grads),
        state,
    )


_draw = np.random.default_rng(0)
for _rows, _length, _rate in ((6, 3, 0.5), (6, 3, 0.1), (2, 1, 0.2)):
    _words = jnp.asarray(_draw.integers(20, size=(_rows, _length)))
    _given = _words, jnp.asarray(_draw.integers(20, size=_rows)), _rate
    _init = partial(_haiku.init, is_training=True)
    _p, _s = jax.eval_shape(_init, key, _given[0])
    _p = jax.tree.map(lambda leaf: jnp.float32(_draw.normal(size=leaf.shape)), _p)
    for _name in _s:
        _value = jnp.float32(_draw.uniform(0.5, 2, size=_s[_name]["average"].shape))
        _s[_name] = {"counter": 5000, "average": _value, "hidden": _value}
    _trees, _right, _averages = (_p, _s), [], []
    for _ in range(4):
        _y, _p, _s = _haiku_training(_p, _s, *_given)
        _right.append(_y)
        _averages.append([_s[_name]["average"][0] for _name in sorted(_s)])
    _trained, _seen, _mine = _check.call(*_trees, *_given, by=training_of)
    _rest = f" on {_rows} rows of {_length} words"
    _told = {"": "The port had no fault here: what has the repair changed?"}
    _check.agrees(_seen[0], _right[0], _told, what=f"before a step, the output{_rest}")
    _count = sum(leaf.size for leaf in jax.tree.leaves(_p))
    _told = f"{_trained} numbers are trained, in Haiku {_count}: one table twice, or a layer not?"
    _check.require(_trained == _count, _told)
    if differing(_seen, tuple(_right)):
        _told = {"": "How far does one step move the averages, there and here?"}
        _what = f"what is kept of the averages after a step{_rest}"
        _check.agrees(_mine[0], _averages[0], _told, what=_what)
        _told = {"": "Is a part of the network held back from the gradient?"}
        _what = f"the output after one to three steps{_rest}"
        _check.agrees(_seen[1:], tuple(_right[1:]), _told, what=_what)
print("The outputs agree before and after each of three steps of training.")

# %% [markdown]
# ## Constructs
#
# The draft writes `hk.scan`, `hk.vmap`, `hk.remat`, `hk.layer_stack` and `hk.dynamic_unroll`, and cells whose gates NNX
# keeps in another order, as [functions and layers of the package](../../reference/draft.md#what-is-in-the-file) that do
# the same; [the transformer](../networks/transformer.py) is ported whole, with its cache. It leaves to you what is around
# a network, or is not in one run. The cells below write such constructs of Haiku and their counterparts in NNX. `compare`
# prints how far apart outputs are, and parameters after a step of SGD.


# %%
def compare(blank, sources, params, haiku_call, nnx_call):
    """Print how far outputs are apart, and parameters after a step of SGD."""

    def loss_of(call):
        def loss_fn(net):
            y = call(net)
            return (y**2).mean(), y

        return loss_fn

    @jax.jit
    def haiku_step(params):
        grads, y = jax.grad(loss_of(haiku_call), has_aux=True)(params)
        return jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), y

    @nnx.jit
    def nnx_step(net):
        grads, y = nnx.grad(loss_of(nnx_call), has_aux=True)(net)
        nnx.Optimizer(net, optimizer, wrt=nnx.Param).update(net, grads)
        return y

    stepped, want = haiku_step(params)
    net = port_to_nnx(blank, sources, params)
    got = nnx_step(net)
    expected = nnx_arrays(port_to_nnx(blank, sources, stepped))
    step = largest_difference(nnx_arrays(net), expected)
    differences.append((np.abs(np.subtract(got, want)).max(), step))
    print(f"outputs: {differences[-1][0]:.0e}, parameters after a step: {step:.0e}")


def draw(leaf):  # numbers of the size with which signals keep theirs
    inputs = leaf.size // leaf.shape[-1]
    return (dice.normal(size=leaf.shape) * inputs**-0.5).astype(leaf.dtype)


def haiku(net_fn):
    net = hk.without_apply_rng(hk.transform(net_fn))
    params = jax.tree.map(draw, jax.eval_shape(net.init, key, rows))
    return params, lambda params: net.apply(params, rows)


class Mlp(nnx.Module):
    def __init__(self, rngs, dtype=None):
        self.first = nnx.Linear(8, 16, dtype=dtype, rngs=rngs)
        self.second = nnx.Linear(16, 8, dtype=dtype, rngs=rngs)

    def encode(self, x):
        return jax.nn.relu(self.first(x))

    def __call__(self, x):
        return self.second(self.encode(x))


dice, differences = np.random.default_rng(0), []
rows = jnp.float32(dice.normal(size=(4, 8)))  # (B, D)
mlp = nnx.eval_shape(lambda: Mlp(nnx.Rngs(0)))

# %% [markdown]
# **Several methods.** The functions of an `hk.multi_transform` become methods of a class, and a module that two of them
# share becomes one attribute:


# %%
def coder():
    first, second = hk.Linear(16), hk.Linear(8)

    def encode(x):
        return jax.nn.relu(first(x))

    return lambda x: second(encode(x)), (encode, second)


TWO = linear("first", "linear") | linear("second", "linear_1")
methods = hk.without_apply_rng(hk.multi_transform(coder))
encode, decode = methods.apply
two = jax.tree.map(draw, jax.eval_shape(methods.init, key, rows))


def in_haiku(params):
    return decode(params, encode(params, rows))


compare(mlp, TWO, two, in_haiku, lambda net: net.second(net.encode(rows)))

# %% [markdown]
# **Dropout and its key.** Haiku draws its keys inside the network, from the one that `apply` gets. NNX takes them from
# an object `nnx.Rngs`, or you pass them. Outside this network, `hk.PRNGSequence` gives the keys of
# `hk.next_rng_key()` in the order of the draws, so that training continues with the same masks. Where something like
# `hk.vmap`, `hk.layer_stack` or `hk.next_rng_keys` splits a key, its parts and later keys may differ.


# %%
def noisy(x):
    x = jax.nn.relu(hk.Linear(16)(x))
    x = hk.dropout(hk.next_rng_key(), 0.5, x)
    return hk.Linear(8)(x)


def nnx_noisy(net):
    keys = hk.PRNGSequence(drop_key)
    x = nnx.Dropout(0.5)(net.encode(rows), rngs=next(keys))
    return net.second(x)


drop_key, noisy_net = jax.random.key(3), hk.transform(noisy)
compare(mlp, TWO, two, lambda p: noisy_net.apply(p, drop_key, rows), nnx_noisy)

# %% [markdown]
# **Mixed precision.** Haiku sets a policy for a class of modules, from outside. In NNX a layer like `Linear` has a
# `dtype` to compute in and a `param_dtype` to store, and its outputs keep the dtype in which they were computed:


# %%
class Half(hk.nets.MLP):  # only its modules get the policy
    pass


POLICY = jmp.get_policy("params=float32,compute=bfloat16,output=float32")
hk.mixed_precision.set_policy(Half, POLICY)
HALF = linear("first", "half/~/linear_0") | linear("second", "half/~/linear_1")


def nnx_half(net):
    return net(rows).astype(jnp.float32)


half = nnx.eval_shape(lambda: Mlp(nnx.Rngs(0), jnp.bfloat16))
compare(half, HALF, *haiku(lambda x: Half([16, 8])(x)), nnx_half)

# %% [markdown]
# **Initialisers.** `w_init` is `kernel_init`, `b_init` is `bias_init`, and with the same key these pairs give the same
# numbers, up to rounding. The default weights of `Linear` and convolutions differ, which matters if you train from
# scratch: Haiku and NNX draw from a truncated normal, which NNX corrects for the cut. Equinox draws uniformly, biases too.

# %%
pairs = {
    "the default": (None, nnx.initializers.truncated_normal(400**-0.5)),
    "VarianceScaling()": (W_INIT, nnx.initializers.lecun_normal()),
    "RandomNormal(1)": (hk.initializers.RandomNormal(1), nnx.initializers.normal(1)),
}
for name, (theirs, ours) in pairs.items():
    made = hk.transform(lambda x, init=theirs: hk.Linear(50, w_init=init)(x))
    w = made.init(key, jnp.ones((1, 400)))["linear"]["w"]
    kernel = ours(next(hk.PRNGSequence(key)), (400, 50), jnp.float32)
    differences.append((abs(w - kernel).max(), 0))
    print(f"{name:18} deviation {w.std():.3f}, {differences[-1][0]:.0e} apart")

# %% [markdown]
# **Freezing.** In Haiku you split the parameters with `hk.data_structures.partition`. In NNX a filter says which
# variables are trained, and you pass it to both the gradient and the optimiser:

# %%
second, first = hk.data_structures.partition(lambda m, name, p: m == "linear_1", two)


def loss_of_second(second):
    return (in_haiku(hk.data_structures.merge(first, second)) ** 2).mean()


grads = jax.grad(loss_of_second)(second)
second = jax.tree.map(lambda p, g: p - 0.1 * g, second, grads)

trained = nnx.All(nnx.Param, nnx.PathContains("second"))
net = port_to_nnx(mlp, TWO, two)
wrt = nnx.DiffState(0, trained)
grads = nnx.grad(lambda net: (net(rows) ** 2).mean(), argnums=wrt)(net)
nnx.Optimizer(net, optimizer, wrt=trained).update(net, grads)

expected = port_to_nnx(mlp, TWO, hk.data_structures.merge(first, second))
differences.append((0, largest_difference(nnx_arrays(net), nnx_arrays(expected))))
print(f"parameters after a step: {differences[-1][1]:.0e}")

# %% [markdown]
# **Adam's moments.** Adam's averages `mu` and `nu` are trees like the parameters, so you can port them with the same
# sources, if these only move numbers: `lstm` adds 1 to a bias. (Where there is a `BatchNorm`, pass its state, too.)
# With the count, training continues here as if nothing had happened:


# %%
@jax.jit
def adam_step(params, moments):
    grads = jax.grad(lambda params: (in_haiku(params) ** 2).mean())(params)
    updates, moments = adam.update(grads, moments)
    return optax.apply_updates(params, updates), moments


@nnx.jit
def nnx_adam_step(net, optimizer):
    grads = nnx.grad(lambda net: (net(rows) ** 2).mean())(net)
    optimizer.update(net, grads)


adam = optax.adam(0.01)
moments = adam.init(two)
for _ in range(10):
    two, moments = adam_step(two, moments)
net = port_to_nnx(mlp, TWO, two)
nnx_adam = nnx.Optimizer(net, adam, wrt=nnx.Param)
for name in ("mu", "nu"):
    carried = port_to_nnx(mlp, TWO, getattr(moments[0], name))
    nnx.update(getattr(nnx_adam.opt_state[0], name), nnx.state(carried, nnx.Param))
nnx_adam.opt_state[0].count[...] = moments[0].count

for _ in range(10):
    two, moments = adam_step(two, moments)
    nnx_adam_step(net, nnx_adam)
expected = nnx_arrays(port_to_nnx(mlp, TWO, two))
differences.append((0, largest_difference(nnx_arrays(net), expected)))
print(f"parameters after 10 more steps: {differences[-1][1]:.0e}")

# %% tags=["hidden"]
assert len(differences) == 8, len(differences)
assert max(max(pair) for pair in differences) < 1e-5, differences


# %% [markdown]
# ### The constructs in one table
#
# | Haiku | Flax NNX | Equinox |
# |---|---|---|
# | the function in `hk.transform` | `__call__` of a class | the same, for one example |
# | `net.init(key, x)` | `Net(nnx.Rngs(key))` | `eqx.nn.make_with_state(Net)(key)` |
# | `params`, an argument | `nnx.state(net, nnx.Param)` | `eqx.filter(net, eqx.is_inexact_array)` |
# | `state`, passed and returned | `nnx.BatchStat`, changed in place | `eqx.nn.State`, passed and returned |
# | `hk.get_parameter` | an attribute `nnx.Param(...)` | an attribute that is an array |
# | `hk.get_state`, `hk.set_state` | an attribute `nnx.Variable(...)` | `eqx.nn.StateIndex`, `state.get`, `state.set` |
# | `is_training` | `net.train()`, `net.eval()` | `eqx.nn.inference_mode(net)` |
# | `hk.next_rng_key()` | `rngs.dropout()`, or an argument | an argument `key` |
# | `hk.multi_transform` | methods | methods |
# | `hk.scan` | `nnx.scan` | `jax.lax.scan` |
# | `hk.layer_stack` | `nnx.split_rngs`, `nnx.vmap`, `nnx.scan` | `eqx.filter_vmap`, `eqx.partition`, `jax.lax.scan` |
# | `hk.vmap` | `nnx.vmap` | `jax.vmap` |
# | `hk.remat` | `nnx.remat` | `eqx.filter_checkpoint` |
# | `hk.custom_getter` | `nnx.split`, change, `nnx.merge` | `jax.tree.map` over the module |
# | `hk.mixed_precision` | `dtype=` of each layer | `jax.tree.map` with `astype` |
# | `hk.dynamic_unroll` | `nnx.RNN` | `jax.lax.scan` |
# | `hk.data_structures.partition` | `nnx.DiffState`, `wrt=` | `eqx.partition`, `eqx.combine` |
# | `jax.jit`, `jax.grad` outside | `nnx.jit`, `nnx.grad` | `eqx.filter_jit`, `eqx.filter_grad` |

# %% tags=["hidden"]
assert nnx.Variable(jnp.ones(2))[...].shape == (2,)
assert nnx.Rngs(dropout=0).dropout().shape == ()
assert isinstance(nnx_net.norm.mean, nnx.BatchStat)
over_rows = nnx.vmap(lambda layer, row: layer(row), in_axes=(None, 0))
assert np.abs(over_rows(net.first, rows) - net.first(rows)).max() < 1e-6

# %% [markdown]
# ## Wrap it instead
#
# A program in NNX can use a Haiku network, without `hk.without_apply_rng`. `hk.experimental.flax.Module` turns what
# `hk.transform` or `hk.transform_with_state` returns into a module of Linen, Flax's older interface, and
# `nnx.bridge.ToNNX` turns that into an NNX module. The paths are still Haiku's, with dots. A call that changes Haiku's
# state names `state` in `mutable`, and one that draws random numbers, as dropout in training, passes keys named `apply`:


# %%
def with_dropout(images, is_training):
    logits = net_fn(images, is_training)
    if is_training:
        logits = hk.dropout(hk.next_rng_key(), 0.5, logits)
    return logits


def wrap(net_fn, *inputs):
    linen = hk.experimental.flax.Module(hk.transform_with_state(net_fn))
    net = nnx.bridge.ToNNX(linen)
    # Haiku draws from the stream `apply`, if it draws in the call.
    return nnx.bridge.lazy_init(net, *inputs, rngs=nnx.Rngs(0, apply=1))


same = {path.replace("/", "."): path for path in haiku_arrays}
abstract = nnx.eval_shape(partial(wrap, with_dropout, images, True))
wrapped = port_to_nnx(abstract, same, params, state)
wrapped_gap = abs(wrapped(images, False) - want).max()
print("largest difference of outputs:", wrapped_gap)

keys = nnx.Rngs(apply=2)
for _ in range(2):
    logits = wrapped(images, True, mutable=["state"], rngs=keys)
    print("share of zeros:", (logits == 0).mean())
print("steps counted:", wrapped.norm["~"]["mean_ema"]["counter"][...])

# %% tags=["hidden"]
assert wrapped_gap < 1e-5
again = wrapped(images, True, mutable=["state"], rngs=keys)
assert ((logits == 0) != (again == 0)).any()  # another mask at each call
assert 0.3 < (logits == 0).mean() < 0.7
assert wrapped.norm["~"]["mean_ema"]["counter"][...] == 203

# %% [markdown]
# `ToNNX(linen, rngs=...)` would keep the keys in the module. Then leave `nnx.eval_shape` out: `port_to_nnx` fills
# variables, and refuses keys that are only shapes.
#
# ## Exercise: which test sees it?
#
# Here is another network, and its class:


# %%
def judge(x, is_training):  # (B, T, 6)
    y = hk.MultiHeadAttention(2, 3, w_init=W_INIT, model_size=6)(x, x, x)
    y = hk.BatchNorm(True, True, 0.9)(y.mean(axis=1), is_training)  # (B, 6)
    return hk.Linear(1)(jax.nn.relu(hk.Linear(6)(y)))


class Judge(nnx.Module):
    def __init__(self, rngs):
        self.attend = nnx.MultiHeadAttention(2, 6, 6, decode=False, rngs=rngs)
        self.norm = nnx.BatchNorm(6, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(6, 6, rngs=rngs)
        self.score = nnx.Linear(6, 1, rngs=rngs)

    def __call__(self, x):
        y = self.norm(self.attend(x).mean(axis=1))
        return self.score(jax.nn.relu(self.hidden(y)))


# %% [markdown]
# Its draft passes its three tests: outputs in both modes, the parameters after a step, the state after it. Five
# colleagues then edit the port, each from the draft:
#
# - **A** transposes the matrix of `hidden` while it is ported;
# - **B** makes the `BatchNorm` with `momentum=0.99`;
# - **C** makes the bias of `score` an `nnx.Variable`, and trains all that is an `nnx.Param`;
# - **D** makes `score` before `hidden` in the constructor of the class;
# - **E** makes the `BatchNorm` with `epsilon=1e-3`.
#
# Define `first_to_fail`, a dictionary from the letters to the first test that fails: `"outputs"`, `"step"`, `"state"`, or
# `"none"`.

# %% exercise="which-test" kind="predict" minutes="8"
# Each is "outputs", "step", "state" or "none":
# first_to_fail = {
#     "A": ...,
#     "B": ...,
#     "C": ...,
#     "D": ...,
#     "E": ...,
# }
### BEGIN SOLUTION
first_to_fail = {
    "A": "outputs",
    "B": "state",
    "C": "step",
    "D": "none",
    "E": "outputs",
}
### END SOLUTION

# %% check="which-test"
from publishing.teaching.checking import predicted

_judge_net = hk.without_apply_rng(hk.transform_with_state(judge))
_judged = np.float32(np.random.default_rng(0).normal(size=(4, 5, 6)))
_draft = (
    multi_head_attention("attend", "multi_head_attention", heads=2)
    | batch_norm("norm", "batch_norm")
    | linear("hidden", "linear_1")
    | linear("score", "linear")
)


@partial(jax.jit, static_argnums=3)
def _in_haiku(params, state, x, is_training):
    def loss(params):
        y, new = _judge_net.apply(params, state, x, is_training)
        return (y**2).mean(), (y, new)

    grads, (y, new) = jax.grad(loss, has_aux=True)(params)
    return y, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads), new


def _far(these, those):
    return np.abs(np.subtract(these, those)).max() > 1e-4


def _first_to_fail(edit=lambda net: None, **changed):
    params, state = jax.jit(_judge_net.init, static_argnums=2)(key, _judged, True)
    for entries in state.values():  # as after long training, when no correction is left
        ones = jnp.ones_like(entries["average"])
        entries |= {"counter": jnp.int32(5000), "average": ones, "hidden": ones}

    def made(*trees):
        net = Judge(nnx.Rngs(0))
        edit(net)
        return port_to_nnx(net, _draft | changed, *trees, unused=AVERAGES_UNUSED)

    net = made(params, state)
    for is_training in (False, True):
        (net.train if is_training else net.eval)()
        y, *after = _in_haiku(params, state, _judged, is_training)
        if _far(nnx.clone(net)(_judged), y):
            return "outputs"
    grads = nnx.grad(lambda net: (net(_judged) ** 2).mean())(net)
    moved = nnx.state(net, nnx.Param)
    nnx.update(net, jax.tree.map(lambda p, g: p - 0.1 * g, moved, grads))
    got, wanted = nnx_arrays(net), nnx_arrays(made(*after))
    far = {path for path in wanted if _far(got[path], wanted[path])}
    if far - {"norm.mean", "norm.var"}:
        return "step"
    return "state" if far else "none"


def _made_in_another_order(net):
    net.score = nnx.Linear(6, 1, rngs=nnx.Rngs(0))
    net.hidden = nnx.Linear(6, 6, rngs=nnx.Rngs(0))


def _bias_apart(net):
    net.score.bias = nnx.Variable(net.score.bias[...])


def _norm_with(**settings):
    def edit(net):
        net.norm = nnx.BatchNorm(6, **{"momentum": 0.9} | settings, rngs=nnx.Rngs(0))

    return edit


_transposed = {"hidden.kernel": ("linear_1/w", jnp.transpose)}
predicted(
    globals(),
    "first_to_fail",
    {
        "A": _first_to_fail(**_transposed),
        "B": _first_to_fail(_norm_with(momentum=0.99)),
        "C": _first_to_fail(_bias_apart),
        "D": _first_to_fail(_made_in_another_order),
        "E": _first_to_fail(_norm_with(epsilon=1e-3)),
    },
    {
        "A": "The shapes of a square matrix agree. Do its products?",
        "B": "What does momentum change: what a call computes, or what it keeps?",
        "C": "Is a bias that no step moves seen before the step?",
        "D": "What does a path of NNX consist of: numbers, as in Haiku, or attributes?",
        "E": "Where is epsilon added, and in which mode?",
    },
)
print("All five agree with a run of the three tests.")

# %% [markdown]
# ## When not to port
#
# If you only run a trained network, or reproduce a result, leave it in Haiku: a JAX program can call `apply`, and most
# [old calls](old_code.py) can be replaced in minutes. If it is part of a larger program, wrap it. Port what you will
# continue to develop, and set up the tests above before you change anything.
#
# ## What can go wrong
#
# - The outputs agree in evaluation but not in training, or vice versa. `BatchNorm` uses its averages in evaluation and
#   usually the batch in training (Equinox's if `mode="batch"`), so compare both.
# - You compare steps of Adam, and here two biases differ: that of the convolution, which `BatchNorm` subtracts, and
#   that of the attention keys. Their gradients are rounding errors, and Adam divides by their size. Compare gradients,
#   or a step of SGD.
# - An int32 id outside the table of an `Embed`: Haiku and Equinox read the nearest row, `nnx.Embed` returns `nan`
#   unless the table has one row. (A negative one that the table reaches counts from the end in all three.) Haiku's
#   `lookup_style="ONE_HOT"` returns zeros for these and for all negative ones.
# - `The module's random keys are abstract`: it comes from `nnx.eval_shape` and holds keys, as for dropout or `nnx.RNN`.
#   Make it with `Net(nnx.Rngs(0))`.
# - `Array.__contains__` from the wrapper: it cannot hold a module that has a parameter and a submodule of the same
#   name.
#
# More messages: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - `haiku-port draft` writes the classes, a source for each array, and the tests. Read its sources, and what they leave
#   behind, before its classes.
# - Test the outputs in both modes, then the parameters and the state after a training step.
# - What is around a network is left to you: the optimiser, freezing, keys, mixed precision. `BatchNorm`'s averages differ.
#
# Next: the guides of [Flax NNX](https://flax.readthedocs.io) or [Equinox](https://docs.kidger.site/equinox/), or, if
# you stay, [Haiku by frequency](../look_up/names.py).
