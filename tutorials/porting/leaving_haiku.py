# %% [markdown]
# # Leaving Haiku: the same network in Flax NNX and Equinox
#
# You have a network in Haiku, with trained parameters, and want to go on with it in
# [Flax NNX](https://flax.readthedocs.io) or [Equinox](https://docs.kidger.site/equinox/). This page writes one network
# in all three: a convolution, `BatchNorm` with its state, an embedding, `LayerNorm`, attention and a linear layer. It
# carries the weights over by path, and tests that the outputs and a training step agree to 1e-5.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - rewrite a Haiku network as a class of Flax NNX or Equinox, and carry its parameters and state into it;
# - look up how names, layouts and defaults differ, in tables made by code that ran;
# - decide whether to port a network, to wrap it, or to leave it in Haiku.
#
# You need: [`hk.transform`](../haiku/transform.py), and [state](../haiku/state.py) for `BatchNorm`.
#
# </div>

# %%
import inspect
from functools import partial

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

jax.config.update("jax_default_matmul_precision", "highest")  # or a GPU rounds more

# %% [markdown]
# ## The network in Haiku
#
# The network says which third of an image is brighter. The convolution leaves 4 by 4 places, which attention sees as a
# sequence of 16 tokens.


# %%
def net_fn(images, is_training):  # (B, 8, 8, 1)
    x = hk.Conv2D(8, kernel_shape=3, stride=2, name="conv")(images)  # (B, 4, 4, 8)
    x = hk.BatchNorm(True, True, decay_rate=0.9, name="norm")(x, is_training)
    x = jax.nn.relu(x).reshape(-1, 16, 8)  # (B, 16, 8)
    x = x + hk.Embed(16, 8, name="embed")(jnp.arange(16))
    w_init = hk.initializers.VarianceScaling()
    attend = hk.MultiHeadAttention(2, 6, w_init=w_init, model_size=8, name="attend")
    y = hk.LayerNorm(axis=-1, create_scale=True, create_offset=True)(x)
    x = x + attend(y, y, y)
    return hk.Linear(3)(x.mean(axis=1))  # (B, 3)


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
# Train it first, so that there is something to carry over:

# %%
network = hk.without_apply_rng(hk.transform_with_state(net_fn))
evaluate = jax.jit(network.apply, static_argnames="is_training")
optimizer = optax.sgd(0.1)


@jax.jit
def haiku_step(params, state, opt_state, batch):
    images, labels = batch

    def loss_fn(params):
        logits, new_state = network.apply(params, state, images, True)
        return cross_entropy(logits, labels), new_state

    (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    updates, opt_state = optimizer.update(grads, opt_state)
    return optax.apply_updates(params, updates), state, opt_state, loss


key = jax.random.key(0)
params, state = jax.jit(network.init, static_argnums=2)(key, make_batch(key)[0], True)
opt_state = optimizer.init(params)
for i in range(200):
    batch = make_batch(jax.random.fold_in(key, i))
    params, state, opt_state, loss = haiku_step(params, state, opt_state, batch)
    if i == 0:
        after_one_step = params, state
images, labels = make_batch(jax.random.key(1))
want, _ = evaluate(params, state, images, is_training=False)
print(f"loss {loss:.3f}, accuracy {(want.argmax(axis=1) == labels).mean():.2f}")

# %% tags=["hidden"]
assert loss < 0.9
assert (want.argmax(axis=1) == labels).mean() > 0.6

# %% [markdown]
# ## Flax NNX: a class that holds its arrays
#
# The function becomes a class. Its layers are made in `__init__`, and you tell them the size of their input, which Haiku
# reads off the data. Three arguments are there only to match Haiku: `momentum`, which is Haiku's `decay_rate`, and
# `epsilon` and `use_fast_variance` of `LayerNorm`. (The fast variance is the mean of the squares minus the square of
# the mean, which loses digits where the mean is large. Haiku and Equinox subtract the mean first.)


# %%
class NnxNet(nnx.Module):
    def __init__(self, rngs):
        self.conv = nnx.Conv(1, 8, kernel_size=(3, 3), strides=2, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.embed = nnx.Embed(16, 8, rngs=rngs)
        self.layer_norm = nnx.LayerNorm(
            8, epsilon=1e-5, use_fast_variance=False, rngs=rngs
        )
        self.attend = nnx.MultiHeadAttention(2, 8, 12, decode=False, rngs=rngs)
        self.linear = nnx.Linear(8, 3, rngs=rngs)

    def __call__(self, images):  # (B, 8, 8, 1)
        x = jax.nn.relu(self.norm(self.conv(images))).reshape(-1, 16, 8)
        x = x + self.embed(jnp.arange(16))
        x = x + self.attend(self.layer_norm(x))
        return self.linear(x.mean(axis=1))  # (B, 3)


# %% [markdown]
# `port_to_nnx` fills such a module. For each path in the module you name a path in Haiku's trees and, where the layout
# differs, a function. Nothing is guessed from names or shapes. The code is folded here; `arrays_by_path` is the part
# that doesn't depend on Flax, and Equinox will use it too.

# %% tags=["recap"]
from snippets.porting.nnx import arrays_by_path, port_to_nnx

# %%
FLAT = jnp.ravel  # Haiku's BatchNorm keeps (1, 1, 1, 8)


def heads(x):  # Haiku's Linear of 12 is 2 heads of 6
    return x.reshape(*x.shape[:-1], 2, 6)


NNX = {
    "conv.kernel": "conv/w",
    "conv.bias": "conv/b",
    "norm.scale": ("norm/scale", FLAT),
    "norm.bias": ("norm/offset", FLAT),
    "norm.mean": ("norm/~/mean_ema/average", FLAT),
    "norm.var": ("norm/~/var_ema/average", FLAT),
    "embed.embedding": "embed/embeddings",
    "layer_norm.scale": "layer_norm/scale",
    "layer_norm.bias": "layer_norm/offset",
    "attend.out.kernel": ("attend/linear/w", lambda w: w.reshape(2, 6, 8)),
    "attend.out.bias": "attend/linear/b",
    "linear.kernel": "linear/w",
    "linear.bias": "linear/b",
}
for part in ("query", "key", "value"):
    NNX[f"attend.{part}.kernel"] = (f"attend/{part}/w", heads)
    NNX[f"attend.{part}.bias"] = (f"attend/{part}/b", heads)

# %% [markdown]
# The first try says what has no place yet. (`nnx.eval_shape` makes a module of shapes only: its initial values would
# be replaced anyway.)

# %% raises="ValueError" match="Nothing takes .'norm/~/mean_ema/counter'"
empty = nnx.eval_shape(lambda: NnxNet(nnx.Rngs(0)))
port_to_nnx(empty, NNX, params, state)

# %% [markdown]
# For each average, Haiku's `BatchNorm` also stores a raw form and a counter, and NNX has no place for them. List them
# as unused, and the module is complete. `eval()` makes `BatchNorm` use its averages.

# %%
NNX_UNUSED = [
    f"norm/~/{m}_ema/{n}" for m in ("mean", "var") for n in ("counter", "hidden")
]
nnx_net = port_to_nnx(empty, NNX, params, state, unused=NNX_UNUSED)

nnx_net.eval()
print("largest difference of outputs:", abs(nnx_net(images) - want).max())

# %% tags=["hidden"]
np.testing.assert_allclose(nnx_net(images), want, atol=1e-5)

# %% [markdown]
# ## Equinox: a pytree that takes one example
#
# An Equinox module is itself a pytree, and its layers take *one* example, channels first. So the image is transposed,
# `jax.vmap` adds the batch, and `BatchNorm` gets the name of that axis to average over. `LayerNorm` and `Embedding` act
# at one position, and get a `vmap` of their own. State is an argument and a result, as in Haiku.


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
# axes. With `mode="batch"`, `BatchNorm` keeps the raw averages and the counter, as Haiku does.

# %%
EQUINOX = {
    "conv.weight": ("conv/w", lambda w: w.transpose(3, 2, 0, 1)),
    "conv.bias": ("conv/b", lambda b: b[:, None, None]),
    "norm.weight": ("norm/scale", FLAT),
    "norm.bias": ("norm/offset", FLAT),
    # int() keeps its type weak, as Equinox made it; `State.set` insists on it.
    "norm.batch_counter": ("norm/~/mean_ema/counter", lambda n: jnp.asarray(int(n))),
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
EQUINOX_UNUSED = [f"norm/~/{m}_ema/average" for m in ("mean", "var")]
EQUINOX_UNUSED += ["norm/~/var_ema/counter"]

# %% [markdown]
# Two functions put the arrays in place: one lists the arrays of a model and of its state by path, the other replaces
# them. `eqx.filter_eval_shape` does what `nnx.eval_shape` did.


# %%
def is_index(leaf):
    return isinstance(leaf, eqx.nn.StateIndex)  # where a layer finds its state


def dotted(path):
    return jax.tree_util.keystr(path, simple=True, separator=".")


def equinox_arrays(net, state):
    found = {}
    for path, leaf in jax.tree.leaves_with_path(net, is_leaf=is_index):
        held = state.get(leaf) if is_index(leaf) else leaf
        for rest, array in jax.tree.leaves_with_path(held):
            if hasattr(array, "shape"):
                found[dotted((*path, *rest))] = array
    return found


def replace_arrays(net, state, arrays):
    def at(start):
        return lambda path, leaf: arrays.get(dotted((*start, *path)), leaf)

    for path, leaf in jax.tree.leaves_with_path(net, is_leaf=is_index):
        if is_index(leaf):
            held = jax.tree.map_with_path(at(path), state.get(leaf))
            state = state.set(leaf, held)
    return jax.tree.map_with_path(at(()), net), state


# %%
def port_to_equinox(params, state):
    blank = eqx.filter_eval_shape(eqx.nn.make_with_state(EquinoxNet), key)
    shapes = {path: array.shape for path, array in equinox_arrays(*blank).items()}
    arrays = arrays_by_path(shapes, EQUINOX, params, state, unused=EQUINOX_UNUSED)
    return replace_arrays(*blank, arrays)


equinox_net, equinox_state = port_to_equinox(params, state)

evaluating = eqx.nn.inference_mode(equinox_net)
got, _ = run_batch(evaluating, equinox_state, images)
print("largest difference of outputs:", abs(got - want).max())

# %% tags=["hidden"]
np.testing.assert_allclose(got, want, atol=1e-5)

# %% [markdown]
# ## One training step in each
#
# Equal outputs do not show that the gradients are equal, or the state after a training step. So take one step of SGD in
# each library, from the same weights and on the same batch. NNX changes the module and the optimiser in place; Equinox
# returns new ones.


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
# To compare, port what Haiku has *after* its step, and look at each array: parameters, averages, counter. The loss and
# all arrays agree to 1e-5; so do the gradients, which are the change of the parameters divided by the learning rate.


# %%
def nnx_arrays(net):
    return {".".join(map(str, p)): v[...] for p, v in nnx.to_flat_state(nnx.state(net))}


def largest_difference(these, those):
    return max(np.abs(np.subtract(these[p], those[p])).max() for p in those)


batch = (images, labels)
new_params, new_state, _, haiku_loss = haiku_step(params, state, opt_state, batch)

nnx_net.train()
nnx_optimizer = nnx.Optimizer(nnx_net, optimizer, wrt=nnx.Param)
nnx_loss = nnx_step(nnx_net, nnx_optimizer, batch)
nnx_want = port_to_nnx(empty, NNX, new_params, new_state, unused=NNX_UNUSED)
in_nnx = largest_difference(nnx_arrays(nnx_net), nnx_arrays(nnx_want))

equinox_opt_state = optimizer.init(eqx.filter(equinox_net, eqx.is_inexact_array))
*after, equinox_loss = equinox_step(
    equinox_net, equinox_state, equinox_opt_state, batch
)
equinox_want = equinox_arrays(*port_to_equinox(new_params, new_state))
in_equinox = largest_difference(equinox_arrays(*after[:2]), equinox_want)

print("                        loss      largest difference of an array after the step")
print(f"Haiku               {haiku_loss:.6f}")
print(f"Flax NNX            {nnx_loss:.6f}      {in_nnx:.1e}")
print(f"Equinox             {equinox_loss:.6f}      {in_equinox:.1e}")

# %% tags=["hidden"]
assert abs(nnx_loss - haiku_loss) < 1e-5
assert abs(equinox_loss - haiku_loss) < 1e-5
assert in_nnx < 1e-5
assert in_equinox < 1e-5
# The gradients themselves: what the step changed, divided by the rate of 0.1.
before = nnx_arrays(port_to_nnx(empty, NNX, params, state, unused=NNX_UNUSED))
for got, wanted, old in (
    (nnx_arrays(nnx_net), nnx_arrays(nnx_want), before),
    (
        equinox_arrays(*after[:2]),
        equinox_want,
        equinox_arrays(*port_to_equinox(params, state)),
    ),
):
    assert set(got) == set(wanted)
    rates = {path: np.subtract(got[path], old[path]) / 0.1 for path in got}
    wanted_rates = {path: np.subtract(wanted[path], old[path]) / 0.1 for path in got}
    assert largest_difference(rates, wanted_rates) < 1e-5
    assert abs(rates["linear.bias"]).max() > 1e-3  # it did move

# %% [markdown]
# ## The table of correspondences
#
# It is made from the two mappings above and from the arrays of the three networks. `-` marks what a library does not
# keep.

# %%
from IPython.display import Markdown

haiku_shapes = {
    f"{module}/{name}": value.shape
    for tree in (params, state)
    for module, name, value in hk.data_structures.traverse(tree)
}


def cell(path, shape):
    return f"`{path}` ({', '.join(map(str, shape))})"


def partner(entry, sources, arrays):
    for path, source in sources.items():
        if entry in ([source] if isinstance(source, str) else source):
            return cell(path, arrays[path].shape)
    return "-"


rows = [("Haiku", "Flax NNX", "Equinox"), ("---",) * 3]
for entry, shape in haiku_shapes.items():
    in_nnx_net = partner(entry, NNX, nnx_arrays(nnx_net))
    in_equinox_net = partner(entry, EQUINOX, equinox_want)
    rows.append((cell(entry, shape), in_nnx_net, in_equinox_net))
Markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))

# %% [markdown]
# ## Conventions that differ
#
# **Defaults.** These are read from the signatures; `required` means that there is none.


# %%
def default(layer, argument):
    value = inspect.signature(layer.__init__).parameters[argument].default
    return "required" if value is inspect.Parameter.empty else repr(value)


conv = hk.Conv2D, nnx.Conv, eqx.nn.Conv2d
layer_norm = hk.LayerNorm, nnx.LayerNorm, eqx.nn.LayerNorm
batch_norm = hk.BatchNorm, nnx.BatchNorm, eqx.nn.BatchNorm
attention = hk.MultiHeadAttention, nnx.MultiHeadAttention, eqx.nn.MultiheadAttention
questions = {
    "padding of a convolution": (conv, "padding padding padding"),
    "epsilon of LayerNorm": (layer_norm, "eps epsilon eps"),
    "axis of LayerNorm": (layer_norm, "axis reduction_axes shape"),
    "epsilon of BatchNorm": (batch_norm, "eps epsilon eps"),
    "decay of BatchNorm": (batch_norm, "decay_rate momentum momentum"),
    "bias in attention": (attention, "with_bias use_bias use_query_bias"),
}
defaults = {
    what: [default(*one) for one in zip(layers, arguments.split(), strict=True)]
    for what, (layers, arguments) in questions.items()
}
print(f"{'':26}{'Haiku':12}{'Flax NNX':12}Equinox")
for row, (in_haiku, in_flax, in_eqx) in defaults.items():
    print(f"{row:26}{in_haiku:12}{in_flax:12}{in_eqx}")

# %% tags=["hidden"]
assert defaults == {
    "padding of a convolution": ["'SAME'", "'SAME'", "(0, 0)"],
    "epsilon of LayerNorm": ["1e-05", "1e-06", "1e-05"],
    "axis of LayerNorm": ["required", "-1", "required"],
    "epsilon of BatchNorm": ["1e-05", "1e-05", "1e-05"],
    "decay of BatchNorm": ["required", "0.99", "0.99"],
    "bias in attention": ["True", "True", "False"],
}, defaults

# %% [markdown]
# **`BatchNorm`'s averages.** Haiku starts an average at 0 and corrects for that: after $t$ steps with decay $d$ it
# divides the raw average by $1 - d^t$. Equinox does the same with `mode="batch"`. NNX has no correction, and what you
# carry over is the corrected average. Haiku's next step would move it further than NNX's does, until $d^t$ is negligible:


# %%
def gap(params, state):
    net = port_to_nnx(empty, NNX, params, state, unused=NNX_UNUSED)
    net(images)  # a forward pass in training mode updates the averages
    _, state = evaluate(params, state, images, is_training=True)
    return abs(net.norm.var[...] - state["norm/~/var_ema"]["average"]).max()


print(f"ported after   1 step:  {gap(*after_one_step):.1e}")
print(f"ported after 200 steps: {gap(params, state):.1e}")

# %% tags=["hidden"]
assert gap(*after_one_step) > 1e-3
assert gap(params, state) < 1e-5

# %% [markdown]
# **One example at a time.** An Equinox `LayerNorm` normalises all axes of its input, and wants exactly the shape that it
# was made for:

# %% raises="ValueError" match="must satisfy the invariant"
equinox_net.layer_norm(jnp.ones((16, 8)))

# %% [markdown]
# `BatchNorm` averages over a named axis, so `vmap` needs its `axis_name`:

# %% raises="NameError" match="unbound axis name: batch"
jax.vmap(equinox_net, in_axes=(0, None), out_axes=(0, None))(images, equinox_state)

# %% [markdown]
# **Keys.** The same key gives the same dropout mask in all three. But Haiku draws its keys inside the network, NNX takes
# them from an object `nnx.Rngs`, and in Equinox you pass them. These sequences differ, so training with dropout does not
# go on bit for bit after the port, unless you pass the keys yourself:

# %%
drop_key, ones = jax.random.key(2), jnp.ones(6)
print("Haiku  ", hk.dropout(drop_key, 0.5, ones))
print("NNX    ", nnx.Dropout(0.5)(ones, rngs=drop_key))
print("Equinox", eqx.nn.Dropout(0.5)(ones, key=drop_key))
print("Rngs   ", nnx.Dropout(0.5)(ones, rngs=nnx.Rngs(dropout=drop_key)))

# %% tags=["hidden"]
many = jnp.ones(999)
mask = hk.dropout(drop_key, 0.5, many)
assert (mask == nnx.Dropout(0.5)(many, rngs=drop_key)).all()
assert (mask == eqx.nn.Dropout(0.5)(many, key=drop_key)).all()
for rate, shape in ((0.1, (9, 3)), (0.9, (7,))):
    few = jnp.ones(shape, jnp.bfloat16)
    mask_of_few = hk.dropout(drop_key, rate, few) != 0
    assert (mask_of_few == (nnx.Dropout(rate)(few, rngs=drop_key) != 0)).all()
    assert (mask_of_few == (eqx.nn.Dropout(rate)(few, key=drop_key) != 0)).all()
assert (mask != nnx.Dropout(0.5)(many, rngs=nnx.Rngs(dropout=drop_key))).any()

# %% [markdown]
# **Initial values** come from other distributions, which matters when you train from scratch. Here is the standard
# deviation of the weights of a new linear layer with 400 inputs:

# %%
wide = jnp.ones((1, 400))
linear = hk.transform(lambda x: hk.Linear(500)(x))
fresh = {
    "Haiku": linear.init(key, wide)["linear"]["w"],
    "NNX": nnx.Linear(400, 500, rngs=nnx.Rngs(0)).kernel[...],
    "Equinox": eqx.nn.Linear(400, 500, key=key).weight,
}
print({name: f"{weight.std():.4f}" for name, weight in fresh.items()})

# %% tags=["hidden"]
spread = {name: float(weight.std()) for name, weight in fresh.items()}
assert abs(spread["Haiku"] - 0.88 / 20) < 1e-3  # cut at two standard deviations
assert abs(spread["NNX"] - 1 / 20) < 1e-3  # corrected for the cut
assert abs(spread["Equinox"] - 1 / 20 / 3**0.5) < 1e-3  # uniform

# %% [markdown]
# ## What becomes of `transform`, keys and state
#
# | Haiku | Flax NNX | Equinox |
# |---|---|---|
# | the function in `hk.transform` | `__call__` of a class | the same, for one example |
# | `net.init(key, x)` | `Net(nnx.Rngs(key))` | `eqx.nn.make_with_state(Net)(key)` |
# | `params`, an argument | in the module: `nnx.state(net, nnx.Param)` | the module itself: `eqx.filter(net, eqx.is_inexact_array)` |
# | `state`, passed and returned | in the module: `nnx.BatchStat`, changed in place | `eqx.nn.State`, passed and returned |
# | `hk.get_parameter` | an attribute `nnx.Param(...)` | an attribute that is an array |
# | `hk.get_state`, `hk.set_state` | an attribute `nnx.Variable(...)` | `eqx.nn.StateIndex`, `state.get`, `state.set` |
# | `is_training` | `net.train()`, `net.eval()` | `eqx.nn.inference_mode(net)` |
# | `hk.next_rng_key()` | `rngs.dropout()` | an argument `key` |
# | `jax.jit`, `jax.grad` outside | `nnx.jit`, `nnx.grad` | `eqx.filter_jit`, `eqx.filter_grad` |

# %% tags=["hidden"]
made = nnx.eval_shape(lambda: NnxNet(nnx.Rngs(key)))
assert len(jax.tree.leaves(nnx.state(made, nnx.Param))) == len(jax.tree.leaves(params))
assert jax.tree.leaves(eqx.filter(equinox_net, eqx.is_inexact_array))
assert nnx.Variable(jnp.ones(2))[...].shape == (2,)
assert nnx.Rngs(dropout=0).dropout().shape == ()
assert isinstance(nnx_net.norm.mean, nnx.BatchStat)
assert nnx.grad(lambda norm: norm(wide[:, :8]).sum())(nnx_net.layer_norm)
assert eqx.filter_grad(lambda norm: norm(wide[0, :8]).sum())(equinox_net.layer_norm)

# %% [markdown]
# ## The time of a step
#
# The three do the same computation. But at each call `nnx.jit` and `eqx.filter_jit` also take their objects apart and put
# them together again, in Python. That time does not depend on the batch, so it shows most where a step is short, as here.
# In NNX you can do it once: split the objects, and compile a function of their arrays.

# %%
graph, arrays = nnx.split((nnx_net, nnx_optimizer))


@jax.jit
def split_step(arrays, batch):
    net, optimizer = nnx.merge(graph, arrays)
    loss = nnx_step(net, optimizer, batch)
    return nnx.state((net, optimizer)), loss


# %% tags=["varies"]
from snippets.timing import benchmark

steps = {
    "Haiku": (haiku_step, params, state, opt_state),
    "NNX, nnx.jit": (nnx_step, nnx_net, nnx_optimizer),
    "NNX, split": (split_step, arrays),
    "Equinox": (equinox_step, equinox_net, equinox_state, equinox_opt_state),
}
seconds = {
    name: benchmark(step, *inputs, batch, repeats=50)
    for name, (step, *inputs) in steps.items()
}
for name, one in seconds.items():
    print(f"{name:13} {one / seconds['Haiku']:5.2f}    ({1e3 * one:.2f} ms)")

# %% tags=["hidden"]
_, split_loss = split_step(arrays, batch)
assert jnp.isfinite(split_loss)

# %% [markdown]
# ## Wrap it instead
#
# A program in NNX can use a Haiku network as it is. `hk.experimental.flax.Module` turns a transformed function into a
# module of Linen, Flax's older interface, and `nnx.bridge.ToNNX` turns that into an NNX module. The paths stay Haiku's,
# so each entry is its own source. A call that changes Haiku's state must name `state` in `mutable`, or it fails with a
# `ModifyScopeVariableError`:


# %%
def wrap(net_fn):
    linen = hk.experimental.flax.Module(hk.transform_with_state(net_fn))
    net = nnx.bridge.ToNNX(linen)
    # Haiku draws from the stream `apply`, if it draws in the call.
    return nnx.bridge.lazy_init(net, images, True, rngs=nnx.Rngs(0, apply=1))


same = {path.replace("/", "."): path for path in haiku_shapes}
wrapped = port_to_nnx(nnx.eval_shape(partial(wrap, net_fn)), same, params, state)
difference = abs(wrapped(images, False) - want).max()
print("largest difference of outputs:", difference)

wrapped(images, True, mutable=["state"])
print("steps counted:", wrapped.norm["~"]["mean_ema"]["counter"][...])

# %% tags=["hidden"]
assert difference < 1e-5
assert wrapped.norm["~"]["mean_ema"]["counter"][...] == 201

# %% [markdown]
# A network with dropout draws in each call of training, so pass the keys to the call. (`ToNNX(linen, rngs=...)` would keep
# them in the module. Then do not use `nnx.eval_shape`: `port_to_nnx` fills variables, and refuses keys that are only shapes.)


# %%
def with_dropout(images, is_training):
    logits = net_fn(images, is_training)
    if is_training:
        logits = hk.dropout(hk.next_rng_key(), 0.5, logits)
    return logits


abstract = nnx.eval_shape(partial(wrap, with_dropout))
drawing = port_to_nnx(abstract, same, params, state)
difference = abs(drawing(images, False) - want).max()
print("largest difference of outputs:", difference)
keys = nnx.Rngs(apply=2)
for _ in range(2):
    logits = drawing(images, True, mutable=["state"], rngs=keys)
    print("share of zeros:", (logits == 0).mean())

# %% tags=["hidden"]
assert difference < 1e-5
again = drawing(images, True, mutable=["state"], rngs=keys)
assert ((logits == 0) != (again == 0)).any()  # another mask at each call
assert 0.3 < (logits == 0).mean() < 0.7
assert drawing.norm["~"]["mean_ema"]["counter"][...] == 203

# %% [markdown]
# ## When not to port
#
# If you only run a trained network, or reproduce a result, leave it in Haiku: `apply` is a pure function that any JAX
# program can call, and [old calls](old_code.py) are mostly replaced in minutes. If it is one part of a larger program, wrap
# it. Port what you will go on changing, and set up the test above before you change anything.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - A square matrix passes the checks of shapes, transposed or not; only the outputs differ. Test with a network whose
#   sizes differ, such as 6, 8 and 12 here.
# - A transposed convolution: the last axes of `w` in `hk.Conv2DTranspose` are (out, in), those of the kernel in
#   `nnx.ConvTranspose` are (in, out). Swap them. If both are equal, as in many decoders, this passes as well.
# - The outputs agree in evaluation and not in training, or the other way round. `BatchNorm` uses its averages in one and
#   the batch in the other. Compare both.
# - You compare steps of Adam, and two biases differ: that of the convolution, which `BatchNorm` subtracts again, and
#   that of the attention keys. Their gradients are zero apart from rounding errors, and Adam divides by their size. Compare
#   gradients, or a step of SGD.
# - Recurrent networks: all shapes of `hk.GRU` fit `nnx.GRUCell`, and the outputs are wrong. NNX applies the reset gate
#   after the matrix, so no order of the rows helps: write the cell yourself. `hk.LSTM` fits `nnx.OptimizedLSTMCell`:
#   split `w` into the rows for the input and those for the hidden vector, reorder the gates from i, g, f, o to
#   i, f, g, o, and add 1 to the bias of f.
# - An id beyond the table of an `Embed`: Haiku and Equinox read the last row, `nnx.Embed` returns `nan`. (A negative one
#   counts from the end in all three.)
# - The network flattens an image before a `Linear`. Haiku flattens (height, width, channels), Equinox (channels, height,
#   width), so the rows of the matrix need another order, not only a transpose.
# - `The module's random keys are abstract`: `port_to_nnx` refuses a module from `nnx.eval_shape` if it has dropout or
#   another layer that holds keys. Make it with `Net(nnx.Rngs(0))`.
# - `Array.__contains__`: the wrapper cannot hold a module that has a parameter and a submodule of the same name.
#
# More messages: [Error messages of JAX and Haiku, explained](errors.py).
#
# </div>

# %% tags=["hidden"]
# What the box says. A transposed square matrix is not refused:
square = {"linear": {"w": jnp.arange(4.0).reshape(2, 2)}}
taken = arrays_by_path({"weight": (2, 2)}, {"weight": "linear/w"}, square)
assert (taken["weight"] != square["linear"]["w"].T).any()
# The kernel of a transposed convolution, its two last axes swapped:
low = jax.random.normal(key, (2, 3, 4, 6))
upside = {
    "kernel": ("conv2_d_transpose/w", lambda w: w.swapaxes(-1, -2)),
    "bias": "conv2_d_transpose/b",
}
for size, stride, padding in ((3, 2, "SAME"), (4, 3, "VALID")):
    rest = {"padding": padding}
    grow = hk.transform(lambda x: hk.Conv2DTranspose(5, size, stride, **rest)(x))  # noqa: B023
    grown = grow.init(key, low)
    assert grown["conv2_d_transpose"]["w"].shape == (size, size, 5, 6)
    wider = nnx.ConvTranspose(
        6, 5, (size, size), strides=stride, rngs=nnx.Rngs(0), **rest
    )
    wider = port_to_nnx(wider, upside, grown)
    np.testing.assert_allclose(wider(low), grow.apply(grown, None, low), atol=1e-5)


def _message(call, *arguments):
    try:
        call(*arguments)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


# A large mean, with the fast variance and without:
far = 1000 + jax.random.normal(key, (5, 8))
level = hk.transform(lambda x: hk.LayerNorm(-1, True, True)(x))
leveled = level.apply(level.init(key, far), None, far)
for fast in (True, False):
    one = nnx.LayerNorm(8, epsilon=1e-5, use_fast_variance=fast, rngs=nnx.Rngs(0))
    assert (np.abs(one(far) - leveled).max() > 0.01) == fast
assert np.allclose(jax.vmap(eqx.nn.LayerNorm(8))(far), leveled, atol=1e-4)
# Recurrent cells:
sequence, width = jax.random.normal(key, (6, 1, 3)), 5  # (T, B, D)


def unrolled(cell):
    return lambda x: hk.dynamic_unroll(cell(width), x, cell(width).initial_state(1))[0]


def run_nnx(cell, rearranged):
    carry, hidden = cell.initialize_carry((1, 3), nnx.Rngs(0)), []
    cell = port_to_nnx(cell, *rearranged)
    for x in sequence:
        carry, h = cell(carry, x)
        hidden.append(h)
    return np.stack(hidden)


gru = hk.without_apply_rng(hk.transform(unrolled(hk.GRU)))
weights = gru.init(key, sequence)
plain = {
    "dense_i.kernel": "gru/w_i",
    "dense_i.bias": "gru/b",
    "dense_h.kernel": "gru/w_h",
}
ported = run_nnx(nnx.GRUCell(3, width, rngs=nnx.Rngs(0)), (plain, weights))
assert np.abs(ported - gru.apply(weights, sequence)).max() > 0.1

lstm = hk.without_apply_rng(hk.transform(unrolled(hk.LSTM)))
weights = lstm.init(key, sequence)
(lstm_name,) = (name for name in weights if name.endswith("linear"))


def gates(array):
    i, g, f, o = jnp.split(array, 4, axis=-1)
    return jnp.concatenate([i, f, g, o], axis=-1)


one_more = jnp.repeat(jnp.array([0.0, 1.0, 0.0, 0.0]), width)
recipe = {
    "dense_i.kernel": (f"{lstm_name}/w", lambda w: gates(w[:3])),
    "dense_h.kernel": (f"{lstm_name}/w", lambda w: gates(w[3:])),
    "dense_h.bias": (f"{lstm_name}/b", lambda b: gates(b) + one_more),
}
ported = run_nnx(nnx.OptimizedLSTMCell(3, width, rngs=nnx.Rngs(0)), (recipe, weights))
assert np.abs(ported - lstm.apply(weights, sequence)).max() < 1e-6
# An id beyond the table:
rows = jnp.arange(8.0).reshape(4, 2)
beyond = jnp.array([99])
looked_up = hk.transform(lambda i: hk.Embed(embedding_matrix=rows)(i))
assert (looked_up.apply(looked_up.init(None, beyond), None, beyond) == rows[3]).all()
assert (eqx.nn.Embedding(weight=rows)(99) == rows[3]).all()
assert np.isnan(nnx.Embed(4, 2, rngs=nnx.Rngs(0))(beyond)).all()
for embed in (
    lambda i: looked_up.apply({"embed": {"embeddings": rows}}, None, i),
    lambda i: jax.vmap(eqx.nn.Embedding(weight=rows))(i),
    port_to_nnx(
        nnx.Embed(4, 2, rngs=nnx.Rngs(0)), {"embedding": "e/w"}, {"e": {"w": rows}}
    ),
):
    assert (embed(jnp.array([-1, -4])) == rows[jnp.array([3, 0])]).all()
# A wrapped network in training mode, without `mutable`, and one that draws:
assert "ModifyScopeVariableError" in _message(wrapped, images, True)
assert "MissingRNGError" in _message(partial(drawing, mutable=["state"]), images, True)


def dropped(x):
    return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(2)(x))


def wrap_with_keys(rngs):
    bridge = nnx.bridge.ToNNX(hk.experimental.flax.Module(hk.transform(dropped)), rngs)
    return nnx.bridge.lazy_init(bridge, jnp.ones((1, 3)))


def port_dropped(make):
    entries = {"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}
    sources = {f"linear.{name}": f"linear/{name}" for name in "wb"}
    return port_to_nnx(make(), sources, entries)


both = partial(wrap_with_keys, nnx.Rngs(0, apply=1))
assert "MissingRNGError" in _message(wrap_with_keys, nnx.Rngs(0))
assert "keys are abstract" in _message(
    port_dropped, lambda: nnx.eval_shape(lambda: wrap_with_keys(nnx.Rngs(0, apply=1)))
)
assert "TraceContextError" in _message(lambda: nnx.eval_shape(both))
assert port_dropped(both)(jnp.ones((1, 3))).shape == (1, 2)


class Clash(hk.Module):
    def __call__(self, x):
        return hk.get_parameter("b", (), init=jnp.ones) * hk.Linear(2, name="b")(x)


clash = hk.experimental.flax.Module(hk.transform(lambda x: Clash()(x)))
lazy = partial(nnx.bridge.lazy_init, nnx.bridge.ToNNX(clash), rngs=nnx.Rngs(0))
assert "Array.__contains__" in _message(lazy, jnp.ones((2, 3)))
# A flattened image: the rows of the matrix in the other order.
pixels = np.arange(24.0).reshape(2, 3, 4)  # height, width, channels
rows = np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel()
matrix = np.linspace(-1, 1, 48).reshape(24, 2)
flattened = pixels.transpose(2, 0, 1).ravel()
np.testing.assert_allclose(flattened @ matrix[rows], pixels.ravel() @ matrix)
assert np.abs(flattened @ matrix - pixels.ravel() @ matrix).max() > 1
# Two gradients are zero but for rounding, and Adam takes its whole step all the same:
for module in ("conv", "attend/key"):
    moved = {n: np.subtract(new_params[module][n], params[module][n]) for n in "wb"}
    assert np.abs(moved["b"]).max() < 1e-7
    assert np.abs(moved["w"]).max() > 1e-5
adam = optax.adam(1e-3)
tiny = jnp.float32(1e-7)
assert adam.update(tiny, adam.init(tiny))[0] < -0.9e-3


class WithDropout(nnx.Module):
    def __init__(self, rngs):
        self.dropout = nnx.Dropout(0.5, rngs=rngs)


assert "random keys are abstract" in _message(
    lambda: port_to_nnx(nnx.eval_shape(lambda: WithDropout(nnx.Rngs(0))), {}, {})
)

# %% [markdown]
# ## What you learned
#
# - Write the network as a class, name a source for each path, and list which entries stay behind.
# - Test the outputs, then the loss, the parameters and the state after one training step.
# - Names, layouts and defaults differ, and the two tables list them. So do `BatchNorm`'s averages, the batch in Equinox,
#   and where keys come from.
#
# Next: [The original practical, cell by cell](../further/original.py).
