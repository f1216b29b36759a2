# %% [markdown]
# # Leaving Haiku: the same network in Flax NNX and Equinox
#
# To continue in [Flax NNX](https://flax.readthedocs.io) or [Equinox](https://docs.kidger.site/equinox/), write the network
# there, copy each array to its place, and check that the outputs agree:

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
# - rewrite a network as a class of NNX or Equinox, and port parameters, state and Adam's moments;
# - look up how names, layouts, defaults and constructs differ, in tables that were tested;
# - find out why a port agrees in its outputs but not in its training.
#
# You need: [`hk.transform`](../haiku/transform.py), [state](../haiku/state.py), [`hk.vmap`](../networks/transforms_inside.py).
#
# </div>
#
# ## The network in Haiku
#
# This page ports one network to both, and tests outputs and a training step.
# [`haiku-port draft`](../../reference/draft.md) writes such a port from a run.
#
# The network predicts which third of an image is brighter. The convolution leaves 4 by 4 positions, which attention
# sees as a sequence of 16 tokens.

# %%
import inspect
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


W_INIT = hk.initializers.VarianceScaling()  # which attention wants to be told


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

# %% tags=["hidden"]
assert loss < 0.9
assert (want.argmax(axis=1) == labels).mean() > 0.6


# %% [markdown]
# ## Flax NNX: a class that holds its arrays
#
# The function becomes a class that makes its layers in `__init__`, where you state the size of each input, which Haiku
# reads off the data. `momentum` is Haiku's `decay_rate`. Two arguments of `LayerNorm` and `GroupNorm` make them match
# Haiku's numbers in float32: `epsilon`, and `use_fast_variance`, because the fast variance loses digits where the mean
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
# `port_to_nnx` fills such a module. For each path in the module you name a path in Haiku's trees and, where the layout
# differs, a function that converts the array; it guesses nothing. `nnx.eval_shape` makes a module of shapes only, from
# which `skeleton` writes the dictionary for you to fill in.

# %% tags=["recap"]
from snippets.porting.nnx import nnx_shapes, port_to_nnx
from snippets.porting.sources import skeleton, stacked

# %% [markdown]
# Which shape do the attention's 12 columns get in NNX?

# %% tags=["predict"]
empty = nnx.eval_shape(lambda: NnxNet(nnx.Rngs(0)))
print(skeleton(nnx_shapes(empty), params, state))

# %% [markdown]
# A *piece* gives the sources of one layer, so that you need not know that a `BatchNorm` keeps `(1, 1, 1, 8)` in Haiku
# and `(8,)` in NNX, or that a matrix of 12 columns is 2 heads of 6. More pieces [follow](#constructs).

# %% tags=["recap"]
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
# in `unused`, by paths or by patterns, the module is complete; `AVERAGES_UNUSED` has patterns for each `BatchNorm` of a
# network. `eval()` makes `BatchNorm` use its averages.

# %%
print(AVERAGES_UNUSED)
nnx_net = port_to_nnx(empty, NNX, params, state, unused=AVERAGES_UNUSED)

nnx_net.eval()
print("largest difference of outputs:", abs(nnx_net(images) - want).max())

# %% tags=["hidden"]
np.testing.assert_allclose(nnx_net(images), want, atol=1e-5)

# %% tags=["plot", "cover"] alt="Lines lead from 19 of the 23 entries of Haiku to the 19 variables of the NNX module; 4 lead nowhere."
from snippets.drawing import arrow, canvas, note
from snippets.porting.sources import entries_by_path

haiku_arrays = entries_by_path(params, state)
taken = {path: s if isinstance(s, str) else s[0] for path, s in NNX.items()}
order = {entry: place for place, entry in enumerate(haiku_arrays)}
paths = sorted(taken, key=lambda path: order[taken[path]])
axes = canvas(1.5 * len(order) + 5)
note(axes, 14.5, 1, "Haiku", "right", weight="bold")
note(axes, 23.5, 1, "Flax NNX", "left", weight="bold")
for entry, place in order.items():
    color = "#1b1f24" if entry in taken.values() else "C3"
    code = {"family": "monospace", "color": color}
    note(axes, 14.5, 3 + 1.5 * place, entry, "right", **code)
for path, place in zip(paths, np.linspace(0, len(order) - 1, len(paths)), strict=True):
    note(axes, 23.5, 3 + 1.5 * place, path, "left", family="monospace")
    start, end = (14.7, 3 + 1.5 * order[taken[path]]), (23.3, 3 + 1.5 * place)
    arrow(axes, start, end, color="C0" if isinstance(NNX[path], str) else "C1")
bottom = 1.5 * len(order) + 4
note(axes, 14.5, bottom, "not needed", "right", color="C3")
note(axes, 19, bottom, "as it is", color="C0")
note(axes, 23.5, bottom, "in another layout", "left", color="C1")
plt.show()

# %% tags=["hidden"]
assert len(order) == 23
assert len(paths) == 19
assert len(order.keys() - taken.values()) == 4

# %% [markdown]
# ## Exercise: predict names and shapes of a port
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
# Define `ported`, for the six paths below: under `"sources"` the entry of Haiku's trees that the variable gets, as
# `"module/name"`, and under `"shapes"` the shape of the variable in NNX. Nothing needs to run.

# %% exercise="names-and-shapes" kind="predict" minutes="8"
# In this form, with an entry or a shape in the place of all dots:
# ported = {
#     "sources": {"attend.query.kernel": ..., "attend.out.kernel": ..., "norm.scale": ...,
#                 "norm.mean": ..., "hidden.kernel": ..., "score.kernel": ...},
#     "shapes": {"attend.query.kernel": ..., "attend.out.kernel": ..., "norm.scale": ...,
#                "norm.mean": ..., "hidden.kernel": ..., "score.kernel": ...},
# }
### BEGIN SOLUTION
ported = {
    "sources": {
        "attend.query.kernel": "multi_head_attention/query/w",
        "attend.out.kernel": "multi_head_attention/linear/w",
        "norm.scale": "batch_norm/scale",
        "norm.mean": "batch_norm/~/mean_ema/average",
        "hidden.kernel": "linear_1/w",
        "score.kernel": "linear/w",
    },
    "shapes": {
        "attend.query.kernel": (6, 2, 3),
        "attend.out.kernel": (2, 3, 6),
        "norm.scale": (6,),
        "norm.mean": (6,),
        "hidden.kernel": (6, 6),
        "score.kernel": (6, 1),
    },
}
### END SOLUTION

# %% check="names-and-shapes"
from snippets.checking import predicted

_sources = (
    multi_head_attention("attend", "multi_head_attention", heads=2)
    | batch_norm("norm", "batch_norm")
    | linear("hidden", "linear_1")
    | linear("score", "linear")
)
_judge = hk.without_apply_rng(hk.transform_with_state(judge))
_x = np.random.default_rng(0).normal(size=(4, 5, 6)).astype(np.float32)
_trees = jax.jit(_judge.init, static_argnums=2)(key, _x, True)
_net = nnx.eval_shape(lambda: Judge(nnx.Rngs(0)))
_net = port_to_nnx(_net, _sources, *_trees, unused=AVERAGES_UNUSED)
_want, _ = jax.jit(_judge.apply, static_argnums=3)(*_trees, _x, True)
np.testing.assert_allclose(_net(_x), _want, atol=1e-5)  # the truth is tested, too
_paths = "attend.query.kernel attend.out.kernel norm.scale norm.mean hidden.kernel"
_paths = [*_paths.split(), "score.kernel"]
_named = {path: _sources[path] for path in _paths}
_named = {path: s if isinstance(s, str) else s[0] for path, s in _named.items()}
_shapes = {path: nnx_shapes(_net)[path] for path in _paths}
_order = "Python makes the outer hk.Linear first: which of the two is `linear`?"
_layout = "A kernel is (in, out), as in Haiku."
_hints = {
    "sources": {
        "attend.query.kernel": "What is the name of a module that got none?",
        "attend.out.kernel": "Which name has this layer of the attention in the figure?",
        "norm.scale": "Of which class is the module, and which name has the entry in the figure?",
        "norm.mean": "Haiku stores three numbers for it. Which one has a line in the figure?",
        "hidden.kernel": _order,
        "score.kernel": _order,
    },
    "shapes": {
        "attend.query.kernel": "Its 6 columns in Haiku are 2 heads of 3.",
        "attend.out.kernel": "Its 6 rows in Haiku are 2 heads of 3.",
        "norm.scale": "Haiku keeps an axis of length 1. Does NNX?",
        "norm.mean": "Haiku keeps an axis of length 1. Does NNX?",
        "hidden.kernel": _layout,
        "score.kernel": _layout,
    },
}
_reasons = {(kind, path): _hints[kind][path] for kind in _hints for path in _paths}
predicted(globals(), "ported", {"sources": _named, "shapes": _shapes}, _reasons)
print("All twelve agree with a port whose outputs equal Haiku's.")

# %% [markdown]
# ## Equinox: a pytree that takes one example
#
# An Equinox module is itself a pytree, and its layers take *one* example, a convolution with channels first. So you
# transpose the image, add the batch with `jax.vmap`, and give `BatchNorm` the name of that axis. This `LayerNorm` and
# `Embedding` act at one position, so each needs a `vmap` of its own. State is an argument and a result, as in Haiku.


# %%
class EquinoxNet(eqx.Module):
    conv: eqx.nn.Conv2d
    norm: eqx.nn.BatchNorm
    embed: eqx.nn.Embedding
    layer_norm: eqx.nn.LayerNorm
    attend: eqx.nn.MultiheadAttention
    linear: eqx.nn.Linear

    def __init__(self, key):
        keys = jax.random.split(key, 4)
        biases = {f"use_{p}_bias": True for p in ("query", "key", "value", "output")}
        self.conv = eqx.nn.Conv2d(1, 8, 3, stride=2, padding="SAME", key=keys[0])
        self.norm = eqx.nn.BatchNorm(8, "batch", momentum=0.9, mode="batch")
        self.embed = eqx.nn.Embedding(16, 8, key=keys[1])
        self.layer_norm = eqx.nn.LayerNorm(8)
        self.attend = eqx.nn.MultiheadAttention(
            2, 8, qk_size=6, vo_size=6, key=keys[2], **biases
        )
        self.linear = eqx.nn.Linear(8, 3, key=keys[3])

    def __call__(self, image, state):  # (8, 8, 1)
        x = self.conv(image.transpose(2, 0, 1))  # (8, 4, 4)
        x, state = self.norm(x, state)
        x = jax.nn.relu(x).reshape(8, 16).T  # (16, 8)
        x = x + jax.vmap(self.embed)(jnp.arange(16))
        y = jax.vmap(self.layer_norm)(x)
        x = x + self.attend(y, y, y)
        return self.linear(x.mean(axis=0)), state  # (3,)


def run_batch(net, state, images):
    axes = {"in_axes": (0, None), "out_axes": (0, None), "axis_name": "batch"}
    return jax.vmap(net, **axes)(images, state)


# %% [markdown]
# Weights of `Linear` are `(out, in)`, kernels of `Conv2d` are `(out, in, height, width)` and their bias has two more
# axes. With `mode="batch"`, `BatchNorm` keeps the raw averages and the counter, as Haiku does. `port_to_equinox` takes
# the module and its state as a pair. Here the sources are written out, although there are pieces:

# %% tags=["recap"]
from snippets.porting.equinox import equinox_arrays, port_to_equinox

# %%
FLAT = jnp.ravel
EQUINOX = {
    "conv.weight": ("conv/w", lambda w: w.transpose(3, 2, 0, 1)),
    "conv.bias": ("conv/b", lambda b: b[:, None, None]),
    "norm.weight": ("norm/scale", FLAT),
    "norm.bias": ("norm/offset", FLAT),
    "norm.batch_counter": "norm/~/mean_ema/counter",
    "norm.batch_state_index.0": ("norm/~/mean_ema/hidden", FLAT),
    "norm.batch_state_index.1": ("norm/~/var_ema/hidden", FLAT),
    "embed.weight": "embed/embeddings",
    "layer_norm.weight": "layer_norm/scale",
    "layer_norm.bias": "layer_norm/offset",
    "linear.weight": ("linear/w", jnp.transpose),
    "linear.bias": "linear/b",
}
parts = {"query": "query", "key": "key", "value": "value", "output": "linear"}
for there, here in parts.items():
    EQUINOX[f"attend.{there}_proj.weight"] = (f"attend/{here}/w", jnp.transpose)
    EQUINOX[f"attend.{there}_proj.bias"] = f"attend/{here}/b"
EQUINOX_UNUSED = "*_ema/average", "*/var_ema/counter"

blank = eqx.filter_eval_shape(eqx.nn.make_with_state(EquinoxNet), key)
carry_over = partial(port_to_equinox, blank, EQUINOX, unused=EQUINOX_UNUSED)
equinox_net, equinox_state = carry_over(params, state)

evaluated = eqx.nn.inference_mode(equinox_net)
got, _ = eqx.filter_jit(run_batch)(evaluated, equinox_state, images)
print("largest difference of outputs:", abs(got - want).max())

# %% tags=["hidden"]
np.testing.assert_allclose(got, want, atol=1e-5)

# %% [markdown]
# ## One training step in each
#
# Equal outputs show neither equal gradients nor an equal state after a training step. So take one step of SGD in each
# library, from the same weights and batch. Under `nnx.jit`, not `jax.jit`, the module and the optimiser change in place,
# while Equinox returns new ones.


# %%
@nnx.jit
def nnx_step(net, optimizer, batch):
    images, labels = batch

    def loss_fn(net):
        return cross_entropy(net(images), labels)

    loss, grads = nnx.value_and_grad(loss_fn)(net)
    optimizer.update(net, grads)
    return loss


@eqx.filter_jit
def equinox_step(net, state, opt_state, batch):
    images, labels = batch

    def loss_fn(net):
        logits, new_state = run_batch(net, state, images)
        return cross_entropy(logits, labels), new_state

    grad_fn = eqx.filter_value_and_grad(loss_fn, has_aux=True)
    (loss, new_state), grads = grad_fn(net)
    updates, opt_state = optimizer.update(grads, opt_state)
    return eqx.apply_updates(net, updates), new_state, opt_state, loss


# %% [markdown]
# To compare, port what Haiku has *after* its step, and look at each array: parameters, averages, counter.


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

equinox_opt_state = optimizer.init(eqx.filter(equinox_net, eqx.is_inexact_array))
*after, equinox_loss = equinox_step(
    equinox_net, equinox_state, equinox_opt_state, batch
)
equinox_want = equinox_arrays(carry_over(new_params, new_state))
in_equinox = largest_difference(equinox_arrays(tuple(after[:2])), equinox_want)

print(f"Haiku     loss {haiku_loss:.6f}")
print(f"Flax NNX  loss {nnx_loss:.6f}, arrays {in_nnx:.0e} apart after the step")
print(f"Equinox   loss {equinox_loss:.6f}, arrays {in_equinox:.0e} apart")

# %% tags=["hidden"]
assert abs(nnx_loss - haiku_loss) < 1e-5
assert abs(equinox_loss - haiku_loss) < 1e-5
assert in_nnx < 1e-6  # so the gradients, which moved them at a rate of 0.1, to 1e-5
assert in_equinox < 1e-6
before = port_to_nnx(empty, NNX, params, state, unused=AVERAGES_UNUSED)
assert largest_difference(nnx_arrays(nnx_want), nnx_arrays(before)) > 1e-3
_small = nnx.Linear(2, 1, rngs=nnx.Rngs(0))
_optimizer = nnx.Optimizer(_small, optimizer, wrt=nnx.Param)
_kernels = [np.array(_small.kernel[...])]


def _small_step(net, optimizer):
    grads = nnx.grad(lambda net: net(jnp.ones((1, 2))).sum())(net)
    optimizer.update(net, grads)


for _compiled in (jax.jit, nnx.jit):  # the first without an error
    _compiled(_small_step)(_small, _optimizer)
    _kernels.append(np.array(_small.kernel[...]))
assert np.array_equal(_kernels[0], _kernels[1])
assert not np.array_equal(_kernels[1], _kernels[2])


# %% [markdown]
# ## Conventions that differ
#
# **Defaults.**
#
# | argument | Haiku | Flax NNX | Equinox |
# |---|---|---|---|
# | padding of a convolution | `"SAME"` | `"SAME"` | `0` |
# | epsilon of `LayerNorm` and `RMSNorm` | `1e-5` | `1e-6` | `1e-5` |
# | axis of `LayerNorm` | required | the last | all, their shape is required |
# | decay of `BatchNorm` | required | 0.99 | 0.99 |
# | bias in attention | yes | yes | no |


# %% tags=["hidden"]
def default(layer, argument):
    value = inspect.signature(layer.__init__).parameters[argument].default
    return "required" if value is inspect.Parameter.empty else value


def defaults(haiku_name, nnx_name, equinox_name, arguments):
    layers = (
        getattr(hk, haiku_name),
        getattr(nnx, nnx_name),
        getattr(eqx.nn, equinox_name),
    )
    return [default(*pair) for pair in zip(layers, arguments.split(), strict=True)]


assert defaults("Conv2D", "Conv", "Conv2d", "padding " * 3) == ["SAME", "SAME", (0, 0)]
assert defaults(*["LayerNorm"] * 3, "eps epsilon eps") == [1e-5, 1e-6, 1e-5]
assert defaults(*["RMSNorm"] * 3, "eps epsilon eps") == [1e-5, 1e-6, 1e-5]
assert defaults(*["LayerNorm"] * 3, "axis reduction_axes shape") == [
    "required",
    -1,
    "required",
]
assert defaults(*["BatchNorm"] * 3, "decay_rate momentum momentum") == [
    "required",
    0.99,
    0.99,
]
for mode, by_batch in (("batch", True), ("ema", False)):  # in training
    norm, averages = eqx.nn.make_with_state(eqx.nn.BatchNorm)(1, "batch", mode=mode)
    for rows in (jnp.array([[-1.0], [1.0]]), jnp.array([[9.0], [11.0]])):
        normal, averages = run_batch(norm, averages, rows)
    assert (abs(normal.mean()) < 1e-3) == by_batch, mode
attention = "MultiHeadAttention", "MultiHeadAttention", "MultiheadAttention"
assert defaults(*attention, "with_bias use_bias use_query_bias") == [True, True, False]

# %% [markdown]
# **`BatchNorm`'s averages.** Haiku starts an average at 0 and corrects for that: after $t$ steps with decay $d$ it
# divides the raw average by $1 - d^t$. Equinox does the same with `mode="batch"`. NNX has no correction, so you carry
# over the corrected average. One step after the port, how far apart are the averages of Haiku and NNX? Guess for a port
# after 1 step of training, and for one after 200.


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

# %% [markdown]
# Haiku's next step moves its average further than NNX's does, until $d^t$ is negligible.
#
# **One example at a time.** An Equinox `LayerNorm` normalises all axes of its input, and accepts only the shape that it
# was made for. In training, `BatchNorm` averages over a named axis, so `vmap` needs its `axis_name`:

# %% raises="NameError" match="unbound axis name: batch"
jax.vmap(equinox_net, in_axes=(0, None), out_axes=(0, None))(images, equinox_state)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `port_to_nnx` compares shapes, and puts each entry where you say. Which mistakes can it not see?
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

# %% tags=["hidden"] claim="A `LayerNorm` of Equinox takes only its shape. Mistakes that keep the shapes pass `port_to_nnx`."
for _shape in ((7,), (3, 8)):
    try:
        eqx.nn.LayerNorm(8)(jnp.ones(_shape))
    except ValueError as _problem:
        _refused = str(_problem)
    assert f"`x.shape={_shape}" in _refused
_evaluating = eqx.nn.inference_mode(equinox_net.norm)  # needs no name of an axis
_maps = jnp.ones((2, 8, 4, 4))
assert jax.vmap(_evaluating, (0, None))(_maps, equinox_state)[0].shape == _maps.shape
_nested = hk.without_apply_rng(
    hk.transform(lambda x: hk.Linear(2)(jax.nn.relu(hk.Linear(16)(x))))
)
_nested_params = jax.eval_shape(_nested.init, key, jnp.ones((1, 8)))
assert {m: p["w"].shape for m, p in _nested_params.items()} == {
    "linear": (16, 2),
    "linear_1": (8, 16),
}
_square = {"linear": {"w": np.float32([[0, 1], [2, 3]]), "b": np.zeros(2, np.float32)}}
_wrong = port_to_nnx(
    nnx.eval_shape(lambda: nnx.Linear(2, 2, rngs=nnx.Rngs(0))),
    linear("", "linear") | {"kernel": ("linear/w", np.transpose)},
    _square,
)
assert not np.array_equal(_wrong.kernel[...], _square["linear"]["w"])

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
from snippets.checking import Check, differing

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
    grads = nnx.grad(lambda net: cross_entropy(net(words), targets))(net)
    params = nnx.state(net, nnx.Param)
    nnx.update(net, jax.tree.map(lambda p, g: p - rate * g, params, grads))
    return logits


def training_of(guesser, sources=()):
    def outputs(params, state, *given):
        net, named = guesser(nnx.Rngs(0)), dict(sources or GUESSER)
        net = port_to_nnx(net, named, params, state, unused=AVERAGES_UNUSED)
        net.train()
        return [_step(net, *given) for _ in range(4)]

    return outputs


class _Mistake(nnx.Module):
    def __init__(self, momentum, tied, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=momentum, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = self.words.embedding if tied else nnx.Param(jnp.ones((20, 8)))

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        return jax.nn.relu(self.hidden(x)) @ self.output[...].T


_haiku = hk.without_apply_rng(hk.transform_with_state(guesser))


@jax.jit
def _haiku_training(params, state, words, targets, rate):
    def loss(params):
        y, new = _haiku.apply(params, state, words, True)
        return cross_entropy(y, targets), new

    y, _ = _haiku.apply(params, state, words, False)
    grads, state = jax.grad(loss, has_aux=True)(params)
    return y, jax.tree.map(lambda p, g: p - rate * g, params, grads), state


_draw = np.random.default_rng(0)
_layers = batch_norm("norm", "norm") | linear("hidden", "hidden")
_layers |= {"output": "words/embeddings"}
_known = {
    "how many tables of words are trained, and how many does Haiku have?": (0.9, 0),
    "how far does one step move the averages, there and here?": (0.1, 1),
    "it trains as it did before: two things are wrong.": (0.1, 0),
}
for _rows, _length, _rate in ((6, 3, 0.5), (6, 3, 0.1), (2, 1, 0.2)):
    _words = jnp.asarray(_draw.integers(20, size=(_rows, _length)))
    _given = _words, jnp.asarray(_draw.integers(20, size=_rows)), _rate
    _init = partial(_haiku.init, is_training=True)
    _p, _s = jax.eval_shape(_init, key, _given[0])
    _p = jax.tree.map(lambda leaf: jnp.float32(_draw.normal(size=leaf.shape)), _p)
    for _name in _s:
        _value = jnp.float32(_draw.uniform(0.5, 2, size=_s[_name]["average"].shape))
        _s[_name] = {"counter": 5000, "average": _value, "hidden": _value}
    _trees, _right = (_p, _s), []
    for _ in range(4):
        _y, _p, _s = _haiku_training(_p, _s, *_given)
        _right.append(_y)
    _seen = _check.call(*_trees, *_given, by=training_of)
    _others = {}
    for _told, (_momentum, _tied) in _known.items() if differing(_seen, _right) else ():
        _sources = _layers | ({} if _tied else embed("words", "words"))
        _other = training_of(partial(_Mistake, _momentum, _tied), _sources)
        _others[_told] = _other(*_trees, *_given)
    for _count in range(4):
        _mistakes = {told: outputs[_count] for told, outputs in _others.items()}
        _what = f"the output after {_count} steps on {_rows} rows of {_length} words"
        _check.agrees(_seen[_count], _right[_count], _mistakes, what=_what)
print("The outputs agree before and after each of three steps of training.")

# %% [markdown]
# ## Constructs
#
# Each cell below writes a construct of Haiku and its counterpart in NNX, and `compare` prints how far apart their
# outputs are, and their parameters after a step of SGD.


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
# an object `nnx.Rngs`, or you pass them. Outside the network, `hk.PRNGSequence` gives you the keys of
# `hk.next_rng_key()` in the order of the draws, so that training continues with the same masks. Where something splits
# a key, as `hk.vmap`, `hk.layer_stack` and `hk.next_rng_keys` do, the parts are others.


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

# %% tags=["hidden"] claim="One key is one mask in all three libraries. `hk.PRNGSequence` has those of single draws, not of layers."
# A stream of nnx.Rngs has other masks.
for rate, shape in ((0.1, (9, 3)), (0.9, (70,))):
    few = jnp.ones(shape, jnp.bfloat16)
    mask = np.asarray(hk.dropout(drop_key, rate, few)) != 0
    assert (mask == (np.asarray(nnx.Dropout(rate)(few, rngs=drop_key)) != 0)).all()
    assert (mask == (np.asarray(eqx.nn.Dropout(rate)(few, key=drop_key)) != 0)).all()
    stream = nnx.Rngs(dropout=drop_key)
    assert (mask != (np.asarray(nnx.Dropout(rate)(few, rngs=stream)) != 0)).any()


# Several draws, in their order.
def drawn_keys(apart):
    return hk.vmap(lambda row: hk.next_rng_key(), split_rng=apart)(jnp.ones((4, 1)))


def layer_keys(h):
    stack = hk.layer_stack(4, with_per_layer_inputs=True)
    return stack(lambda h: (h, hk.next_rng_key()))(h)


for draws, same in (
    (lambda: [hk.next_rng_key() for _ in range(4)], True),
    (lambda: [hk.remat(lambda: hk.next_rng_key())() for _ in range(4)], True),
    (lambda: hk.scan(lambda n, _: (n, hk.next_rng_key()), 0, None, length=4)[1], True),
    (lambda: hk.next_rng_keys(4), False),
    (lambda: hk.reserve_rng_keys(4) or [hk.next_rng_key() for _ in range(4)], False),
    (lambda: drawn_keys(True), False),
    (lambda: layer_keys(jnp.ones(1))[1], False),
):
    outside = hk.PRNGSequence(drop_key)
    inside = jnp.stack([*hk.transform(draws).apply({}, drop_key)])
    keys = jnp.stack([next(outside) for _ in range(4)])
    assert np.array_equal(*map(jax.random.key_data, (inside, keys))) == same

# %% [markdown]
# **`hk.scan`.** A loop that shares its layer becomes `nnx.scan`, with `None` for the module and `nnx.Carry` for what
# one step passes to the next:


# %%
def looped(x):
    layer = hk.Linear(8)
    return hk.scan(lambda h, _: (jnp.tanh(layer(h)), None), x, None, 3)[0]


@nnx.scan(in_axes=(None, nnx.Carry), out_axes=nnx.Carry, length=3)
def nnx_looped(layer, h):
    return jnp.tanh(layer(h))


layer = nnx.eval_shape(lambda: nnx.Linear(8, 8, rngs=nnx.Rngs(0)))
compare(layer, linear("", "linear"), *haiku(looped), lambda net: nnx_looped(net, rows))

# %% [markdown]
# **`hk.layer_stack`.** Make the layers with `nnx.vmap`, with a key for each from `nnx.split_rngs`, and run them with
# `nnx.scan` over axis 0. NNX stacks the arrays as Haiku does, so pieces such as `linear` and `multi_head_attention` fit
# as they are. Others, such as `batch_norm`, need `stacked` around their sources: it maps what changes an array over the
# layers.


# %%
def stack(x):
    def layer(h):
        return h + jnp.tanh(hk.Linear(8)(h))

    return hk.layer_stack(3, name="stack")(layer)(x)


@nnx.split_rngs(splits=3)
@nnx.vmap
def make_layers(rngs):
    return nnx.Linear(8, 8, rngs=rngs)


@nnx.scan(in_axes=(0, nnx.Carry), out_axes=nnx.Carry)
def nnx_stack(layer, h):
    return h + jnp.tanh(layer(h))


layers = nnx.eval_shape(lambda: make_layers(nnx.Rngs(0)))
STACK = linear("", "stack/linear")
compare(layers, stacked(STACK), *haiku(stack), lambda net: nnx_stack(net, rows))


# %% tags=["hidden"]
def attend_stack(x):
    def layer(h):
        return h + hk.MultiHeadAttention(2, 4, w_init=W_INIT, model_size=8)(h, h, h)

    return hk.layer_stack(3, name="stack")(layer)(x)


@nnx.split_rngs(splits=3)
@nnx.vmap
def make_attention(rngs):
    return nnx.MultiHeadAttention(2, 8, 8, decode=False, rngs=rngs)


@nnx.scan(in_axes=(0, nnx.Carry), out_axes=nnx.Carry)
def nnx_attend_stack(layer, h):
    return h + layer(h)


stacked_params, stacked_call = haiku(attend_stack)
attentions = nnx.eval_shape(lambda: make_attention(nnx.Rngs(0)))
piece = multi_head_attention("", "stack/multi_head_attention", heads=2)
for sources in (piece, stacked(piece)):
    ported = port_to_nnx(attentions, sources, stacked_params)
    gap = np.abs(
        np.subtract(nnx_attend_stack(ported, rows), stacked_call(stacked_params))
    )
    assert gap.max() < 1e-5

# %% [markdown]
# **Remat and getters.** `nnx.remat` does for a method what `hk.remat` does for a module. Make the changes of an
# `hk.custom_getter` in the arrays, between `nnx.split` and `nnx.merge`:


# %%
def saving(x):
    with hk.custom_getter(lambda getter, p, context: getter(p) / 2):
        return hk.remat(hk.nets.MLP([16, 8]))(x)


def nnx_saving(net):
    graph, arrays = nnx.split(net)
    halved = nnx.merge(graph, jax.tree.map(lambda p: p / 2, arrays))
    return nnx.remat(Mlp.__call__)(halved, rows)


MLP = linear("first", "mlp/~/linear_0") | linear("second", "mlp/~/linear_1")
compare(mlp, MLP, *haiku(saving), nnx_saving)

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
# **Recurrent networks.** NNX keeps the four gates of an LSTM in another order, and it leaves to the bias the 1 that
# Haiku adds to the forget gate's input; the piece `lstm` takes care of both. Haiku's GRU resets the hidden vector
# before its matrix, and NNX's after it, so the piece `gru` is for a cell that computes what Haiku computes:

# %% tags=["recap"]
from snippets.porting.pieces import conv_transpose, gru, lstm, rms_norm
from snippets.porting.recurrent import HaikuGRUCell

# %%
songs = jnp.float32(dice.normal(size=(4, 5, 8)))  # (B, T, D)


def unrolled(core):
    state = core.initial_state(len(songs))
    return hk.dynamic_unroll(core, songs, state, time_major=False)[0]


zeros = nnx.initializers.zeros  # the port replaces them
START = {"kernel_init": zeros, "recurrent_kernel_init": zeros, "rngs": nnx.Rngs(0)}
lstm_net = nnx.RNN(nnx.OptimizedLSTMCell(8, 6, **START))
LSTM = lstm("cell", "lstm")
compare(lstm_net, LSTM, *haiku(lambda _: unrolled(hk.LSTM(6))), lambda net: net(songs))

gru_net = nnx.RNN(HaikuGRUCell(8, 6, rngs=nnx.Rngs(0)))
GRU = gru("cell", "gru")
compare(gru_net, GRU, *haiku(lambda _: unrolled(hk.GRU(6))), lambda net: net(songs))

# %% [markdown]
# **Transposed convolutions and `RMSNorm`.** The kernel of `hk.Conv2DTranspose` ends with its outputs and then its
# inputs, and that of `nnx.ConvTranspose` the other way round. `nnx.RMSNorm` needs Haiku's `epsilon`:


# %%
class Decoder(nnx.Module):
    def __init__(self, rngs):
        self.up = nnx.ConvTranspose(8, 5, (3, 3), (2, 2), rngs=rngs)
        self.norm = nnx.RMSNorm(5, epsilon=1e-5, rngs=rngs)

    def __call__(self, rows):
        return self.norm(self.up(rows[:, None, None]))


def decoder(rows):
    return hk.RMSNorm(-1)(hk.Conv2DTranspose(5, 3, 2)(rows[:, None, None]))


UP = conv_transpose("up", "conv2_d_transpose") | rms_norm("norm", "rms_norm")
blank = nnx.eval_shape(lambda: Decoder(nnx.Rngs(0)))
compare(blank, UP, *haiku(decoder), lambda net: net(rows))

# %% [markdown]
# **Initialisers.** `w_init` is `kernel_init`, `b_init` is `bias_init`, and with the same key the pairs below give the
# same numbers, up to rounding. The defaults of `Linear` and convolutions differ, which matters if you train from
# scratch: Haiku and NNX draw from a truncated normal, which only NNX corrects for the cut, while Equinox draws
# uniformly.

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

# %% tags=["hidden"] claim="These initialisers with the same key give the same numbers in Haiku and NNX, up to rounding."
for theirs, ours, shape in (
    (hk.initializers.RandomUniform(0, 1), nnx.initializers.uniform(1), (8, 6)),
    (hk.initializers.Orthogonal(), nnx.initializers.orthogonal(), (8, 6)),
    (
        hk.initializers.VarianceScaling(2, "fan_out", "uniform"),
        nnx.initializers.variance_scaling(2, "fan_out", "uniform"),
        (3, 3, 4, 5),
    ),
):
    drawn = jax.jit(hk.transform(partial(theirs, shape, jnp.float32)).apply)({}, key)
    draw_ours = jax.jit(partial(ours, shape=shape, dtype=jnp.float32))
    kernel = draw_ours(next(hk.PRNGSequence(key)))
    np.testing.assert_allclose(drawn, kernel, atol=1e-6)
spread = nnx.Linear(400, 50, rngs=nnx.Rngs(0)).kernel[...].std()
assert abs(spread - 1 / 20) < 1e-3  # corrected for the cut
spread = eqx.nn.Linear(400, 50, key=key).weight.std()
assert abs(spread - 1 / 20 / 3**0.5) < 1e-3  # uniform

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
# sources, except for `lstm`, which adds 1 to a bias. (Where there is a `BatchNorm`, pass its state, too.) With the
# count, training continues as if nothing had happened:


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
    nnx.update(getattr(nnx_adam.opt_state[0], name), nnx.state(carried))
nnx_adam.opt_state[0].count[...] = moments[0].count

for _ in range(10):
    two, moments = adam_step(two, moments)
    nnx_adam_step(net, nnx_adam)
expected = nnx_arrays(port_to_nnx(mlp, TWO, two))
differences.append((0, largest_difference(nnx_arrays(net), expected)))
print(f"parameters after 10 more steps: {differences[-1][1]:.0e}")

# %% tags=["hidden"]
assert len(differences) == 14, len(differences)
# A piece that changes numbers changes moments as well:
lstm_params, _ = haiku(lambda _: unrolled(hk.LSTM(6)))
none_yet = jax.tree.map(np.zeros_like, lstm_params)
assert port_to_nnx(lstm_net, LSTM, none_yet).cell.dense_h.bias[...].sum() == 6
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
# ## A real network: MobileNet
#
# `hk.nets.MobileNetV1` has 28 layers with weights. Its class in NNX, with at most 256 channels instead of 1024:


# %%
CHANNELS = 64, 128, 128, *[256] * 10
STRIDES = 1, 2, 1, 2, *[1] * 9


class Block(nnx.Module):
    def __init__(self, size, channels, stride, rngs):
        rest = {"use_bias": False, "rngs": rngs}
        self.depthwise = nnx.Conv(
            size, size, (3, 3), stride, padding=1, feature_group_count=size, **rest
        )
        self.norm_0 = nnx.BatchNorm(size, momentum=0.999, rngs=rngs)
        self.pointwise = nnx.Conv(size, channels, (1, 1), **rest)
        self.norm_1 = nnx.BatchNorm(channels, momentum=0.999, rngs=rngs)

    def __call__(self, x):
        x = jax.nn.relu(self.norm_0(self.depthwise(x)))
        return jax.nn.relu(self.norm_1(self.pointwise(x)))


class MobileNet(nnx.Module):
    def __init__(self, classes, rngs):
        rest = {"padding": "VALID", "use_bias": False, "rngs": rngs}
        self.stem = nnx.Conv(3, 32, (3, 3), 2, **rest)
        self.norm = nnx.BatchNorm(32, momentum=0.999, rngs=rngs)
        sizes = zip((32, *CHANNELS), CHANNELS, STRIDES, strict=False)
        self.blocks = nnx.List([Block(*each, rngs) for each in sizes])
        self.logits = nnx.Linear(CHANNELS[-1], classes, rngs=rngs)

    def __call__(self, x):
        x = jax.nn.relu(self.norm(self.stem(x)))
        for block in self.blocks:
            x = block(x)
        return self.logits(x.mean(axis=(1, 2)))


# %% [markdown]
# Its sources come from a loop over the blocks, whose names the skeleton lists:

# %%
TOP = "mobile_net_v1"
MOBILENET = (
    conv("stem", f"{TOP}/conv2_d", bias=False)
    | batch_norm("norm", f"{TOP}/batch_norm")
    | linear("logits", f"{TOP}/logits")
)
for i in range(13):
    ours, theirs = f"blocks.{i}", f"{TOP}/mobile_net_v1_block" + f"_{i}" * (i > 0)
    MOBILENET |= conv(f"{ours}.depthwise", f"{theirs}/depthwise_conv", bias=False)
    MOBILENET |= batch_norm(f"{ours}.norm_0", f"{theirs}/batch_norm")
    MOBILENET |= conv(f"{ours}.pointwise", f"{theirs}/pointwise_conv", bias=False)
    MOBILENET |= batch_norm(f"{ours}.norm_1", f"{theirs}/batch_norm_1")

# %% [markdown]
# Here the parameters are random numbers, no two alike. The averages are those of one batch, with a counter as after
# long training:


# %%
def mobilenet_fn(images, is_training):
    net = hk.nets.MobileNetV1(STRIDES, CHANNELS, num_classes=10)
    return net(images, is_training)


mobilenet = hk.without_apply_rng(hk.transform_with_state(mobilenet_fn))
photos = jnp.float32(dice.normal(size=(8, 32, 32, 3))), jnp.arange(8)
init = partial(mobilenet.init, is_training=True)
shapes = jax.eval_shape(init, key, photos[0])
big = jax.tree.map(draw, shapes[0])
zeros = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes[1])
_, big_state, _ = haiku_step(mobilenet, big, zeros, photos)
for entries in big_state.values():
    entries |= {"counter": jnp.int32(20_000), "hidden": entries["average"]}
blank = nnx.eval_shape(lambda: MobileNet(10, nnx.Rngs(0)))
port = partial(port_to_nnx, blank, MOBILENET, unused=AVERAGES_UNUSED)
big_net = port(big, big_state)

# %%
big_net.eval()
apply = jax.jit(mobilenet.apply, static_argnums=3)
logits, _ = apply(big, big_state, photos[0], False)
in_outputs = abs(nnx.jit(MobileNet.__call__)(big_net, photos[0]) - logits).max()
print(f"outputs in evaluation: {in_outputs:.0e} apart")

# %% [markdown]
# Then take a step of training, with the functions that trained the small network:

# %%
big_net.train()
big_loss = nnx_step(big_net, nnx.Optimizer(big_net, optimizer, wrt=nnx.Param), photos)
*after, loss = haiku_step(mobilenet, big, big_state, photos)
got, expected = nnx_arrays(big_net), nnx_arrays(port(*after))
size = largest_difference(expected, nnx_arrays(port(big, big_state)))
in_step = largest_difference(got, expected)
print(f"loss in training: {big_loss - loss:.0e} apart")
print(f"arrays after a step: {in_step:.0e}, where the step moves them by {size:.0e}")

# %% tags=["hidden"]
assert in_outputs < 1e-4
assert abs(big_loss - loss) < 1e-5
assert in_step < 1e-3 * size
assert len(jax.tree.leaves(shapes)) == 245
assert len(MOBILENET) == 137
settings = inspect.signature(hk.nets.MobileNetV1.__init__).parameters
assert max(settings["channels"].default) == 1024
assert sum(p["w"].ndim > 1 for p in big.values() if "w" in p) == 28

# %% [markdown]
# So ten lines of sources have ported {{ len(MOBILENET) }} arrays out of {{ len(jax.tree.leaves(shapes)) }} entries.
#
# ## Wrap it instead
#
# A program in NNX can use a Haiku network as it is. `hk.experimental.flax.Module` turns a transformed function into a
# module of Linen, Flax's older interface, and `nnx.bridge.ToNNX` turns that into an NNX module. The paths are still
# Haiku's, so each array goes to the path of the same name. A call that changes Haiku's state must name `state` in
# `mutable`, and a call that draws random numbers, as dropout does in training, must pass the keys:


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
# ## Exercise: port a module and its tree
#
# This network is two blocks, each with a gate:


# %%
class GatedBlock(hk.Module):
    def __init__(self, width, name=None):
        super().__init__(name=name)
        self.width = width

    def __call__(self, x):  # (B, D)
        y = hk.LayerNorm(-1, create_scale=True, create_offset=True)(x)
        a, b = jnp.split(hk.Linear(2 * self.width)(y), 2, axis=-1)
        return x + hk.Linear(x.shape[-1], with_bias=False)(a * jax.nn.sigmoid(b))


def gated_fn(x, width):
    return GatedBlock(width)(GatedBlock(width)(x))


gated = hk.without_apply_rng(hk.transform(gated_fn))
tree = jax.eval_shape(partial(gated.init, width=5), key, jnp.ones((1, 3)))
for name, entries in tree.items():
    print(name, {entry: leaf.shape for entry, leaf in entries.items()})

# %% [markdown]
# Define `port_gated(params)`. It takes a tree of this form for any D and width, and returns an NNX module with these
# parameters. Called with `x` of shape `(B, D)` it returns what `gated.apply(params, x, width)` returns, for small and
# for large numbers. Each entry of the tree is an `nnx.Param`, and nothing else is, so that a step of training agrees as
# well.
#
# <details>
# <summary>Hint</summary>
#
# D and the width are in the shapes of the tree. Which of the two blocks runs first? A block of NNX can be a class of its
# own, with its sources in a function of a path and a name.
#
# </details>


# %% exercise="port-gated-block" kind="build" minutes="20"
def port_gated(params):
    """An NNX module with the parameters of `gated`: (B, D) -> (B, D)."""
    ### BEGIN SOLUTION
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(nnx.eval_shape(lambda: Gated(nnx.Rngs(0))), sources, params)
    ### END SOLUTION


# %% check="port-gated-block"
from snippets.checking import Check, differing

_advice = {
    "have no": "Which names does the tree have? They are printed above.",
    " wants (": "Are D and the width read off the tree?",
    "": "port_gated takes the tree, and returns a module that takes x of shape (B, D).",
}
_check = Check(globals(), "port_gated", "A source for each path", _advice)


@nnx.jit
def _outputs(net, x, rate):
    first = net(x)
    grads = nnx.grad(lambda net: (net(x) ** 2).mean())(net)
    arrays = nnx.state(net, nnx.Param)
    nnx.update(net, jax.tree.map(lambda p, g: p - rate * g, arrays, grads))
    return first, net(x)


def outputs_of(port):
    """Outputs of the port, and after a step of SGD on all that is an `nnx.Param`."""
    return lambda params, *given: _outputs(port(params), *given)


def count_of_params(port):
    """How many numbers the port holds in an `nnx.Param`."""
    return lambda params: sum(leaf.size for leaf in _trained(port(params)))


def _trained(net):
    return jax.tree.leaves(nnx.state(net, nnx.Param))


@partial(jax.jit, static_argnums=2)
def _right_outputs(tree, x, width, rate):
    def loss(tree):
        y = gated.apply(tree, x, width)
        return (y**2).mean(), y

    grads, first = jax.grad(loss, has_aux=True)(tree)
    stepped = jax.tree.map(lambda p, g: p - rate * g, tree, grads)
    return first, gated.apply(stepped, x, width)


def _port(params, x, order=(1, 0), eps=1e-5, fast=False, swap=False, keep=1.0):
    for name in ("gated_block" + f"_{block}" * block for block in order):
        norm, wide = params[f"{name}/layer_norm"], params[f"{name}/linear"]
        rest = {"epsilon": eps, "use_fast_variance": fast, "rngs": nnx.Rngs(0)}
        layer = nnx.LayerNorm(x.shape[-1], **rest)
        layer.scale[...], layer.bias[...] = norm["scale"], norm["offset"]
        a, b = jnp.split(layer(x) @ wide["w"] + wide["b"], 2, axis=-1)[:: 1 - 2 * swap]
        x = keep * x + (a * jax.nn.sigmoid(b)) @ params[f"{name}/linear_1"]["w"]
    return x


_known = {
    "which of the two blocks runs first?": {"order": (0, 1)},
    "do both blocks have the same parameters?": {"order": (0, 0)},
    'what is added in LayerNorm before the root? Read "Conventions that differ" again.': {
        "eps": 1e-6
    },
    "how does LayerNorm get its variance where the mean is large?": {"fast": True},
    "which half goes through the sigmoid?": {"swap": True},
    "where is the sum x + ...?": {"keep": 0.0},
}
_draw = np.random.default_rng(0)
with jax.default_matmul_precision("highest"):
    for _rows, _size, _width, _mean, _spread in (
        (4, 3, 5, 0, 1),
        (4, 3, 5, 0, 0.003),
        (4, 3, 5, 300, 1),
        (2, 2, 1, 0, 30),
    ):
        _x = np.float32(_mean + _spread * _draw.normal(size=(_rows, _size)))
        _shapes = jax.eval_shape(partial(gated.init, width=_width), key, _x)
        _tree = jax.tree.map(lambda p: jnp.float32(_draw.normal(size=p.shape)), _shapes)
        _rate = 1e-2 / float(_mean + _spread) ** 2
        _right, _later = map(np.array, _right_outputs(_tree, _x, _width, _rate))
        _when = f"For B, D, width = {_rows}, {_size}, {_width} and numbers {_mean} ± {_spread}, "
        _mine = _check.call(_tree, _x, _rate, by=outputs_of, when=_when)
        _first, _after = map(np.array, _mine)
        _gap = differing(_first - _x, _right - _x)
        _cases = _known.items() if _gap else ()
        _others = {told: _port(_tree, _x, **case) - _x for told, case in _cases}
        _what = "the output minus x"
        _check.agrees(_first - _x, _right - _x, _others, _when, _what)
        if _mean == 0:  # elsewhere a step changes little but the last digits
            _told = {"": "Which entries are an nnx.Param?"}
            _change, _what = _later - _right, "the change of the output in a step"
            _check.agrees(_after - _first, _change, _told, _when, _what, rtol=3e-2)
        _numbers = sum(leaf.size for leaf in jax.tree.leaves(_tree))
        _counted = _check.call(_tree, by=count_of_params, when=_when)
        _told = f"{_counted} numbers are in an nnx.Param, and the tree has {_numbers}."
        _check.require(_counted == _numbers, _when + _told)
print("Outputs and a step agree, for two sizes, small and large numbers.")

# %% [markdown]
# ## When not to port
#
# If you only run a trained network, or reproduce a result, leave it in Haiku: `apply` is a pure function that any JAX
# program can call, and most [old calls](old_code.py) can be replaced in minutes. If it is part of a larger program,
# wrap it. Port what you will continue to develop, and set up the tests above before you change anything.
#
# ## What can go wrong
#
# - The outputs agree in evaluation but not in training, or vice versa. `BatchNorm` uses its averages in
#   evaluation and the batch in training (Equinox's if `mode="batch"`), so compare both.
# - You compare steps of Adam, and two biases differ: that of the convolution, which `BatchNorm` subtracts, and that of
#   the attention keys. Their gradients are rounding errors, and Adam divides by their size. Compare gradients, or a step
#   of SGD.
# - All shapes of `hk.GRU` fit `nnx.GRUCell` and `eqx.nn.GRUCell`, and the outputs are wrong: these apply the reset gate
#   after the matrix. The snippets have a cell for each library that computes what Haiku computes.
# - An id outside the table of an `Embed`: Haiku and Equinox read the nearest row, `nnx.Embed` returns `nan` unless the
#   table has one row. (A negative one that the table reaches counts from the end in all three.) Haiku's
#   `lookup_style="ONE_HOT"` returns zeros for these and for all negative ones.
# - A flattened image before a `Linear`: by default Haiku has (height, width, channels), Equinox (channels, height,
#   width), so the rows of the matrix need another order.
# - `The module's random keys are abstract`: it comes from `nnx.eval_shape` and holds keys, as for dropout or `nnx.RNN`.
#   Make it with `Net(nnx.Rngs(0))`.
# - `Array.__contains__`: the wrapper cannot hold a module that has a parameter and a submodule of the same name.
#
# More messages: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% tags=["hidden"] claim="Outside a table, Haiku and Equinox read the nearest row, NNX nan or its only row. Equal names are refused."
def _message(call, *arguments):
    try:
        call(*arguments)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


# A large mean, with the fast variance and without:
far = jnp.float32(1000 + dice.normal(size=(5, 8)))
level = hk.transform(lambda x: hk.LayerNorm(-1, True, True)(x))
leveled = jax.jit(lambda far: level.apply(level.init(key, far), None, far))(far)
for fast in (True, False):
    norm = nnx.LayerNorm(8, epsilon=1e-5, use_fast_variance=fast, rngs=nnx.Rngs(0))
    assert (np.abs(np.subtract(norm(far), leveled)).max() > 0.01) == fast
far_group = jnp.float32(100 + dice.normal(size=(5, 4, 4, 8)))
group = hk.transform(lambda x: hk.GroupNorm(2)(x))
grouped = jax.jit(lambda x: group.apply(group.init(key, x), None, x))(far_group)
for fast in (True, False):
    settings = {"epsilon": 1e-5, "use_fast_variance": fast, "rngs": nnx.Rngs(0)}
    norm = nnx.GroupNorm(8, 2, **settings)
    assert (np.abs(np.subtract(norm(far_group), grouped)).max() > 1e-3) == fast
# All shapes of a GRU fit:
theirs = hk.transform(lambda x: hk.GRU(6)(x, jnp.zeros((4, 6))))
theirs = jax.eval_shape(theirs.init, key, rows)["gru"]
theirs = {n: p.shape for n, p in theirs.items()}
ours = nnx.eval_shape(lambda: nnx.GRUCell(8, 6, rngs=nnx.Rngs(0)))
assert theirs == {
    "w_i": ours.dense_i.kernel.shape,
    "w_h": ours.dense_h.kernel.shape,
    "b": ours.dense_i.bias.shape,
}
ours = eqx.filter_eval_shape(eqx.nn.GRUCell, 8, 6, key=key)
assert theirs["w_i"] == ours.weight_ih.shape[::-1]
assert theirs["w_h"] == ours.weight_hh.shape[::-1]
assert theirs["b"] == ours.bias.shape
# An id beyond the table:
table = np.arange(8, dtype=np.float32).reshape(4, 2)
looked_up = hk.transform(lambda i: hk.Embed(embedding_matrix=table)(i))
empty_table = nnx.eval_shape(lambda: nnx.Embed(4, 2, rngs=nnx.Rngs(0)))
ported = port_to_nnx(empty_table, {"embedding": "e/w"}, {"e": {"w": table}})
nothing = np.full(2, np.nan)
for look, last, before in (
    (lambda i: looked_up.apply(looked_up.init(None, i), None, i), table[3], table[0]),
    (jax.vmap(eqx.nn.Embedding(weight=jnp.asarray(table))), table[3], table[0]),
    (ported, nothing, nothing),
):
    right = [last, table[3], table[0], before]
    for way in (look, jax.jit(look)):
        found = way(jnp.array([99, -1, -4, -5]))
        assert np.array_equal(found, right, equal_nan=True)
single = nnx.Embed(1, 2, rngs=nnx.Rngs(0))
assert np.array_equal(single(jnp.array([9, -3])), single(jnp.array([0, 0])))
one_hot = hk.transform(lambda i: hk.Embed(embedding_matrix=table)(i, "ONE_HOT"))
for ids, found in (([99, 4, -1, -4], np.zeros((4, 2))), ([3, 0], table[[3, 0]])):
    given = one_hot.init(None, jnp.array(ids)), None, jnp.array(ids)
    for look in (one_hot.apply, jax.jit(one_hot.apply)):
        assert np.array_equal(look(*given), found)
# A wrapped network in training mode, without `mutable`, and without keys:
assert "ModifyScopeVariableError" in _message(partial(wrapped, rngs=keys), images, True)
assert "MissingRNGError" in _message(partial(wrapped, mutable=["state"]), images, True)


def dropped(x):
    return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(2)(x))


def wrap_with_keys(rngs):
    bridge = nnx.bridge.ToNNX(hk.experimental.flax.Module(hk.transform(dropped)), rngs)
    return nnx.bridge.lazy_init(bridge, jnp.ones((1, 3)))


def port_dropped(make):
    entries = {"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}
    return port_to_nnx(make(), {f"linear.{n}": f"linear/{n}" for n in "wb"}, entries)


both = partial(wrap_with_keys, nnx.Rngs(0, apply=1))
assert "keys are abstract" in _message(
    port_dropped, lambda: nnx.eval_shape(lambda: wrap_with_keys(nnx.Rngs(0, apply=1)))
)
assert port_dropped(both)(jnp.ones((1, 3))).shape == (1, 2)


class Clash(hk.Module):
    def __call__(self, x):
        return hk.get_parameter("b", (), init=jnp.ones) * hk.Linear(2, name="b")(x)


clash = hk.experimental.flax.Module(hk.transform(lambda x: Clash()(x)))
lazy = partial(nnx.bridge.lazy_init, nnx.bridge.ToNNX(clash), rngs=nnx.Rngs(0))
assert "Array.__contains__" in _message(lazy, jnp.ones((2, 3)))
# A flattened image: the rows of the matrix in the other order.
pixels = np.arange(24.0).reshape(2, 3, 4)  # height, width, channels
places = np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel()
matrix = np.linspace(-1, 1, 48).reshape(24, 2)
flattened = pixels.transpose(2, 0, 1).ravel()
np.testing.assert_allclose(flattened @ matrix[places], pixels.ravel() @ matrix)
# Two gradients are zero but for rounding, and Adam takes its whole step all the same:
for module in ("conv", "attend/key"):
    moved = {n: np.subtract(new_params[module][n], params[module][n]) for n in "wb"}
    assert np.abs(moved["b"]).max() < 1e-7
    assert np.abs(moved["w"]).max() > 1e-5
tiny = jnp.float32(1e-7)
assert adam.update(tiny, adam.init(tiny))[0] < -0.9e-2


def recurrent():
    return nnx.RNN(nnx.OptimizedLSTMCell(2, 5, rngs=nnx.Rngs(0)))


assert "random keys are abstract" in _message(
    lambda: port_to_nnx(nnx.eval_shape(recurrent), {}, {})
)

# %% [markdown]
# ## What you learned
#
# - Write the network as a class, name a source for each path with the pieces, and list by patterns what you leave
#   behind.
# - Test the outputs in both modes, then the parameters and the state after a training step.
# - Names, layouts, defaults and constructs differ, and so do `BatchNorm`'s averages and the source of keys.
#
# Next: the guides of [Flax NNX](https://flax.readthedocs.io) or [Equinox](https://docs.kidger.site/equinox/), or, if
# you stay, [Haiku by frequency](../look_up/names.py).
