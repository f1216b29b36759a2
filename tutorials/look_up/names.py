# %% [markdown]
# # Haiku by frequency
#
# This page lists the names of Haiku that public Python files use. They are grouped by purpose, the most used first,
# each with a cell that runs it and a link to the page that teaches it, if one does.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - look up each name, keyword argument and base class of Haiku that you meet in these files, and see what it does;
# - tell the names that many files use from those that only one file uses;
# - find the page that teaches the name, if one does.
#
# You need: [`hk.transform`](../haiku/transform.py).
#
# </div>

# %% [markdown]
# ## How each name is run
#
# Most cells use `run`, which calls the function with tracers, so that it prints shapes and computes no outputs. In a
# printed tree, a name that ends in `~` is the entry of what code outside any module and name scope asked for; inside
# a name, `~` stands for the [constructor that made the
# module](../haiku/modules.py#scopes-the-name-says-where-a-module-was-made).

# %%
import dataclasses
import functools

import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import matplotlib.pyplot as plt
import numpy as np

key = jax.random.key(0)
x = jnp.ones((2, 3))  # (batch, features)
series = jnp.ones((2, 16, 3))  # (batch, time, channels)
image = jnp.ones((1, 8, 8, 1))  # (batch, height, width, channels)


def run(f, *inputs):
    """Trace `init` and `apply` of a function as `jax.jit` does, and print the shapes."""
    net = hk.transform_with_state(f)
    params, state = jax.eval_shape(net.init, key, *inputs)
    out, _ = jax.eval_shape(net.apply, params, state, key, *inputs)
    for title, tree in {"params": params, "state": state, "output": out}.items():
        if tree:
            print(title, jax.tree.map(lambda leaf: leaf.shape, tree))


def drawn(init):
    """Print what an initialiser makes."""
    print(hk.transform(lambda: init((2, 2), jnp.float32)).apply({}, key))


# %% [markdown]
# ## What was counted
#
# We counted the examples of dm-haiku, and research code such as alphafold, graphcast, deepmind-research, acme and coax.
# Each file counts once per `hk` name, keyword argument and base class that appears in its syntax tree; comments and
# docstrings do not count. An entry says how many files use the name and with which keyword arguments, in how many files
# it is the base of a class, and which page teaches it. Its cell runs the name with these keyword arguments, unless
# another cell of the course does. [Modules](../haiku/modules.py) and other pages teach how a file is put together.

# %% tags=["plot"] alt="Bars for the twenty most used names: hk.Linear in a third of files, then hk.transform, hk.Sequential, hk.Module."
# Caption: A few names do most of the work: learn these first.
# Of each repository the number of files that use Haiku, and the commit.
REPOSITORIES = {
    "coax-dev/coax": (86, "cf855957b4d7"),
    "google-deepmind/acme": (41, "770bc75e948c"),
    "google-deepmind/alphafold": (12, "c77e5d2a8961"),
    "google-deepmind/bsuite": (5, "effafc0162dd"),
    "google-deepmind/deepmind-research": (69, "f5de0ede8430"),
    "google-deepmind/distrax": (11, "f51bffcf9094"),
    "google-deepmind/dm-haiku": (12, "f4d858a5cbb2"),
    "google-deepmind/dqn_zoo": (9, "45061f4bbbcf"),
    "google-deepmind/emergent_in_context_learning": (6, "eba75a4208b8"),
    "google-deepmind/enn": (53, "da8ec7612d0d"),
    "google-deepmind/functa": (4, "667f3a0c4ad5"),
    "google-deepmind/graphcast": (18, "9c034db1ff41"),
    "google-deepmind/jraph": (8, "51f5990104f7"),
    "google-deepmind/language_modeling_is_compression": (3, "b5c8f8a63349"),
    "google-deepmind/neural_networks_chomsky_hierarchy": (11, "2b8eb4bee872"),
    "google-deepmind/randomized_positional_encodings": (7, "e8c64749d8ca"),
    "google/jax-cfd": (13, "a1b5b51e982d"),
    "kingoflolz/mesh-transformer-jax": (3, "f8315e300303"),
    "lucidrains/mlp-gpt-jax": (2, "571ccf0bcc72"),
    "lucidrains/progen": (3, "3054b2973ce2"),
}
# Of each name the number of files and of repositories that use it.
COUNTS = {
    "hk.Linear": (128, 19),
    "hk.transform": (92, 18),
    "hk.Sequential": (92, 13),
    "hk.Module": (89, 16),
    "hk.PRNGSequence": (84, 15),
    "hk.without_apply_rng": (79, 12),
    "hk.Params": (77, 12),
    "hk.Flatten": (67, 11),
    "hk.next_rng_key": (49, 13),
    "hk.nets.MLP": (49, 11),
    "hk.transform_with_state": (36, 6),
    "hk.State": (35, 4),
    "hk.get_parameter": (34, 14),
    "hk.Conv2D": (32, 8),
    "hk.dropout": (31, 10),
    "hk.LayerNorm": (24, 14),
    "hk.BatchNorm": (21, 5),
    "hk.initializers.TruncatedNormal": (19, 11),
    "hk.initializers.VarianceScaling": (17, 7),
    "hk.Transformed": (15, 7),
    "hk.Reshape": (15, 3),
    "hk.initializers.Constant": (14, 8),
    "hk.initializers.Initializer": (14, 5),
    "hk.initializers.RandomNormal": (13, 6),
    "hk.RNNCore": (12, 4),
    "hk.remat": (11, 5),
    "hk.data_structures.to_immutable_dict": (11, 2),
    "hk.LSTM": (10, 7),
    "hk.max_pool": (10, 4),
    "hk.Embed": (9, 8),
    "hk.LSTMState": (9, 2),
    "hk.dynamic_unroll": (8, 5),
    "hk.get_state": (8, 5),
    "hk.transparent": (8, 3),
    "hk.to_module": (8, 2),
    "hk.BatchApply": (7, 5),
    "hk.set_state": (7, 5),
    "hk.data_structures.partition": (7, 4),
    "hk.one_hot": (7, 2),
    "hk.VanillaRNN": (6, 3),
    "hk.data_structures.merge": (6, 3),
    "hk.scan": (6, 3),
    "hk.initializers.RandomUniform": (5, 5),
    "hk.data_structures.tree_size": (5, 3),
    "hk.running_init": (5, 2),
    "hk.DeepRNN": (4, 4),
    "hk.MaxPool": (4, 3),
    "hk.Conv1D": (4, 2),
    "hk.GRU": (4, 2),
    "hk.SupportsCall": (4, 1),
    "hk.name_like": (4, 1),
    "hk.data_structures.to_mutable_dict": (3, 3),
    "hk.fori_loop": (3, 3),
    "hk.vmap": (3, 3),
    "hk.avg_pool": (3, 2),
    "hk.next_rng_keys": (3, 2),
    "hk.Bias": (2, 2),
    "hk.Conv2DTranspose": (2, 2),
    "hk.Conv3D": (2, 2),
    "hk.Conv3DTranspose": (2, 2),
    "hk.EmbedLookupStyle.ARRAY_INDEX": (2, 2),
    "hk.MultiHeadAttention": (2, 2),
    "hk.TransformedWithState": (2, 2),
    "hk.custom_creator": (2, 2),
    "hk.custom_getter": (2, 2),
    "hk.experimental.custom_creator": (2, 2),
    "hk.experimental.custom_getter": (2, 2),
    "hk.experimental.name_scope": (2, 2),
    "hk.mixed_precision.set_policy": (2, 2),
    "hk.static_unroll": (2, 2),
    "hk.Conv2DLSTM": (2, 1),
    "hk.IdentityCore": (2, 1),
    "hk.eval_shape": (2, 1),
    "hk.multinomial": (2, 1),
    "hk.while_loop": (2, 1),
    "hk.AvgPool": (1, 1),
    "hk.Conv1DTranspose": (1, 1),
    "hk.GroupNorm": (1, 1),
    "hk.RMSNorm": (1, 1),
    "hk.ResetCore": (1, 1),
    "hk.custom_setter": (1, 1),
    "hk.data_structures.filter": (1, 1),
    "hk.data_structures.map": (1, 1),
    "hk.data_structures.to_haiku_dict": (1, 1),
    "hk.data_structures.traverse": (1, 1),
    "hk.data_structures.tree_bytes": (1, 1),
    "hk.experimental.ParamContext": (1, 1),
    "hk.experimental.name_like": (1, 1),
    "hk.experimental.optimize_rng_use": (1, 1),
    "hk.experimental.tabulate": (1, 1),
    "hk.initializers": (1, 1),
    "hk.initializers.Identity": (1, 1),
    "hk.initializers.UniformScaling": (1, 1),
    "hk.maybe_next_rng_key": (1, 1),
    "hk.multi_transform": (1, 1),
    "hk.nets.ResNet.BlockGroup": (1, 1),
    "hk.nets.ResNet50": (1, 1),
    "hk.testing.transform_and_run": (1, 1),
    "hk.with_rng": (1, 1),
}

most = list(COUNTS.items())[:20][::-1]
fig, ax = plt.subplots(figsize=(5.6, 5.2), layout="constrained")
bars = ax.barh(range(20), [files for _, (files, _) in most], color="C0")
ax.bar_label(bars, [name for name, _ in most], padding=4)
total = sum(files for files, _ in REPOSITORIES.values())
ax.set(xlabel=f"files that use it, of {total}", xlim=(0, 160), yticks=[])
ax.grid(visible=False)
plt.show()

# %% [markdown]
# The {{ total }} files are from {{ len(REPOSITORIES) }} repositories, listed with their commits in the folded code of the
# figure. Of the {{ len(COUNTS) }} names a few do most of the work: {{ sum(files >= 20 for files, _ in COUNTS.values()) }} appear in
# twenty or more files, {{ sum(files == 1 for files, _ in COUNTS.values()) }} in only one.

# %% tags=["hidden"]
assert list(COUNTS)[:4] == ["hk.Linear", "hk.transform", "hk.Sequential", "hk.Module"]
assert 0.3 < COUNTS["hk.Linear"][0] / total < 0.37

# %% [markdown]
# ## Transforms and their types
#
# From a function that makes modules to pure functions.
#
# ### `hk.transform`
#
# 92 files, 18 repositories. Keywords: `apply_rng` 3. Taught in [`hk.transform`: from module to pure
# function](../haiku/transform.py).
#
# Turns a function that uses modules into two, `init` and `apply`. They are pure if the rest of your function is, and
# if it calls Haiku outside `jax.*` transformations. Here their arguments are passed by name, too.

# %%
net = hk.transform(lambda x: hk.Linear(2)(x))
params = net.init(rng=key, x=x)
print(net.apply(params, None, x).shape, net.apply(params=params, rng=None, x=x).shape)

# %% [markdown]
# ### `hk.without_apply_rng`
#
# 79 files, 12 repositories. Taught in [`hk.transform`: from module to pure function](../haiku/transform.py).
#
# Removes the key from `apply`, for networks that draw no random numbers there.

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
print(net.apply(net.init(key, x), x).shape)

# %% [markdown]
# ### `hk.Params`
#
# 77 files, 12 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# The type of parameters, for annotations: a mapping from module name to a mapping from parameter name to array.

# %%
params: hk.Params = {"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}
print(hk.transform(lambda x: hk.Linear(2)(x)).apply(params, None, x)[0])

# %% [markdown]
# None of the files uses `hk.MutableParams`, the same type for dictionaries that you change, or `hk.MutableState`, its
# counterpart for state.

# %%
changed: hk.MutableParams = hk.data_structures.to_haiku_dict(params)
changed["linear"]["b"] = jnp.ones(2)
print(params["linear"]["b"], changed["linear"]["b"])

# %% [markdown]
# ### `hk.transform_with_state`
#
# 36 files, 6 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# `hk.transform` for networks with state: `init` returns parameters and state, `apply` returns the output and the new
# state.


# %%
def counting(x):
    count = hk.get_state("count", (), init=jnp.zeros)
    hk.set_state("count", count + 1)
    return x


net = hk.transform_with_state(counting)
params, state = net.init(key, x)
out, state = net.apply(params, state, None, x)
print(state)

# %% [markdown]
# ### `hk.State`
#
# 35 files, 4 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# The type of state, which has the same form.

# %%
state: hk.State = {"~": {"count": jnp.zeros(())}}
print(hk.transform_with_state(counting).apply({}, state, None, x)[1])

# %% [markdown]
# ### `hk.Transformed`
#
# 15 files, 7 repositories. Taught in [`hk.transform`: from module to pure function](../haiku/transform.py).
#
# The named tuple that `hk.transform` returns. Code that wraps a network makes one of its own:

# %%
print(hk.Transformed._fields, isinstance(hk.transform(lambda x: x), hk.Transformed))
inner = hk.transform(lambda x: hk.Linear(2)(x))
twice = hk.Transformed(
    init=inner.init,
    apply=lambda params, rng, x: 2 * inner.apply(params, rng, x),
)
print(twice.apply(twice.init(key, x), None, x).shape)

# %% [markdown]
# ### `hk.TransformedWithState`
#
# 2 files, 2 repositories.
#
# The named tuple that `hk.transform_with_state` returns.

# %%
print(isinstance(hk.transform_with_state(counting), hk.TransformedWithState))

# %% [markdown]
# ### `hk.multi_transform`
#
# 1 file, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Transforms several functions that share modules: one `init`, and for each an `apply`, in a tuple or another tree.


# %%
def autoencoder():
    encoder, decoder = hk.Linear(2, name="encoder"), hk.Linear(3, name="decoder")

    def both(x):
        return decoder(encoder(x))

    return both, (encoder, decoder)


net = hk.multi_transform(autoencoder)
encode, decode = net.apply
params = net.init(key, x)
print(decode(params, None, encode(params, None, x)).shape)

# %% [markdown]
# ### `hk.testing.transform_and_run`
#
# 1 file, 1 repository.
#
# A decorator for tests: transforms the function, and runs its `init` and its `apply`.


# %%
@hk.testing.transform_and_run
def test_shape():
    assert hk.Linear(2)(x).shape == (2, 2)
    return "passed"


print(test_shape())

# %% [markdown]
# ## Modules, parameters and names
#
# These appear in the classes that make up a network.
#
# ### `hk.Module`
#
# 89 files, 16 repositories; a base class in 88. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# The base class of layers and networks. Call its constructor first, and pass the name on.


# %%
class Net(hk.Module):
    def __init__(self, width, name=None):
        super().__init__(name=name)
        self.width = width

    def __call__(self, x):
        return hk.Linear(self.width)(x)


run(lambda x: Net(4)(x), x)

# %% [markdown]
# ### `hk.get_parameter`
#
# 34 files, 14 repositories. Keywords: `init` 34, `shape` 13, `dtype` 5, `name` 2. Taught in [Modules, names and shared
# parameters](../haiku/modules.py).
#
# Makes a parameter of the current module at `init`, and looks it up at `apply`. `init` is a function of shape and
# dtype, by default float32.

# %%
run(
    lambda x: (
        x * hk.get_parameter(name="scale", shape=(3,), dtype=jnp.float32, init=jnp.ones)
    ),
    x,
)

# %% [markdown]
# ### `hk.transparent`
#
# 8 files, 3 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# A decorator for a method: the modules made in it have names as if the caller had made them.


# %%
class Plain(hk.Module):
    @hk.transparent
    def __call__(self, x):
        return hk.Linear(2)(x)


run(lambda x: Plain()(x), x)

# %% [markdown]
# ### `hk.to_module`
#
# 8 files, 2 repositories.
#
# Makes a class of modules out of a function. Here its parameters are filed under `block`, the name of the instance.


# %%
def net(x):
    Block = hk.to_module(lambda x: hk.Linear(2)(x))
    return Block(name="block")(x)


run(net, x)

# %% [markdown]
# ### `hk.running_init`
#
# 5 files, 2 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# Whether `init` is running, as opposed to `apply`.


# %%
def told(x):
    print("init" if hk.running_init() else "apply")
    return x


run(told, x)

# %% [markdown]
# ### `hk.name_like`
#
# 4 files, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# A decorator for a method: each call names its modules as a fresh call of the other method would.


# %%
class Two(hk.Module):
    def __call__(self, x):
        return self.encode(x)

    @hk.name_like("__call__")
    def encode(self, x):
        return hk.Linear(2)(x)


run(lambda x: Two().encode(x), x)

# %% [markdown]
# ### `hk.SupportsCall`
#
# 4 files, 1 repository.
#
# The type of anything that can be called like a module, for annotations.


# %%
def twice(layer: hk.SupportsCall, x):
    return layer(layer(x))


run(lambda x: twice(hk.Linear(3), x), x)

# %% [markdown]
# ### `hk.experimental.name_scope`
#
# 2 files, 2 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Puts the modules that are made directly in the block under a name. It is also called `hk.name_scope`.


# %%
def scoped(x):
    with hk.experimental.name_scope("decoder"):
        return hk.Linear(2)(x)


run(scoped, x)

# %% [markdown]
# ### `hk.custom_creator`
#
# 2 files, 2 repositories. Keywords: `state` 1. Taught in [Look inside, change from
# outside](../networks/look_inside.py).
#
# Changes how parameters are made within a block, at `init`. Here all of them start at 1. With `state=True` it also
# sees the state that `hk.get_state` makes, at `init` or in `apply`.


# %%
def ones(next_creator, shape, dtype, init, context):
    return next_creator(shape, dtype, jnp.ones)


def created(x):
    with hk.custom_creator(ones, params=True, state=False):
        return hk.Linear(2)(x)


print(hk.transform(created).init(key, x)["linear"]["b"])

# %% [markdown]
# ### `hk.custom_getter`
#
# 2 files, 2 repositories. Keywords: `state` 1. Taught in [Look inside, change from
# outside](../networks/look_inside.py).
#
# Changes what modules see of their parameters within a block. Here they see half. `params` and `state` say what it
# sees.


# %%
def half(next_getter, value, context):
    return next_getter(value / 2)


def halved(x):
    with hk.custom_getter(half, params=True, state=False):
        return x * hk.get_parameter("scale", (3,), init=jnp.ones)


print(hk.transform(halved).apply({"~": {"scale": jnp.ones(3)}}, None, x)[0])

# %% [markdown]
# ### `hk.experimental.custom_creator`
#
# 2 files, 2 repositories. Taught in [Look inside, change from outside](../networks/look_inside.py).
#
# The older name of `hk.custom_creator`.

# %%
print(hk.experimental.custom_creator is hk.custom_creator)

# %% [markdown]
# ### `hk.experimental.custom_getter`
#
# 2 files, 2 repositories. Taught in [Look inside, change from outside](../networks/look_inside.py).
#
# The older name of `hk.custom_getter`.

# %%
print(hk.experimental.custom_getter is hk.custom_getter)

# %% [markdown]
# ### `hk.experimental.name_like`
#
# 1 file, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# The older name of `hk.name_like`.

# %%
print(hk.experimental.name_like is hk.name_like)

# %% [markdown]
# ### `hk.custom_setter`
#
# 1 file, 1 repository. Taught in [Look inside, change from outside](../networks/look_inside.py).
#
# Changes what is stored when modules set state.


# %%
def never_below_zero(next_setter, value, context):
    return next_setter(jnp.maximum(value, 0))


def falling(x):
    with hk.custom_setter(never_below_zero):
        hk.set_state("level", x.sum() - 100)
    return x


print(hk.transform_with_state(falling).apply({}, {}, None, x)[1])

# %% [markdown]
# ### `hk.experimental.tabulate`
#
# 1 file, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Makes a function that returns a table of the modules, their parameters and output shapes.

# %%
table = hk.experimental.tabulate(lambda x: hk.nets.MLP([4, 1])(x))(x)
print("\n".join(line[:70] for line in table.splitlines()[:6]))

# %% [markdown]
# ### `hk.experimental.ParamContext`
#
# 1 file, 1 repository.
#
# The type of `context` in a creator or getter: the module, the name, and the shape and dtype that the module asked
# for.


# %%
def told(next_getter, value, context: hk.experimental.ParamContext):
    print(context.full_name, context.original_shape, context.original_dtype)
    return next_getter(value)


def asked(x):
    with hk.custom_getter(told):
        return hk.Linear(2)(x)


run(asked, x)

# %% [markdown]
# None of the files uses `hk.experimental.current_name`, the name of the scope in which the code runs.


# %%
def named(x):
    with hk.name_scope("block"):
        print(hk.experimental.current_name())
    return x


run(named, x)

# %% [markdown]
# ## Layers
#
# The classes that networks are made of. Some keyword arguments mean the same in most: `name` is the name of the layer
# in the tree. `w_init` and `b_init`, `scale_init` and `offset_init` are [initialisers](#initialisers) of these
# parameters; `with_bias`, `create_scale` and `create_offset` say whether there is a bias, a scale or a shift. `eps`
# keeps a norm from dividing by zero. `data_format` says where the channels are, last unless you say otherwise;
# channels first changes the shapes of biases, scales and offsets, but not of `w`.
#
# ### `hk.Linear`
#
# 128 files, 19 repositories; a base class in 1. Keywords: `w_init` 67, `with_bias` 27, `name` 23, `output_size` 13,
# `b_init` 8. Taught in [`hk.transform`: from module to pure function](../haiku/transform.py).
#
# A fully connected layer: `x @ w + b`. The second argument is `with_bias`, not a size. By default, the
# bias starts at 0.

# %%
small = hk.initializers.TruncatedNormal(stddev=0.01)
run(
    lambda x: hk.Linear(
        output_size=4, with_bias=True, w_init=small, b_init=jnp.zeros, name="head"
    )(x),
    x,
)

# %% [markdown]
# ### `hk.Sequential`
#
# 92 files, 13 repositories. Keywords: `name` 1. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Calls a list of modules and functions one after the other. Its `name` is not in the paths of layers that you made
# outside it. But a layer that a lambda in the list makes is inside, as in `head/linear`.


# %%
def chained(x):
    layers = [hk.Linear(4), jax.nn.relu, hk.Linear(1)]
    return hk.Sequential(layers=layers, name="head")(x)


run(chained, x)

# %% [markdown]
# ### `hk.Flatten`
#
# 67 files, 11 repositories. Keywords: `preserve_dims` 5. Taught in [Convolutions: shapes, padding,
# strides](../haiku/convolutions.py).
#
# Joins all axes but the first, or but the first `preserve_dims`.

# %%
run(lambda x: hk.Flatten(preserve_dims=1)(x), image)

# %% [markdown]
# ### `hk.nets.MLP`
#
# 49 files, 11 repositories. Keywords: `activation` 12, `w_init` 11, `activate_final` 9, `name` 5, `output_sizes` 5,
# `b_init` 4. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Linear layers with an activation between them, by default ReLU, and none at the end unless you say
# `activate_final=True`. All layers get the same `w_init` and `b_init`.

# %%
run(
    lambda x: hk.nets.MLP(
        output_sizes=[4, 1],
        w_init=small,
        b_init=jnp.zeros,
        with_bias=True,
        activation=jax.nn.tanh,
        activate_final=True,
        name="torso",
    )(x),
    x,
)

# %% [markdown]
# ### `hk.Conv2D`
#
# 32 files, 8 repositories; a base class in 1. Keywords: `kernel_shape` 24, `stride` 22, `output_channels` 13,
# `name` 12, `padding` 12, `with_bias` 8, `w_init` 3, `b_init` 2, `data_format` 1. Taught in [Modules, names and shared
# parameters](../haiku/modules.py).
#
# A convolution over height and width. `stride` is the step of the kernel, and `rate` is the distance between its
# entries. `"SAME"` pads the border with zeros; `"VALID"` pads nothing. With `feature_group_count` each group of
# channels has kernels of its own.

# %%
run(
    lambda x: hk.Conv2D(
        output_channels=8,
        kernel_shape=3,
        stride=2,
        rate=1,
        padding="SAME",
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        data_format="NHWC",
        feature_group_count=1,
        name="stem",
    )(x),
    image,
)

# %% [markdown]
# ### `hk.dropout`
#
# 31 files, 10 repositories. Keywords: `rate` 1, `rng` 1, `x` 1. Taught in [State and randomness in a
# network](../haiku/state.py).
#
# A function, not a layer: multiplies each entry by 0 with the given probability, and scales the rest.

# %%
print(hk.dropout(rng=key, rate=0.5, x=jnp.ones(8)))

# %% [markdown]
# ### `hk.LayerNorm`
#
# 24 files, 14 repositories; a base class in 2. Keywords: `create_offset` 21, `create_scale` 21, `axis` 20, `name` 7,
# `eps` 2. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Normalises over the axes that you name, mostly the last one. `create_scale` and `create_offset` add a trained scale
# and shift, along `param_axis`; `eps` is added to the variance.

# %%
run(
    lambda x: hk.LayerNorm(
        axis=-1,
        create_scale=True,
        create_offset=True,
        eps=1e-5,
        scale_init=jnp.ones,
        offset_init=jnp.zeros,
        use_fast_variance=False,
        name="norm",
        param_axis=-1,
    )(x),
    x,
)

# %% [markdown]
# ### `hk.BatchNorm`
#
# 21 files, 5 repositories; a base class in 1. Keywords: `name` 7, `create_offset` 5, `create_scale` 5, `decay_rate` 5,
# `cross_replica_axis` 1, `scale_init` 1. Taught in [State and randomness in a network](../haiku/state.py).
#
# By default, normalises each channel over all other axes, and keeps running averages of mean and variance as state
# for evaluation. `decay_rate` is the share of the old value that the averages keep in each step, once there have been
# many steps.

# %%
run(
    lambda x: hk.BatchNorm(
        create_scale=True,
        create_offset=True,
        decay_rate=0.9,
        eps=1e-5,
        scale_init=jnp.ones,
        offset_init=jnp.zeros,
        axis=None,
        data_format="channels_last",
        name="norm",
    )(x, is_training=True),
    x,
)

# %% [markdown]
# In a `jax.vmap`, `jax.pmap` or `jax.shard_map` over the batch, the layer sees one part of it. `cross_replica_axis`
# names the axis over which mean and variance are taken; without it, each part is normalised by its own, so that a
# part of zeros and a part of tens both become zeros. (Under `jit`, a batch cut over devices stays one batch.)


# %%
def normalised(axis, x):
    norm = hk.BatchNorm(False, False, 0.9, cross_replica_axis=axis, name="norm")
    return norm(x, is_training=True, test_local_stats=False)


def on_devices(axis, parts):
    net = hk.transform_with_state(functools.partial(normalised, axis))

    def device(part):
        params, state = net.init(None, part)
        return net.apply(params, state, None, part)[0]

    return jax.vmap(device, axis_name="devices")(parts)


parts = jnp.array([[0.0, 0.0], [10.0, 10.0]])[..., None]  # (device, batch, features)
print(on_devices(None, parts)[..., 0])
print(on_devices("devices", parts)[..., 0])

# %% [markdown]
# ### `hk.Reshape`
#
# 15 files, 3 repositories. Keywords: `preserve_dims` 3.
#
# Reshapes the axes behind the first, or the first `preserve_dims`, if there are any; -1 means the size left.

# %%
run(lambda x: hk.Reshape(output_shape=(4, -1), preserve_dims=1)(x), image)

# %% [markdown]
# ### `hk.max_pool`
#
# 10 files, 4 repositories. Keywords: `padding` 10, `strides` 10, `window_shape` 10. Taught in [Modules, names and
# shared parameters](../haiku/modules.py).
#
# The maximum over windows; the sizes are for the last axes, axes before them count as batch. A single number applies to
# all axes except the first and `channel_axis`.

# %%
pooled = hk.max_pool(
    value=image,
    window_shape=(1, 2, 2, 1),
    strides=(1, 2, 2, 1),
    padding="VALID",
    channel_axis=-1,
)
print(pooled.shape)

# %% [markdown]
# ### `hk.Embed`
#
# 9 files, 8 repositories. Keywords: `embed_dim` 5, `vocab_size` 4, `w_init` 4, `lookup_style` 2, `embedding_matrix` 1,
# `name` 1. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# A table of vectors, looked up by integers. `embedding_matrix` gives its first values, instead of the two sizes.

# %%
run(
    lambda i: hk.Embed(vocab_size=10, embed_dim=4, w_init=small, name="tokens")(i),
    jnp.array([1, 7]),
)
table = jnp.arange(6.0).reshape(3, 2)
run(lambda i: hk.Embed(embedding_matrix=table)(i), jnp.array([1, 2]))

# %% [markdown]
# ### `hk.BatchApply`
#
# 7 files, 5 repositories. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# Merges the leading axes, such as time and batch, for a layer that expects one; `num_dims` says how many.

# %%
run(lambda x: hk.BatchApply(f=hk.Linear(2), num_dims=2)(x), jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.one_hot`
#
# 7 files, 2 repositories.
#
# Rows of the identity matrix, and zeros for an `int32` out of range, as from `jax.nn.one_hot`.

# %%
print(hk.one_hot(x=jnp.array([0, 2]), num_classes=3, dtype=jnp.int32))

# %% [markdown]
# ### `hk.Conv1D`
#
# 4 files, 2 repositories. Keywords: `kernel_shape` 2, `output_channels` 2, `w_init` 2, `with_bias` 2, `name` 1. Taught
# in [Convolutions: shapes, padding, strides](../haiku/convolutions.py).
#
# A convolution over time, with the keywords of `hk.Conv2D`. `hk.pad.causal` pads the start only, so that no output
# depends on later inputs.

# %%
run(
    lambda x: hk.Conv1D(
        output_channels=8,
        kernel_shape=3,
        stride=1,
        rate=2,
        padding=hk.pad.causal,
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        data_format="NWC",
        feature_group_count=1,
        name="mix",
    )(x),
    series,
)

# %% [markdown]
# ### `hk.MaxPool`
#
# 4 files, 3 repositories; a base class in 1. Keywords: `padding` 4, `strides` 4, `window_shape` 4, `name` 2. Taught in
# [Read real code](../porting/real_code.py).
#
# `hk.max_pool` as a module.

# %%
run(
    lambda x: hk.MaxPool(
        window_shape=2, strides=2, padding="VALID", channel_axis=-1, name="pool"
    )(x),
    image,
)

# %% [markdown]
# ### `hk.avg_pool`
#
# 3 files, 2 repositories. Keywords: `padding` 3, `strides` 3, `window_shape` 3. Taught in [Look inside, change from
# outside](../networks/look_inside.py).
#
# The mean over windows; with padding it counts only the entries that are there.

# %%
pooled = hk.avg_pool(
    value=image, window_shape=2, strides=2, padding="VALID", channel_axis=-1
)
print(pooled.shape)

# %% [markdown]
# ### `hk.MultiHeadAttention`
#
# 2 files, 2 repositories. Keywords: `key_size` 2, `model_size` 2, `num_heads` 2, `name` 1, `w_init` 1,
# `w_init_scale` 1. Taught in [A small transformer, written the way research code is](../networks/transformer.py).
#
# Attention of queries to keys and values with several heads. The width is heads times key size, unless `model_size`
# gives another one; `mask` is true where a query may look.

# %%
attention = {
    "query": jnp.ones((2, 16, 3)),
    "key": jnp.ones((2, 5, 3)),
    "value": jnp.ones((2, 5, 3)),
    "mask": jnp.ones((2, 1, 16, 5), bool),  # (batch, head, query, key)
}
run(
    lambda inputs: hk.MultiHeadAttention(
        num_heads=2,
        key_size=4,
        w_init=hk.initializers.VarianceScaling(1.0),
        with_bias=True,
        b_init=jnp.zeros,
        value_size=4,
        model_size=5,
        name="attention",
    )(**inputs),
    attention,
)

# %% [markdown]
# Older code gives `w_init_scale`, the scale of a `VarianceScaling`, which Haiku has deprecated.

# %%
run(
    lambda x: hk.MultiHeadAttention(num_heads=2, key_size=4, w_init_scale=1.0)(x, x, x),
    series,
)

# %% [markdown]
# ### `hk.Conv3D`
#
# 2 files, 2 repositories. Keywords: `kernel_shape` 1, `output_channels` 1, `padding` 1, `stride` 1, `with_bias` 1.
#
# A convolution over three axes, as in a video.

# %%
run(
    lambda x: hk.Conv3D(
        output_channels=8,
        kernel_shape=3,
        stride=2,
        padding="SAME",
        with_bias=False,
        w_init=small,
        data_format="NDHWC",
        name="video",
    )(x),
    jnp.ones((1, 4, 8, 8, 1)),
)

# %% [markdown]
# ### `hk.Conv2DTranspose`
#
# 2 files, 2 repositories. Keywords: `kernel_shape` 1, `name` 1, `output_channels` 1, `padding` 1, `stride` 1,
# `with_bias` 1. Taught in [Convolutions: shapes, padding, strides](../haiku/convolutions.py).
#
# The transposed convolution: with a stride it enlarges the image.

# %%
run(
    lambda x: hk.Conv2DTranspose(
        output_channels=8,
        kernel_shape=3,
        stride=2,
        padding="SAME",
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        data_format="NHWC",
        name="up",
    )(x),
    image,
)

# %% [markdown]
# ### `hk.Bias`
#
# 2 files, 2 repositories. Keywords: `bias_dims` 2, `name` 2, `b_init` 1.
#
# Adds trained numbers: by default one for each entry of an example, shared by the batch. `bias_dims` names the axes
# along which these numbers differ.

# %%
run(lambda x: hk.Bias(bias_dims=[-1], b_init=jnp.zeros, name="shift")(x), series)

# %% [markdown]
# ### `hk.Conv3DTranspose`
#
# 2 files, 2 repositories. Keywords: `kernel_shape` 1, `name` 1, `output_channels` 1, `stride` 1.
#
# The transposed convolution over three axes.

# %%
run(
    lambda x: hk.Conv3DTranspose(
        output_channels=2,
        kernel_shape=3,
        stride=2,
        padding="SAME",
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        name="up",
    )(x),
    jnp.ones((1, 2, 4, 4, 1)),
)

# %% [markdown]
# ### `hk.EmbedLookupStyle.ARRAY_INDEX`
#
# 2 files, 2 repositories.
#
# How `hk.Embed` looks rows up: by index, which is the default, or as a product with one-hot vectors.

# %%
style = hk.EmbedLookupStyle.ARRAY_INDEX
run(lambda i: hk.Embed(10, 4, lookup_style=style)(i), jnp.array([1, 7]))

# %% [markdown]
# ### `hk.RMSNorm`
#
# 1 file, 1 repository. Keywords: `axis` 1, `create_scale` 1, `name` 1.
#
# Divides by the root of the mean square; no mean is subtracted.

# %%
run(
    lambda x: hk.RMSNorm(
        axis=-1,
        eps=1e-5,
        scale_init=jnp.ones,
        name="norm",
        create_scale=True,
        param_axis=-1,
    )(x),
    x,
)

# %% [markdown]
# ### `hk.AvgPool`
#
# 1 file, 1 repository. Keywords: `padding` 1, `strides` 1, `window_shape` 1.
#
# `hk.avg_pool` as a module.

# %%
run(
    lambda x: hk.AvgPool(
        window_shape=2, strides=2, padding="SAME", channel_axis=-1, name="pool"
    )(x),
    image,
)

# %% [markdown]
# ### `hk.Conv1DTranspose`
#
# 1 file, 1 repository.
#
# The transposed convolution over time: with a stride it lengthens the series.

# %%
run(
    lambda x: hk.Conv1DTranspose(
        output_channels=8,
        kernel_shape=3,
        stride=2,
        padding="SAME",
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        data_format="NWC",
        name="up",
    )(x),
    series,
)

# %% [markdown]
# ### `hk.GroupNorm`
#
# 1 file, 1 repository. Keywords: `axis` 1, `create_offset` 1, `create_scale` 1, `groups` 1, `name` 1.
#
# Normalises each example over groups of channels.

# %%
run(
    lambda x: hk.GroupNorm(
        groups=2,
        axis=slice(1, None),
        create_scale=True,
        create_offset=True,
        eps=1e-5,
        scale_init=jnp.ones,
        offset_init=jnp.zeros,
        data_format="channels_last",
        name="norm",
    )(x),
    jnp.ones((2, 8, 8, 4)),
)

# %% [markdown]
# ### `hk.nets.ResNet50`
#
# 1 file, 1 repository. Keywords: `bn_config` 1, `resnet_v2` 1.
#
# The residual network of 50 layers for images. `resnet_v2=True` uses the blocks of its second version, and
# `bn_config` is passed to all BatchNorms.


# %%
def resnet(x):
    config = {"decay_rate": 0.99, "eps": 1e-5}
    net = hk.nets.ResNet50(
        num_classes=1000, bn_config=config, resnet_v2=True, name="resnet"
    )
    return net(x, is_training=True)


net = hk.transform_with_state(resnet)
params, _ = jax.eval_shape(net.init, key, jnp.ones((1, 64, 64, 3)))
print(len(params), "modules,", hk.data_structures.tree_size(params), "parameters")

# %% [markdown]
# ### `hk.nets.ResNet.BlockGroup`
#
# 1 file, 1 repository. Keywords: `bn_config` 1, `bottleneck` 1, `channels` 1, `name` 1, `num_blocks` 1, `resnet_v2` 1,
# `stride` 1, `use_projection` 1.
#
# A group of residual blocks, for a ResNet of your own.


# %%
def group(x):
    return hk.nets.ResNet.BlockGroup(
        channels=4,
        num_blocks=1,
        stride=1,
        bn_config=BN,
        resnet_v2=True,
        bottleneck=False,
        use_projection=True,
        name="group",
    )(x, is_training=True, test_local_stats=False)


BN = {"decay_rate": 0.9, "eps": 1e-5, "create_scale": True, "create_offset": True}
run(group, image)

# %% [markdown]
# None of the files uses `hk.DepthwiseConv1D`, a convolution of each channel by itself. With channels first, make it
# without a bias.

# %%
run(
    lambda x: hk.DepthwiseConv1D(
        channel_multiplier=2,
        kernel_shape=3,
        stride=1,
        padding="SAME",
        with_bias=True,
        w_init=small,
        b_init=jnp.zeros,
        data_format="NWC",
        name="each",
    )(x),
    series,
)

# %% [markdown]
# Nor do they use `hk.InstanceNorm`, which normalises each channel of each example.

# %%
run(
    lambda x: hk.InstanceNorm(
        create_scale=True, create_offset=True, eps=1e-5, name="norm"
    )(x),
    image,
)

# %% [markdown]
# ## Initialisers
#
# How a parameter starts: a function of shape and dtype. Haiku's random ones draw only inside a transformed function.
#
# ### `hk.initializers.TruncatedNormal`
#
# 19 files, 11 repositories. Keywords: `stddev` 15, `mean` 1. Taught in [Modules, names and shared
# parameters](../haiku/modules.py).
#
# A normal distribution, by default cut at two standard deviations; with `1 / sqrt(inputs)` it is the default of
# `hk.Linear`. The cut makes the distribution narrower, and the initialiser does not correct for that.

# %%
drawn(hk.initializers.TruncatedNormal(stddev=0.1, mean=0.0))

# %% [markdown]
# ### `hk.initializers.VarianceScaling`
#
# 17 files, 7 repositories. Keywords: `scale` 4, `distribution` 3, `mode` 3. Taught in [Modules, names and shared
# parameters](../haiku/modules.py).
#
# Normal or uniform, with the variance `scale / n`. Depending on `mode`, n is the number of inputs of a dense layer
# (`"fan_in"`), the number of outputs (`"fan_out"`) or the mean of both (`"fan_avg"`). Its truncated normal, the
# default, is widened to correct for the cut.

# %%
drawn(
    hk.initializers.VarianceScaling(
        scale=2.0, mode="fan_in", distribution="truncated_normal"
    )
)

# %% [markdown]
# ### `hk.initializers.Constant`
#
# 14 files, 8 repositories.
#
# The same number in all places; or a given array of the wanted shape.

# %%
drawn(hk.initializers.Constant(constant=0.5))

# %% [markdown]
# ### `hk.initializers.Initializer`
#
# 14 files, 5 repositories; a base class in 1.
#
# The type of an initialiser, for annotations; any function of shape and dtype will do.


# %%
def half_ones(shape, dtype):
    return jnp.full(shape, 0.5, dtype)


init: hk.initializers.Initializer = half_ones
drawn(init)

# %% [markdown]
# ### `hk.initializers.RandomNormal`
#
# 13 files, 6 repositories; a base class in 1. Keywords: `stddev` 11, `mean` 1. Taught in [Modules, names and shared
# parameters](../haiku/modules.py).
#
# Draws from a normal distribution of a given width.

# %%
drawn(hk.initializers.RandomNormal(stddev=0.1, mean=0.0))

# %% [markdown]
# ### `hk.initializers.RandomUniform`
#
# 5 files, 5 repositories. Keywords: `maxval` 2, `minval` 2.
#
# Draws from a uniform distribution between two bounds.

# %%
drawn(hk.initializers.RandomUniform(minval=-0.1, maxval=0.1))

# %% [markdown]
# ### `hk.initializers.Identity`
#
# 1 file, 1 repository.
#
# The identity matrix; a matrix that is not square gets ones on its diagonal.

# %%
drawn(hk.initializers.Identity(gain=1.0))

# %% [markdown]
# ### `hk.initializers`
#
# 1 file, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# The Python module that holds the initialisers.

# %%
print(sorted(name for name in dir(hk.initializers) if name[0].isupper())[:4])

# %% [markdown]
# ### `hk.initializers.UniformScaling`
#
# 1 file, 1 repository. Keywords: `scale` 1.
#
# Uniform, with a range that depends on the number of inputs.

# %%
drawn(hk.initializers.UniformScaling(scale=1.0))

# %% [markdown]
# ## State
#
# Values that change while the network is used, and are not trained.
#
# ### `hk.get_state`
#
# 8 files, 5 repositories. Keywords: `init` 8, `dtype` 6, `shape` 6. Taught in [State and randomness in a
# network](../haiku/state.py).
#
# Looks up a value of the state. If you give `init`, it usually makes a missing one: at `init`, but also, silently, in
# `apply`.


# %%
def offset(x):
    return x + hk.get_state(name="offset", shape=(), dtype=jnp.float32, init=jnp.ones)


run(offset, x)

# %% [markdown]
# ### `hk.set_state`
#
# 7 files, 5 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# Stores a new value; `apply` returns it.


# %%
def keep_mean(x):
    hk.set_state("mean", x.mean())
    return x


run(keep_mean, x)

# %% [markdown]
# None of the files uses `hk.EMAParamsTree`, which keeps a running average of each parameter, to smooth the last
# steps of training. Call it after each step.

# %%
run(lambda w: hk.EMAParamsTree(0.99)({"linear": {"w": w}}), x)

# %% [markdown]
# ## Random keys
#
# Inside a network you get keys from Haiku, which derives them from the one that `init` or `apply` was given.
#
# ### `hk.PRNGSequence`
#
# 84 files, 15 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# An iterator of keys, for use outside networks.

# %%
keys = hk.PRNGSequence(key_or_seed=0)
print(jax.random.normal(next(keys)), jax.random.normal(next(keys)))

# %% [markdown]
# ### `hk.next_rng_key`
#
# 49 files, 13 repositories. Taught in [State and randomness in a network](../haiku/state.py).
#
# A key, usually a new one each time in a call of `apply`. In `hk.vmap` with `split_rng=False`, and in JAX's own
# transformations, all examples, rounds or calls may get one.

# %%
run(lambda x: x + jax.random.normal(hk.next_rng_key(), x.shape), x)

# %% [markdown]
# ### `hk.next_rng_keys`
#
# 3 files, 2 repositories. Taught in [JAX transformations inside a network](../networks/transforms_inside.py).
#
# Several new keys at once.

# %%
run(lambda x: jax.vmap(jax.random.normal)(hk.next_rng_keys(3)), x)

# %% [markdown]
# ### `hk.multinomial`
#
# 2 files, 1 repository. Keywords: `num_samples` 2.
#
# Samples classes from logits; for one row of logits `jax.random.categorical` gives the same numbers.

# %%
print(hk.multinomial(rng=key, logits=jnp.zeros(3), num_samples=5))

# %% [markdown]
# ### `hk.maybe_next_rng_key`
#
# 1 file, 1 repository. Taught in [State and randomness in a network](../haiku/state.py).
#
# A new key if there is one, else `None`.

# %%
print(hk.transform(lambda: hk.maybe_next_rng_key() is None).apply({}, None))

# %% [markdown]
# ### `hk.with_rng`
#
# 1 file, 1 repository.
#
# Takes the keys of a block from another key. Here both calls of `apply` draw the same number.


# %%
def fixed(x):
    with hk.with_rng(jax.random.key(7)):
        return jax.random.normal(hk.next_rng_key())


net = hk.transform(fixed)
print(net.apply({}, key, x) == net.apply({}, None, x))

# %% [markdown]
# ### `hk.experimental.optimize_rng_use`
#
# 1 file, 1 repository.
#
# Splits all keys of a function at once instead of one after the other, so that it may draw other numbers.


# %%
def two_draws(x):
    return jax.random.normal(hk.next_rng_key()) + jax.random.normal(hk.next_rng_key())


print(hk.transform(hk.experimental.optimize_rng_use(two_draws)).apply({}, key, x))

# %% [markdown]
# ## Control flow and JAX transformations
#
# Inside a network, use these instead of `jax.*`. JAX's own do not see state and keys: all examples or rounds may draw
# from one key, and a tracer may be left in the state or in Haiku's key, silently or not. Around parameters alone,
# `jax.vmap` and `jax.grad` usually work; `jax.jit`, `jax.checkpoint` and JAX's loops and branches may leak tracers of
# new parameters, or keep an earlier call's. A layer that is made inside `hk.vmap`, `hk.grad` or `hk.cond` may share
# name and parameters with the next that you make.


# %% [markdown]
# ### `hk.remat`
#
# 11 files, 5 repositories. Keywords: `prevent_cse` 1. Taught in [JAX transformations inside a
# network](../networks/transforms_inside.py).
#
# Recomputes activations in the backward pass instead of keeping them, which may save memory and usually costs time.
# `prevent_cse=False` is meant for the body of a compiled loop, such as `hk.scan`.

# %%
run(lambda x: hk.remat(hk.Linear(2), prevent_cse=True)(x), x)

# %% [markdown]
# ### `hk.scan`
#
# 6 files, 3 repositories. Keywords: `length` 3, `unroll` 1, `xs` 1. Taught in [JAX transformations inside a
# network](../networks/transforms_inside.py).
#
# A compiled loop with a carry, over the first axis of an array or of a tree of arrays. With `xs=None`, `length` is
# the number of iterations; `unroll` puts several of them into one iteration of the compiled loop.


# %%
def running_sum(x):
    scale = hk.get_parameter("scale", (), init=jnp.ones)

    def add(total, row):
        return total + scale * row, total

    return hk.scan(f=add, init=jnp.zeros(3), xs=x, length=2, reverse=False, unroll=1)[0]


run(running_sum, x)

# %% [markdown]
# ### `hk.vmap`
#
# 3 files, 3 repositories. Keywords: `split_rng` 2. Taught in [JAX transformations inside a
# network](../networks/transforms_inside.py).
#
# Maps over a batch; `split_rng` says whether each example gets a key of its own. With `False`, this dropout has one
# mask for all examples, silently, even under `check_jax_usage`:

# %%
run(
    lambda x: hk.vmap(
        hk.Linear(2), in_axes=0, out_axes=0, split_rng=not hk.running_init()
    )(x),
    x,
)


def dropped(split_rng, rows):
    def drop(row):
        return hk.dropout(hk.next_rng_key(), 0.5, row)

    return hk.vmap(drop, split_rng=split_rng)(rows)


for split_rng in (False, True):
    net = hk.transform(functools.partial(dropped, split_rng))
    with hk.config.context(check_jax_usage=True):
        print(net.apply({}, key, jnp.ones((3, 8))).astype(int).tolist())

# %% [markdown]
# ### `hk.fori_loop`
#
# 3 files, 3 repositories. Keywords: `body_fun` 3, `init_val` 3, `lower` 2, `upper` 2. Taught in [JAX transformations
# inside a network](../networks/transforms_inside.py).
#
# A loop over a range of integers. `jax.grad` can differentiate it if the bounds are Python integers.

# %%
run(
    lambda x: hk.fori_loop(lower=0, upper=3, body_fun=lambda i, v: v + i, init_val=x),
    x,
)

# %% [markdown]
# ### `hk.eval_shape`
#
# 2 files, 1 repository. Taught in [JAX transformations inside a network](../networks/transforms_inside.py).
#
# The shape of a result without computing it.

# %%
run(lambda x: jnp.zeros(hk.eval_shape(lambda v: v.T @ v, x).shape), x)

# %% [markdown]
# ### `hk.while_loop`
#
# 2 files, 1 repository. Taught in [JAX transformations inside a network](../networks/transforms_inside.py).
#
# A loop that runs while a condition holds. It does not work at `init`, where you call the body by hand, and
# `jax.grad` cannot differentiate through it; `jax.jvp` usually can.


# %%
def doubled(x):
    if hk.running_init():  # which does not loop
        return 2 * x
    return hk.while_loop(
        cond_fun=lambda v: v.sum() < 100, body_fun=lambda v: 2 * v, init_val=x
    )


run(doubled, x)

# %% [markdown]
# ## Recurrent networks
#
# A core takes an input and a state, and returns an output and the next state.
#
# ### `hk.RNNCore`
#
# 12 files, 4 repositories; a base class in 8. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# The base class of cores.


# %%
class Sum(hk.RNNCore):
    def __call__(self, x, state):
        return state + x, state + x

    def initial_state(self, batch_size):
        return jnp.zeros((batch_size, 3))


run(lambda x: Sum()(x, Sum().initial_state(2)), x)

# %% [markdown]
# ### `hk.LSTM`
#
# 10 files, 7 repositories. Keywords: `hidden_size` 2, `name` 1. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and
# their unrolls](../networks/sequences.py).
#
# A core with long short-term memory, the most used of Haiku's cores.


# %%
def one_step(x):
    core = hk.LSTM(hidden_size=4, name="memory")
    return core(x, core.initial_state(batch_size=2))[0]


run(one_step, x)

# %% [markdown]
# ### `hk.LSTMState`
#
# 9 files, 2 repositories. Keywords: `cell` 1, `hidden` 1. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# The state of an LSTM: `hidden` and `cell`.

# %%
print(hk.LSTMState(hidden=jnp.zeros(2), cell=jnp.ones(2)))

# %% [markdown]
# ### `hk.dynamic_unroll`
#
# 8 files, 5 repositories. Keywords: `return_all_states` 1, `time_major` 1. Taught in [Recurrent networks: `hk.LSTM`,
# `hk.GRU` and their unrolls](../networks/sequences.py).
#
# Runs a core over a sequence with a compiled loop; time is the first axis, unless `time_major=False`. It returns the
# outputs and the last state, or with `return_all_states=True` all states.


# %%
def unrolled(xs):
    core = hk.LSTM(4)
    outs, states = hk.dynamic_unroll(
        core,
        xs,
        core.initial_state(2),
        time_major=True,
        reverse=False,
        return_all_states=True,
    )
    return outs, states.cell


run(unrolled, jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.VanillaRNN`
#
# 6 files, 3 repositories. Keywords: `hidden_size` 1, `name` 1. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and
# their unrolls](../networks/sequences.py).
#
# The plain recurrent layer, without any gates.


# %%
def plain(x):
    core = hk.VanillaRNN(hidden_size=4, double_bias=False, name="plain")
    return core(x, core.initial_state(2))[0]


run(plain, x)

# %% [markdown]
# ### `hk.GRU`
#
# 4 files, 2 repositories; a base class in 2. Keywords: `hidden_size` 1, `name` 1. Taught in [Recurrent networks:
# `hk.LSTM`, `hk.GRU` and their unrolls](../networks/sequences.py).
#
# A core with gates and a single vector as state.


# %%
def gated(x):
    core = hk.GRU(hidden_size=4, w_i_init=small, name="gates")
    return core(x, core.initial_state(2))[0]


run(gated, x)

# %% [markdown]
# ### `hk.DeepRNN`
#
# 4 files, 4 repositories. Keywords: `name` 1. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# Several cores and layers as one core.


# %%
def deep(x):
    layers = [hk.LSTM(4), jax.nn.relu, hk.GRU(2)]
    core = hk.DeepRNN(layers=layers, name="stack")
    return core(x, core.initial_state(2))[0]


run(deep, x)

# %% [markdown]
# ### `hk.IdentityCore`
#
# 2 files, 1 repository. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# A core without memory, which returns its input.

# %%
run(lambda x: hk.IdentityCore()(x, None)[0], x)

# %% [markdown]
# ### `hk.Conv2DLSTM`
#
# 2 files, 1 repository; a base class in 2. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# An LSTM whose states are images.


# %%
def images(x):
    core = hk.Conv2DLSTM(input_shape=(8, 8), output_channels=2, kernel_shape=3)
    return core(x, core.initial_state(1))[0]


run(images, image)

# %% [markdown]
# ### `hk.static_unroll`
#
# 2 files, 2 repositories. Keywords: `time_major` 1. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# `hk.dynamic_unroll` as a Python loop, which takes longer to compile over many steps, without `reverse`,
# `unroll` and `return_all_states`.


# %%
def unrolled(xs):
    core = hk.GRU(4)
    return hk.static_unroll(core, xs, core.initial_state(2), time_major=True)[0]


run(unrolled, jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.ResetCore`
#
# 1 file, 1 repository. Taught in [Recurrent networks: `hk.LSTM`, `hk.GRU` and their
# unrolls](../networks/sequences.py).
#
# Resets the state of a core where a flag says that an episode began.


# %%
def resetting(x):
    core = hk.ResetCore(hk.LSTM(4))
    return core((x, jnp.array([True, False])), core.initial_state(2))[0]


run(resetting, x)

# %% [markdown]
# ## Trees of parameters
#
# Functions on the two-level dictionaries that `init` returns.
#
# ### `hk.data_structures.to_immutable_dict`
#
# 11 files, 2 repositories. Taught in [Load weights that somebody else trained](../porting/weights.py).
#
# Freezes parameters: the entries of the result, a `FlatMap`, cannot be set or removed. It is not a `dict`, and does not
# mix with dictionaries in `jax.tree.map`.

# %%
params = hk.transform(lambda x: hk.nets.MLP([4, 1])(x)).init(key, x)
frozen = hk.data_structures.to_immutable_dict(params)
print(type(frozen).__name__, isinstance(frozen, dict))

# %% [markdown]
# ### `hk.data_structures.partition`
#
# 7 files, 4 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Splits parameters in two with a predicate, for instance into trained and frozen.

# %%
first, rest = hk.data_structures.partition(
    lambda module, name, value: module == "mlp/~/linear_0", params
)
print(list(first), list(rest))

# %% [markdown]
# ### `hk.data_structures.merge`
#
# 6 files, 3 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Puts such parts together; if a name occurs twice, the last one wins by default.

# %%
print(list(hk.data_structures.merge(first, rest)))

# %% [markdown]
# ### `hk.data_structures.tree_size`
#
# 5 files, 3 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Counts the numbers in all parameters.

# %%
print(hk.data_structures.tree_size(params))

# %% [markdown]
# ### `hk.data_structures.to_mutable_dict`
#
# 3 files, 3 repositories. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Turns a `FlatMap` into dictionaries. Given dictionaries, it copies only the outer one, so that a change in a module
# also changes the original. `to_haiku_dict` copies both levels.

# %%
thawed = hk.data_structures.to_mutable_dict(frozen)
thawed["mlp/~/linear_0"]["b"] = jnp.ones(4)
print(frozen["mlp/~/linear_0"]["b"], thawed["mlp/~/linear_0"]["b"])

# %% [markdown]
# ### `hk.data_structures.tree_bytes`
#
# 1 file, 1 repository. Taught in [Modules, names and shared parameters](../haiku/modules.py).
#
# Counts the bytes of all parameters.

# %%
print(hk.data_structures.tree_bytes(params))

# %% [markdown]
# ### `hk.data_structures.to_haiku_dict`
#
# 1 file, 1 repository.
#
# A copy in ordinary dictionaries, on both levels, of parameters of any kind.

# %%
copied = hk.data_structures.to_haiku_dict(params)
copied["mlp/~/linear_0"]["b"] = jnp.ones(4)
print(params["mlp/~/linear_0"]["b"], copied["mlp/~/linear_0"]["b"])

# %% [markdown]
# ### `hk.data_structures.filter`
#
# 1 file, 1 repository.
#
# Keeps the parameters for which a function of module, name and value is true.

# %%
biases = hk.data_structures.filter(lambda module, name, value: name == "b", params)
print(jax.tree.map(jnp.shape, biases))

# %% [markdown]
# None of the files uses `hk.data_structures.is_subset`, which says whether one tree has all the names of another.

# %%
print(hk.data_structures.is_subset(subset=biases, superset=params))

# %% [markdown]
# ### `hk.data_structures.map`
#
# 1 file, 1 repository. Taught in [Optimisers, loops, ensembles](../training/training_loops.py).
#
# Makes a new value of each parameter, with a function of module, name and value.

# %%
sizes = hk.data_structures.map(lambda module, name, value: value.size, params)
print(sizes)

# %% [markdown]
# ### `hk.data_structures.traverse`
#
# 1 file, 1 repository. Taught in [Test and debug what you train](../training/testing.py).
#
# Loops over all parameters: module, name and value of each.

# %%
for module, name, value in hk.data_structures.traverse(params):
    print(module, name, value.shape)

# %% [markdown]
# ## Base classes
#
# Most classes of networks have `hk.Module` as their base. Some are dataclasses: their fields are the arguments, and
# they need no `__init__`. Without a field `name` the class works, but takes no argument `name`.


# %%
@dataclasses.dataclass
class Block(hk.Module):
    width: int
    name: str | None = None

    def __call__(self, x):
        return jax.nn.relu(hk.Linear(self.width)(x))


run(lambda x: Block(width=4)(x), x)

# %% [markdown]
# Others have a layer of Haiku as their base. By default, their parameters are filed under the name of the subclass.


# %%
class Scaled(hk.Embed):
    def __call__(self, ids):
        return self.embed_dim**0.5 * super().__call__(ids)


class Doubled(hk.Linear):
    def __call__(self, x):
        return 2 * super().__call__(x)


class Raised(hk.Conv1D):
    def __call__(self, x):
        return super().__call__(x) + 1


class FlatMLP(hk.nets.MLP):
    def __call__(self, x):
        return super().__call__(hk.Flatten()(x))


run(lambda ids: Scaled(10, embed_dim=4)(ids), jnp.array([1, 7]))
run(lambda x: Doubled(4)(x), x)
run(lambda x: FlatMLP([4, 1])(Raised(2, kernel_shape=3)(x)), series)

# %% [markdown]
# A subclass may read what the layer keeps of its arguments. This convolution centres its kernel before each use, with
# the same parameters as an `hk.Conv2D` without bias.


# %%
class CentredConv(hk.Conv2D):
    def __call__(self, x):
        channels = x.shape[self.channel_index]
        shape = (*self.kernel_shape, channels, self.output_channels)
        w = hk.get_parameter("w", shape, x.dtype, init=self.w_init)
        w = w - w.mean((0, 1, 2))
        return jax.lax.conv_general_dilated(
            x,
            w,
            window_strides=self.stride,
            padding=self.padding,
            dimension_numbers=self.dimension_numbers,
        )


run(lambda x: CentredConv(8, 3, stride=2, w_init=small)(x), image)

# %% [markdown]
# Norms are subclassed to change their dtype, or to fix an argument of the call. A `hk.LayerNorm` without parameters of
# its own takes `scale=` and `offset=` in the call.


# %%
class Float32Norm(hk.LayerNorm):
    def __call__(self, x):
        return super().__call__(x.astype(jnp.float32)).astype(x.dtype)


class Conditioned(hk.LayerNorm):
    def __call__(self, x, scale, offset):
        return super().__call__(x, scale=scale, offset=offset)


class AlwaysLocal(hk.BatchNorm):
    def __call__(self, x):
        return super().__call__(x, is_training=False, test_local_stats=True)


def normed(x):
    h = Conditioned(-1, create_scale=False, create_offset=False)(x, 2 * x, x)
    return AlwaysLocal(True, True, 0.9)(Float32Norm(-1, True, True)(h))


run(normed, x)

# %% [markdown]
# Where only the arguments differ, the subclass has an `__init__`, and passes the name on.


# %%
class Halve(hk.MaxPool):
    def __init__(self, name=None):
        super().__init__(window_shape=2, strides=2, padding="SAME", name=name)


run(lambda x: Halve()(x), image)


# %%
class CausalAttention(hk.MultiHeadAttention):
    def __call__(self, x):
        steps = x.shape[-2]
        mask = jnp.tril(jnp.ones((1, 1, steps, steps), bool))
        return super().__call__(x, x, x, mask=mask)


run(lambda x: CausalAttention(2, key_size=4, w_init=small)(x), series)

# %% [markdown]
# A subclass of a core may change its input or its state; it inherits `initial_state`.


# %%
class Squashed(hk.GRU):
    def __call__(self, x, state):
        return super().__call__(jnp.tanh(x), state)


class Echo(hk.VanillaRNN):
    def __call__(self, x, state):
        out, state = super().__call__(x, state)
        return out + x.mean(), state


class Fading(hk.Conv2DLSTM):
    def __call__(self, x, state):
        out, state = super().__call__(x, state)
        return out, hk.LSTMState(hidden=0.9 * state.hidden, cell=state.cell)


def stepped(x, picture):
    fading = Fading((8, 8), output_channels=2, kernel_shape=3)
    seen, _ = fading(picture, fading.initial_state(1))
    out, _ = Squashed(4)(x, jnp.zeros((2, 4)))
    return Echo(4)(out, jnp.zeros((2, 4)))[0], seen


run(stepped, x, image)

# %% [markdown]
# An initialiser of your own may be a class. As a base, `hk.initializers.Initializer` asks for a `__call__`, no more.


# %%
class Clipped(hk.initializers.RandomNormal):
    def __call__(self, shape, dtype):
        return jnp.clip(super().__call__(shape, dtype), -0.1, 0.1)


class Ramp(hk.initializers.Initializer):
    def __call__(self, shape, dtype):
        return jnp.arange(np.prod(shape), dtype=dtype).reshape(shape)


drawn(Clipped(stddev=1.0))
drawn(Ramp())

# %% [markdown]
# ## Mixed precision
#
# A policy says in which dtypes modules keep parameters, take inputs, and return.
# [jmp](https://github.com/google-deepmind/jmp) holds the policies.
#
# ### `hk.mixed_precision.set_policy`
#
# 2 files, 2 repositories. Taught in [Precision: `float64`, `bfloat16` and
# `hk.mixed_precision`](../training/precision.py).
#
# Sets the policy of a class, not of its subclasses, for what is traced afterwards. Parameters of modules that its
# methods call usually follow it, unless these have their own.

# %%
policy = jmp.get_policy("params=float32,compute=bfloat16,output=bfloat16")
hk.mixed_precision.set_policy(hk.Linear, policy)
print(
    hk.transform(lambda x: hk.Linear(2)(x))
    .apply({"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}, None, x)
    .dtype
)
hk.mixed_precision.clear_policy(hk.Linear)

# %% [markdown]
# None of the files uses `hk.mixed_precision.current_policy`, the policy that holds where you call it, or `None`.


# %%
class Asking(hk.Module):
    def __call__(self, x):
        print(hk.mixed_precision.current_policy())
        return x


run(lambda x: Asking()(x), x)

# %% [markdown]
# ## In other files
#
# None of the files that we counted uses what this section adds.
#
# `hk.multi_transform_with_state` is `hk.multi_transform` for networks with state. `hk.with_empty_state` gives a
# network an empty state, so that it fits code for networks with state; `hk.without_state` removes it again.


# %%
def in_two_ways():
    norm = hk.BatchNorm(True, True, decay_rate=0.9)
    train = functools.partial(norm, is_training=True)
    evaluate = functools.partial(norm, is_training=False)
    return train, (train, evaluate)


net = hk.multi_transform_with_state(in_two_ways)
params, state = net.init(key, x)
train, evaluate = net.apply
out, state = train(params, state, None, x)
print(
    isinstance(net, hk.MultiTransformedWithState),
    evaluate(params, state, None, x)[0].shape,
)
stateless = hk.with_empty_state(hk.transform(lambda x: hk.Linear(2)(x)))
print(stateless.init(key, x)[1], list(hk.without_state(stateless).init(key, x)))

# %% [markdown]
# `hk.grad`, `hk.value_and_grad`, `hk.cond`, `hk.switch` and `hk.map` replace those of JAX inside a network; some
# arguments of JAX's functions are missing.


# %%
def controlled(x):
    scale = hk.get_parameter("scale", (3,), init=jnp.ones)
    out = hk.cond(x.sum() > 0, lambda v: v * scale, lambda v: v, x)
    out = hk.switch(0, [lambda v: v * scale, lambda v: v], out)
    out = hk.map(lambda row: row * scale, out)
    value, gradient = hk.value_and_grad(lambda v: (v * scale).sum())(out)
    return value, gradient + hk.grad(lambda v: (v * scale).sum())(out)


run(controlled, x)

# %% [markdown]
# `hk.layer_stack` runs the same layers several times in a compiled loop, with parameters of their own each time:
# they have one more axis. With `with_per_layer_inputs` each layer gets an entry of an array, and returns one.
# `hk.lift` takes the parameters of another transformed function into this one; `hk.lift_with_state` state, too.


# %%
def stacked(x):
    return hk.layer_stack(num_layers=4)(lambda v: hk.Linear(3)(v))(x)


def stacked_with_inputs(x):
    @hk.experimental.layer_stack(4, with_per_layer_inputs=True)
    def layers(v, scale):
        return hk.Linear(3)(scale * v), v.mean()

    return layers(x, jnp.arange(4.0))


run(stacked, x)
run(stacked_with_inputs, x)


# %%
def lifted(x):
    inner = hk.transform(lambda x: hk.Linear(2)(x))
    params = hk.lift(inner.init, name="inner")(hk.next_rng_key(), x)
    return inner.apply(params, None, x)


def lifted_with_state(x):
    inner = hk.transform_with_state(counting)
    init, updater = hk.lift_with_state(inner.init, name="inner")
    params, state = init(None, x)
    out, state = inner.apply(params, state, None, x)
    updater.update(state)
    return out


run(lifted, x)
run(lifted_with_state, x)

# %% [markdown]
# Layers: `hk.ConvND` is the base of `hk.Conv1D`, `hk.Conv2D` and `hk.Conv3D`; depthwise convolutions exist for images,
# too.


# %%
def more_layers(x):
    x = hk.ConvND(2, output_channels=4, kernel_shape=3)(x)
    x = hk.DepthwiseConv2D(channel_multiplier=2, kernel_shape=3)(x)
    x = hk.SeparableDepthwiseConv2D(channel_multiplier=1, kernel_shape=3)(x)
    return hk.Deferred(lambda: hk.Linear(2))(x)  # makes its module at the first call


run(more_layers, image)

# %% [markdown]
# Recurrent networks: `hk.deep_rnn_with_skip_connections` gives each core the input of the first as well, and its output
# joins those of all. `hk.Conv1DLSTM` and `hk.Conv3DLSTM` have states with the axes of their inputs.


# %%
def skipping(x):
    cores = [hk.LSTM(4), hk.GRU(2)]
    core = hk.deep_rnn_with_skip_connections(layers=cores, name="stack")
    return core(x, core.initial_state(2))[0]


def over_time(x):
    core = hk.Conv1DLSTM(input_shape=(16,), output_channels=2, kernel_shape=3)
    return core(x, core.initial_state(2))[0]


run(skipping, x)
run(over_time, series)

# %% [markdown]
# Normalisation and averages: `hk.SpectralNorm` divides a matrix by an estimate of its largest singular value, and
# `hk.SNParamsTree` does it for a tree; let `ignore_regex` name its vectors. `hk.ExponentialMovingAverage` is what
# `hk.BatchNorm` is made of.


# %%
def averaged(w):
    w = hk.SpectralNorm(eps=1e-4, n_steps=1)(w)
    w = hk.SNParamsTree(ignore_regex=".*b$")({"linear": {"w": w}})["linear"]["w"]
    return hk.ExponentialMovingAverage(decay=0.9)(w)


run(averaged, x)

# %% [markdown]
# Whole networks: besides the `hk.nets.ResNet` of 18 to 200 layers there are `hk.nets.MobileNetV1` and, for images as
# tokens, `hk.nets.VectorQuantizer` and `hk.nets.VectorQuantizerEMA`.


# %%
def small_resnet(x):
    net = hk.nets.ResNet18(
        num_classes=10, logits_config={"name": "head"}, strides=(1, 2, 2, 2)
    )
    return net(x, is_training=True)


def quantized(x):
    quantize = hk.nets.VectorQuantizerEMA(
        embedding_dim=3, num_embeddings=8, commitment_cost=0.25, decay=0.99
    )
    return quantize(x, is_training=True)["quantize"]


net = hk.transform_with_state(small_resnet)
params, _ = jax.eval_shape(net.init, key, jnp.ones((1, 32, 32, 3)))
print(hk.data_structures.tree_size(params), "parameters")
run(quantized, x)
drawn(hk.initializers.Orthogonal(scale=1.0, axis=-1))

# %% [markdown]
# Inside a network, `hk.get_params`, `hk.get_initial_state` and `hk.get_current_state` return the trees that it has then.
# `hk.reserve_rng_keys` splits off several keys at once, for the next calls of `hk.next_rng_key`.


# %%
def asking(x):
    hk.reserve_rng_keys(num=4)
    out = hk.Linear(2)(x) + jax.random.normal(hk.next_rng_key(), (2, 2))
    hk.set_state("calls", jnp.ones(()))
    print(list(hk.get_params()), hk.get_current_state(), hk.get_initial_state())
    return out


print(hk.transform_with_state(asking).init(key, x)[1])

# %% [markdown]
# Convolutions, but not transposed or depthwise ones, also take as `padding` a function from the size of a kernel to the
# numbers of entries before and after. `hk.pad` has several, and `hk.pad.create` makes the pairs for several axes, from
# the sizes and the rates of a kernel:

# %%
print(hk.pad.create(hk.pad.same, kernel=(3, 5), rate=(1, 2), n=2))
for pad in (
    hk.pad.valid,
    hk.pad.same,
    hk.pad.causal,
    hk.pad.reverse_causal,
    hk.pad.full,
):
    print(pad.__name__, pad(3))

# %% [markdown]
# `hk.data_structures.partition_n` splits parameters into several parts. Some older classes call `hk.Module.__init__` by
# its name.


# %%
class Older(hk.Module):
    def __init__(self, name=None):
        hk.Module.__init__(self, name=name)

    def __call__(self, x):
        return hk.Linear(2)(x)


params = hk.transform(lambda x: Older()(x)).init(key, x)
weights, biases = hk.data_structures.partition_n(
    lambda module, name, value: 0 if name == "w" else 1, params, n=2
)
print(list(weights["older/linear"]), list(biases["older/linear"]))


# %% [markdown]
# Next: [Error messages of JAX and Haiku, explained](errors.py).
