# %% [markdown]
# # Haiku by frequency
#
# Which names of Haiku do people use? We counted them in 184 public Python files: the examples of dm-haiku, and
# the repositories alphafold, graphcast, deepmind-research, acme, tapnet and nucleotide-transformer. A file counts
# once for each name of `hk` that stands in its code. Here are all of them, in groups, the most used
# first in each, with the smallest cell that runs it. With them you can read every one of those files.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - look up any name of Haiku that you meet in a public file, and see what it does;
# - tell the names that nearly every file uses from those that one file uses;
# - find the page that teaches the name, if one does.
#
# You need: [`hk.transform`](../haiku/transform.py).
#
# </div>

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import matplotlib.pyplot as plt

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
# `run` stands in most cells below. It runs the function with tracers, so shapes come out and nothing is computed.

# %% tags=["plot"] alt="Bars for the twenty most used names: hk.Module in nearly half of the files, hk.Linear in a third, then a long tail."
# Of each name the number of files and of repositories that use it.
COUNTS = {
    "hk.Module": (87, 7),
    "hk.Linear": (63, 7),
    "hk.transform": (44, 5),
    "hk.Params": (43, 6),
    "hk.without_apply_rng": (38, 4),
    "hk.Sequential": (30, 6),
    "hk.next_rng_key": (28, 5),
    "hk.get_parameter": (27, 7),
    "hk.LayerNorm": (27, 7),
    "hk.transform_with_state": (25, 5),
    "hk.nets.MLP": (24, 4),
    "hk.Conv2D": (20, 5),
    "hk.BatchNorm": (20, 4),
    "hk.transparent": (17, 4),
    "hk.remat": (16, 5),
    "hk.initializers.VarianceScaling": (15, 6),
    "hk.dropout": (15, 5),
    "hk.State": (14, 5),
    "hk.PRNGSequence": (12, 5),
    "hk.Flatten": (12, 3),
    "hk.Conv1D": (12, 3),
    "hk.initializers.Constant": (10, 4),
    "hk.initializers.TruncatedNormal": (10, 7),
    "hk.Embed": (10, 3),
    "hk.initializers.Initializer": (9, 4),
    "hk.max_pool": (9, 3),
    "hk.LSTMState": (8, 1),
    "hk.mixed_precision.set_policy": (8, 2),
    "hk.initializers.RandomNormal": (8, 4),
    "hk.RNNCore": (8, 3),
    "hk.dynamic_unroll": (7, 3),
    "hk.BatchApply": (6, 4),
    "hk.Transformed": (6, 2),
    "hk.one_hot": (6, 1),
    "hk.LSTM": (6, 3),
    "hk.data_structures.partition": (6, 3),
    "hk.data_structures.merge": (6, 3),
    "hk.experimental.name_scope": (5, 2),
    "hk.get_state": (5, 2),
    "hk.running_init": (5, 2),
    "hk.MaxPool": (5, 4),
    "hk.set_state": (4, 2),
    "hk.GRU": (4, 2),
    "hk.RMSNorm": (4, 2),
    "hk.SupportsCall": (4, 1),
    "hk.mixed_precision.current_policy": (4, 1),
    "hk.name_like": (4, 1),
    "hk.scan": (4, 2),
    "hk.AvgPool": (4, 2),
    "hk.DeepRNN": (3, 3),
    "hk.Conv1DTranspose": (3, 1),
    "hk.MultiHeadAttention": (3, 3),
    "hk.avg_pool": (3, 2),
    "hk.Conv3D": (2, 2),
    "hk.vmap": (2, 2),
    "hk.IdentityCore": (2, 1),
    "hk.Reshape": (2, 1),
    "hk.DepthwiseConv1D": (2, 2),
    "hk.data_structures.to_immutable_dict": (2, 1),
    "hk.eval_shape": (2, 1),
    "hk.while_loop": (2, 1),
    "hk.Conv2DLSTM": (2, 1),
    "hk.custom_creator": (2, 2),
    "hk.custom_getter": (2, 2),
    "hk.data_structures.to_mutable_dict": (2, 2),
    "hk.data_structures.tree_size": (2, 2),
    "hk.experimental.name_like": (2, 2),
    "hk.multinomial": (2, 1),
    "hk.InstanceNorm": (1, 1),
    "hk.initializers.Identity": (1, 1),
    "hk.Conv2DTranspose": (1, 1),
    "hk.experimental.custom_getter": (1, 1),
    "hk.maybe_next_rng_key": (1, 1),
    "hk.nets.ResNet50": (1, 1),
    "hk.static_unroll": (1, 1),
    "hk.testing.transform_and_run": (1, 1),
    "hk.with_rng": (1, 1),
    "hk.Bias": (1, 1),
    "hk.Conv3DTranspose": (1, 1),
    "hk.GroupNorm": (1, 1),
    "hk.ResetCore": (1, 1),
    "hk.TransformedWithState": (1, 1),
    "hk.VanillaRNN": (1, 1),
    "hk.custom_setter": (1, 1),
    "hk.data_structures.tree_bytes": (1, 1),
    "hk.experimental.current_name": (1, 1),
    "hk.experimental.custom_creator": (1, 1),
    "hk.experimental.tabulate": (1, 1),
    "hk.fori_loop": (1, 1),
    "hk.initializers": (1, 1),
    "hk.initializers.RandomUniform": (1, 1),
    "hk.initializers.UniformScaling": (1, 1),
    "hk.multi_transform": (1, 1),
    "hk.nets.ResNet.BlockGroup": (1, 1),
    "hk.next_rng_keys": (1, 1),
    "hk.transforms": (1, 1),
    "hk.Resnet": (1, 1),
    "hk.state": (1, 1),
}

most = list(COUNTS.items())[:20][::-1]
fig, ax = plt.subplots(figsize=(6.4, 5.2))
ax.barh([name for name, _ in most], [files for _, (files, _) in most], color="C0")
ax.set(xlabel="files that use it, of 184", title="Twenty names of Haiku")
plt.show()

# %% [markdown]
# Of the {{ len(COUNTS) }} names a few do most of the work: {{ sum(files >= 20 for files, _ in COUNTS.values()) }} stand in twenty
# files or more, {{ sum(files == 1 for files, _ in COUNTS.values()) }} in one.

# %% [markdown]
# ## Transforms and their types
#
# From a function that makes modules to pure functions.
#
# ### `hk.transform`
#
# 44 files, 5 repositories. Turns a function that uses modules into a pair of pure functions, `init` and
# `apply`. Taught in [hk.transform](../haiku/transform.py).

# %%
net = hk.transform(lambda x: hk.Linear(2)(x))
params = net.init(key, x)
print(net.apply(params, None, x).shape)

# %% [markdown]
# ### `hk.Params`
#
# 43 files, 6 repositories. The type of parameters: a mapping from module name to a mapping from parameter
# name to array. It is for annotations. Taught in [update](../haiku/update.py).

# %%
params: hk.Params = {"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}
print(hk.transform(lambda x: hk.Linear(2)(x)).apply(params, None, x)[0])

# %% [markdown]
# ### `hk.without_apply_rng`
#
# 38 files, 4 repositories. Removes the key from `apply`, for networks that draw nothing at apply. Taught in
# [hk.transform](../haiku/transform.py).

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
print(net.apply(net.init(key, x), x).shape)

# %% [markdown]
# ### `hk.transform_with_state`
#
# 25 files, 5 repositories. The same for networks with state: `init` returns parameters and state, `apply` the
# output and the new state. Taught in [state](../haiku/state.py).


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
# 14 files, 5 repositories. The type of state; it has the same form. Taught in [state](../haiku/state.py).

# %%
state: hk.State = {"~": {"count": jnp.zeros(())}}
print(hk.transform_with_state(counting).apply({}, state, None, x)[1])

# %% [markdown]
# ### `hk.Transformed`
#
# 6 files, 2 repositories. The named tuple that `hk.transform` returns. Taught in
# [hk.transform](../haiku/transform.py).

# %%
print(hk.Transformed._fields, isinstance(hk.transform(lambda x: x), hk.Transformed))

# %% [markdown]
# ### `hk.TransformedWithState`
#
# 1 file, 1 repository. The named tuple that `hk.transform_with_state` returns. Taught in
# [state](../haiku/state.py).

# %%
print(isinstance(hk.transform_with_state(counting), hk.TransformedWithState))

# %% [markdown]
# ### `hk.multi_transform`
#
# 1 file, 1 repository. Transforms several functions that share modules: one `init`, and a tuple of `apply`.
# Taught in [modules](../haiku/modules.py).


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
# 1 file, 1 repository. A decorator for tests: transforms the function and calls it once.


# %%
@hk.testing.transform_and_run
def test_shape():
    assert hk.Linear(2)(x).shape == (2, 2)
    return "passed"


print(test_shape())

# %% [markdown]
# ## Modules, parameters and names
#
# What you meet in every class of a network.
#
# ### `hk.Module`
#
# 87 files, 7 repositories. The base class of layers and networks. Call its constructor first, and pass the
# name on. Taught in [modules](../haiku/modules.py).


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
# 27 files, 7 repositories. Makes a parameter of the current module at `init`, and looks it up at `apply`.
# Taught in [modules](../haiku/modules.py).

# %%
run(lambda x: x * hk.get_parameter("scale", (3,), init=jnp.ones), x)

# %% [markdown]
# ### `hk.transparent`
#
# 17 files, 4 repositories. A decorator for a method whose modules get no scope of their own. Taught in
# [modules](../haiku/modules.py).


# %%
class Plain(hk.Module):
    @hk.transparent
    def __call__(self, x):
        return hk.Linear(2)(x)


run(lambda x: Plain()(x), x)

# %% [markdown]
# ### `hk.experimental.name_scope`
#
# 5 files, 2 repositories. Puts what is made in the block under a name. Today it is also `hk.name_scope`.
# Taught in [modules](../haiku/modules.py).


# %%
def scoped(x):
    with hk.experimental.name_scope("decoder"):
        return hk.Linear(2)(x)


run(scoped, x)

# %% [markdown]
# ### `hk.running_init`
#
# 5 files, 2 repositories. Whether `init` is running, as opposed to `apply`. Taught in
# [state](../haiku/state.py).


# %%
def told(x):
    print("init" if hk.running_init() else "apply")
    return x


run(told, x)

# %% [markdown]
# ### `hk.name_like`
#
# 4 files, 1 repository. A decorator: names are made as if in the other method. Taught in
# [modules](../haiku/modules.py).


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
# 4 files, 1 repository. The type of what can be called like a module, for annotations.


# %%
def twice(layer: hk.SupportsCall, x):
    return layer(layer(x))


run(lambda x: twice(hk.Linear(3), x), x)

# %% [markdown]
# ### `hk.experimental.name_like`
#
# 2 files, 2 repositories. The older place of `hk.name_like`. Taught in [modules](../haiku/modules.py).

# %%
print(hk.experimental.name_like is hk.name_like)

# %% [markdown]
# ### `hk.custom_creator`
#
# 2 files, 2 repositories. Changes how parameters are made within a block; here every one starts at 1.


# %%
def ones(next_creator, shape, dtype, init, context):
    return next_creator(shape, dtype, jnp.ones)


def created(x):
    with hk.custom_creator(ones):
        return hk.Linear(2)(x)


print(hk.transform(created).init(key, x)["linear"]["b"])

# %% [markdown]
# ### `hk.custom_getter`
#
# 2 files, 2 repositories. Changes what modules see of their parameters within a block; here they see half.


# %%
def half(next_getter, value, context):
    return next_getter(value / 2)


def halved(x):
    with hk.custom_getter(half):
        return x * hk.get_parameter("scale", (3,), init=jnp.ones)


print(hk.transform(halved).apply({"~": {"scale": jnp.ones(3)}}, None, x)[0])

# %% [markdown]
# ### `hk.experimental.current_name`
#
# 1 file, 1 repository. The name of the scope in which the code runs.


# %%
def named(x):
    with hk.name_scope("block"):
        print(hk.experimental.current_name())
    return x


run(named, x)

# %% [markdown]
# ### `hk.custom_setter`
#
# 1 file, 1 repository. Changes what is stored when modules set state.


# %%
def never_below_zero(next_setter, value, context):
    return next_setter(jnp.maximum(value, 0))


def falling(x):
    with hk.custom_setter(never_below_zero):
        hk.set_state("level", x.sum() - 100)
    return x


print(hk.transform_with_state(falling).apply({}, {}, None, x)[1])

# %% [markdown]
# ### `hk.experimental.custom_creator`
#
# 1 file, 1 repository. The older place of `hk.custom_creator`.

# %%
print(hk.experimental.custom_creator is hk.custom_creator)

# %% [markdown]
# ### `hk.experimental.custom_getter`
#
# 1 file, 1 repository. The older place of `hk.custom_getter`.

# %%
print(hk.experimental.custom_getter is hk.custom_getter)

# %% [markdown]
# ### `hk.experimental.tabulate`
#
# 1 file, 1 repository. Returns a table of the modules, their parameters and output shapes. Taught in
# [modules](../haiku/modules.py).

# %%
table = hk.experimental.tabulate(lambda x: hk.nets.MLP([4, 1])(x))(x)
print("\n".join(line[:70] for line in table.splitlines()[:6]))

# %% [markdown]
# ## Layers
#
# The classes that networks are made of, most used first.
#
# ### `hk.Linear`
#
# 63 files, 7 repositories. A fully connected layer: `x @ w + b`. The second argument is `with_bias`, not a
# size. Taught in [hk.transform](../haiku/transform.py).

# %%
run(lambda x: hk.Linear(4)(x), x)

# %% [markdown]
# ### `hk.Sequential`
#
# 30 files, 6 repositories. Calls a list of modules and functions one after the other. Taught in
# [modules](../haiku/modules.py).

# %%
run(lambda x: hk.Sequential([hk.Linear(4), jax.nn.relu, hk.Linear(1)])(x), x)

# %% [markdown]
# ### `hk.LayerNorm`
#
# 27 files, 7 repositories. Normalises each example over an axis, then scales and shifts. Taught in
# [modules](../haiku/modules.py).

# %%
run(lambda x: hk.LayerNorm(axis=-1, create_scale=True, create_offset=True)(x), x)

# %% [markdown]
# ### `hk.nets.MLP`
#
# 24 files, 4 repositories. Linear layers with an activation between them, and none at the end. Taught in
# [modules](../haiku/modules.py).

# %%
run(lambda x: hk.nets.MLP([4, 1])(x), x)

# %% [markdown]
# ### `hk.Conv2D`
#
# 20 files, 5 repositories. A convolution over height and width; channels come last. Taught in
# [modules](../haiku/modules.py).

# %%
run(lambda x: hk.Conv2D(8, kernel_shape=3)(x), image)

# %% [markdown]
# ### `hk.BatchNorm`
#
# 20 files, 4 repositories. Normalises over the batch, and keeps running means as state for evaluation. Taught
# in [state](../haiku/state.py).

# %%
run(lambda x: hk.BatchNorm(True, True, decay_rate=0.9)(x, is_training=True), x)

# %% [markdown]
# ### `hk.dropout`
#
# 15 files, 5 repositories. A function, not a layer: zeroes a share of the entries and scales the rest. Taught
# in [state](../haiku/state.py).

# %%
print(hk.dropout(key, 0.5, jnp.ones(8)))

# %% [markdown]
# ### `hk.Flatten`
#
# 12 files, 3 repositories. Joins all axes but the batch. Taught in [modules](../haiku/modules.py).

# %%
run(lambda x: hk.Flatten()(x), image)

# %% [markdown]
# ### `hk.Conv1D`
#
# 12 files, 3 repositories. A convolution over time; channels come last.

# %%
run(lambda x: hk.Conv1D(8, kernel_shape=3)(x), series)

# %% [markdown]
# ### `hk.Embed`
#
# 10 files, 3 repositories. A table of vectors, looked up by whole numbers. Taught in
# [modules](../haiku/modules.py).

# %%
run(lambda i: hk.Embed(vocab_size=10, embed_dim=4)(i), jnp.array([1, 7]))

# %% [markdown]
# ### `hk.max_pool`
#
# 9 files, 3 repositories. The maximum over windows; the sizes are for the last axes, axes before them count as batch.
# Taught in [modules](../haiku/modules.py).

# %%
print(hk.max_pool(image, (1, 2, 2, 1), (1, 2, 2, 1), "VALID").shape)

# %% [markdown]
# ### `hk.BatchApply`
#
# 6 files, 4 repositories. Merges the leading axes, such as time and batch, for a layer that expects one.

# %%
run(lambda x: hk.BatchApply(hk.Linear(2))(x), jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.one_hot`
#
# 6 files, 1 repository. Rows of the identity matrix; `jax.nn.one_hot` does the same.

# %%
print(hk.one_hot(jnp.array([0, 2]), 3))

# %% [markdown]
# ### `hk.MaxPool`
#
# 5 files, 4 repositories. `hk.max_pool` as a module.

# %%
run(lambda x: hk.MaxPool((1, 2, 2, 1), (1, 2, 2, 1), "VALID")(x), image)

# %% [markdown]
# ### `hk.RMSNorm`
#
# 4 files, 2 repositories. Divides by the root of the mean square; no mean is subtracted.

# %%
run(lambda x: hk.RMSNorm(axis=-1)(x), x)

# %% [markdown]
# ### `hk.AvgPool`
#
# 4 files, 2 repositories. `hk.avg_pool` as a module.

# %%
run(lambda x: hk.AvgPool((1, 2, 2, 1), (1, 2, 2, 1), "VALID")(x), image)

# %% [markdown]
# ### `hk.Conv1DTranspose`
#
# 3 files, 1 repository. The transposed convolution over time: with a stride it lengthens the series.

# %%
run(lambda x: hk.Conv1DTranspose(8, kernel_shape=3, stride=2)(x), series)

# %% [markdown]
# ### `hk.MultiHeadAttention`
#
# 3 files, 3 repositories. Attention of queries to keys and values with several heads. The width is heads
# times key size.

# %%
init = hk.initializers.VarianceScaling(1.0)
run(lambda x: hk.MultiHeadAttention(2, key_size=4, w_init=init)(x, x, x), series)

# %% [markdown]
# ### `hk.avg_pool`
#
# 3 files, 2 repositories. The mean over windows of each channel.

# %%
print(hk.avg_pool(image, (1, 2, 2, 1), (1, 2, 2, 1), "VALID").shape)

# %% [markdown]
# ### `hk.Conv3D`
#
# 2 files, 2 repositories. A convolution over three axes, as in a video.

# %%
run(lambda x: hk.Conv3D(8, kernel_shape=3)(x), jnp.ones((1, 4, 8, 8, 1)))

# %% [markdown]
# ### `hk.Reshape`
#
# 2 files, 1 repository. Reshapes all axes but the batch.

# %%
run(lambda x: hk.Reshape((4, 16))(x), image)

# %% [markdown]
# ### `hk.DepthwiseConv1D`
#
# 2 files, 2 repositories. A convolution of each channel by itself.

# %%
run(lambda x: hk.DepthwiseConv1D(channel_multiplier=2, kernel_shape=3)(x), series)

# %% [markdown]
# ### `hk.InstanceNorm`
#
# 1 file, 1 repository. Normalises each channel of each example.

# %%
run(lambda x: hk.InstanceNorm(create_scale=True, create_offset=True)(x), image)

# %% [markdown]
# ### `hk.Conv2DTranspose`
#
# 1 file, 1 repository. The transposed convolution: with a stride it enlarges the image.

# %%
run(lambda x: hk.Conv2DTranspose(8, kernel_shape=3, stride=2)(x), image)

# %% [markdown]
# ### `hk.Bias`
#
# 1 file, 1 repository. Adds a trained number to each feature.

# %%
run(lambda x: hk.Bias()(x), x)

# %% [markdown]
# ### `hk.Conv3DTranspose`
#
# 1 file, 1 repository. The transposed convolution over three axes.

# %%
run(
    lambda x: hk.Conv3DTranspose(2, kernel_shape=3, stride=2)(x),
    jnp.ones((1, 2, 4, 4, 1)),
)

# %% [markdown]
# ### `hk.GroupNorm`
#
# 1 file, 1 repository. Normalises each example over groups of channels.

# %%
run(lambda x: hk.GroupNorm(groups=2)(x), jnp.ones((2, 8, 8, 4)))

# %% [markdown]
# ### `hk.nets.ResNet50`
#
# 1 file, 1 repository. The residual network of 50 layers for images. Only shapes are computed here.

# %%
net = hk.transform_with_state(lambda x: hk.nets.ResNet50(1000)(x, is_training=True))
params, _ = jax.eval_shape(net.init, key, jnp.ones((1, 64, 64, 3)))
print(len(params), "modules,", hk.data_structures.tree_size(params), "parameters")

# %% [markdown]
# ### `hk.nets.ResNet.BlockGroup`
#
# 1 file, 1 repository. A group of residual blocks, met in networks that take the class apart.


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
    )(x, is_training=True, test_local_stats=False)


BN = {"decay_rate": 0.9, "eps": 1e-5, "create_scale": True, "create_offset": True}
run(group, image)

# %% [markdown]
# ## Initialisers
#
# How a parameter starts. Each is called with a shape and a dtype, inside a transformed function.
#
# ### `hk.initializers.VarianceScaling`
#
# 15 files, 6 repositories. Normal or uniform, with a variance that depends on the number of inputs or
# outputs. Taught in [modules](../haiku/modules.py).

# %%
drawn(hk.initializers.VarianceScaling(2.0))

# %% [markdown]
# ### `hk.initializers.Constant`
#
# 10 files, 4 repositories. The same number in every place.

# %%
drawn(hk.initializers.Constant(0.5))

# %% [markdown]
# ### `hk.initializers.TruncatedNormal`
#
# 10 files, 7 repositories. A normal distribution cut at two standard deviations; with `1 / sqrt(inputs)` it
# is the default of `hk.Linear`. Taught in [modules](../haiku/modules.py).

# %%
drawn(hk.initializers.TruncatedNormal(stddev=0.1))

# %% [markdown]
# ### `hk.initializers.Initializer`
#
# 9 files, 4 repositories. The type of an initialiser, for annotations; any function of shape and dtype will
# do. Taught in [modules](../haiku/modules.py).


# %%
def half_ones(shape, dtype):
    return jnp.full(shape, 0.5, dtype)


init: hk.initializers.Initializer = half_ones
drawn(init)

# %% [markdown]
# ### `hk.initializers.RandomNormal`
#
# 8 files, 4 repositories. Draws from a normal distribution of a given width. Taught in
# [modules](../haiku/modules.py).

# %%
drawn(hk.initializers.RandomNormal(stddev=0.1))

# %% [markdown]
# ### `hk.initializers.Identity`
#
# 1 file, 1 repository. The identity matrix, for square weights.

# %%
drawn(hk.initializers.Identity())

# %% [markdown]
# ### `hk.initializers`
#
# 1 file, 1 repository. The module that holds them; some files pass it on as a whole. Taught in
# [modules](../haiku/modules.py).

# %%
print(sorted(name for name in dir(hk.initializers) if name[0].isupper())[:4])

# %% [markdown]
# ### `hk.initializers.RandomUniform`
#
# 1 file, 1 repository. Draws from a uniform distribution between two bounds.

# %%
drawn(hk.initializers.RandomUniform(-0.1, 0.1))

# %% [markdown]
# ### `hk.initializers.UniformScaling`
#
# 1 file, 1 repository. Uniform, with a range that depends on the number of inputs.

# %%
drawn(hk.initializers.UniformScaling())

# %% [markdown]
# ## State
#
# Values that change while the network is used, and are not trained.
#
# ### `hk.get_state`
#
# 5 files, 2 repositories. Looks up a value of the state, and makes it at `init`. Taught in
# [state](../haiku/state.py).

# %%
run(lambda x: x + hk.get_state("offset", (), init=jnp.ones), x)

# %% [markdown]
# ### `hk.set_state`
#
# 4 files, 2 repositories. Stores a new value; `apply` returns it. Taught in [state](../haiku/state.py).


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
# Inside a network Haiku hands out keys, all derived from the one that `init` or `apply` was given.
#
# ### `hk.next_rng_key`
#
# 28 files, 5 repositories. A new key, other than all before it. Taught in [state](../haiku/state.py).

# %%
run(lambda x: x + jax.random.normal(hk.next_rng_key(), x.shape), x)

# %% [markdown]
# ### `hk.PRNGSequence`
#
# 12 files, 5 repositories. An iterator of keys, for use outside of networks. Taught in
# [state](../haiku/state.py).

# %%
keys = hk.PRNGSequence(0)
print(jax.random.normal(next(keys)), jax.random.normal(next(keys)))

# %% [markdown]
# ### `hk.multinomial`
#
# 2 files, 1 repository. Samples classes from logits; `jax.random.categorical` does the same.

# %%
print(hk.multinomial(key, jnp.zeros(3), 5))

# %% [markdown]
# ### `hk.maybe_next_rng_key`
#
# 1 file, 1 repository. A new key if there is one, else `None`. Taught in [state](../haiku/state.py).

# %%
print(hk.transform(lambda: hk.maybe_next_rng_key() is None).apply({}, None))

# %% [markdown]
# ### `hk.with_rng`
#
# 1 file, 1 repository. Takes the keys of a block from another key.


# %%
def fixed(x):
    with hk.with_rng(jax.random.key(7)):
        return jax.random.normal(hk.next_rng_key())


net = hk.transform(fixed)
print(net.apply({}, key, x) == net.apply({}, None, x))

# %% [markdown]
# ### `hk.next_rng_keys`
#
# 1 file, 1 repository. Several new keys at once. Taught in [transforms
# inside](../beyond/transforms_inside.py).

# %%
run(lambda x: jax.vmap(jax.random.normal)(hk.next_rng_keys(3)), x)

# %% [markdown]
# ## Control flow and JAX transformations
#
# Inside a network use these in place of `jax.*`, so that parameters, state and keys made within are not lost.
#
# ### `hk.remat`
#
# 16 files, 5 repositories. Computes activations again in the backward pass instead of keeping them: less
# memory, more time.

# %%
run(lambda x: hk.remat(hk.Linear(2))(x), x)

# %% [markdown]
# ### `hk.scan`
#
# 4 files, 2 repositories. A compiled loop with a carry, over an array.


# %%
def running_sum(x):
    scale = hk.get_parameter("scale", (), init=jnp.ones)
    return hk.scan(lambda total, row: (total + scale * row, total), jnp.zeros(3), x)[0]


run(running_sum, x)

# %% [markdown]
# ### `hk.vmap`
#
# 2 files, 2 repositories. Maps over a batch; `split_rng` says whether each example gets a key of its own.

# %%
run(lambda x: hk.vmap(hk.Linear(2), split_rng=not hk.running_init())(x), x)

# %% [markdown]
# ### `hk.eval_shape`
#
# 2 files, 1 repository. The shape of a result without computing it.

# %%
run(lambda x: jnp.zeros(hk.eval_shape(lambda v: v.T @ v, x).shape), x)

# %% [markdown]
# ### `hk.while_loop`
#
# 2 files, 1 repository. A loop that goes on while a condition holds. It cannot run at `init`, where the body
# is called once by hand.


# %%
def doubled(x):
    if hk.running_init():  # which does not loop
        return 2 * x
    return hk.while_loop(lambda v: v.sum() < 100, lambda v: 2 * v, x)


run(doubled, x)

# %% [markdown]
# ### `hk.fori_loop`
#
# 1 file, 1 repository. A loop of a fixed number of rounds.

# %%
run(lambda x: hk.fori_loop(0, 3, lambda i, v: v + i, x), x)

# %% [markdown]
# ## Recurrent networks
#
# A core takes an input and a state, and returns an output and the next state.
#
# ### `hk.LSTMState`
#
# 8 files, 1 repository. The state of an LSTM: `hidden` and `cell`.

# %%
print(hk.LSTMState(hidden=jnp.zeros(2), cell=jnp.ones(2)))

# %% [markdown]
# ### `hk.RNNCore`
#
# 8 files, 3 repositories. The base class of cores.


# %%
class Sum(hk.RNNCore):
    def __call__(self, x, state):
        return state + x, state + x

    def initial_state(self, batch_size):
        return jnp.zeros((batch_size, 3))


run(lambda x: Sum()(x, Sum().initial_state(2)), x)

# %% [markdown]
# ### `hk.dynamic_unroll`
#
# 7 files, 3 repositories. Runs a core over a sequence with a compiled loop; time is the first axis.


# %%
def unrolled(xs):
    core = hk.LSTM(4)
    return hk.dynamic_unroll(core, xs, core.initial_state(2))[0]


run(unrolled, jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.LSTM`
#
# 6 files, 3 repositories. A core with long short-term memory, the most used.

# %%
run(lambda x: hk.LSTM(4)(x, hk.LSTM(4).initial_state(2))[0], x)

# %% [markdown]
# ### `hk.GRU`
#
# 4 files, 2 repositories. A core with gates and a single vector as state.

# %%
run(lambda x: hk.GRU(4)(x, jnp.zeros((2, 4)))[0], x)

# %% [markdown]
# ### `hk.DeepRNN`
#
# 3 files, 3 repositories. Several cores and layers as one core.


# %%
def deep(x):
    core = hk.DeepRNN([hk.LSTM(4), jax.nn.relu, hk.GRU(2)])
    return core(x, core.initial_state(2))[0]


run(deep, x)

# %% [markdown]
# ### `hk.IdentityCore`
#
# 2 files, 1 repository. A core that returns its input; it stands where no memory is wanted.

# %%
run(lambda x: hk.IdentityCore()(x, None)[0], x)

# %% [markdown]
# ### `hk.Conv2DLSTM`
#
# 2 files, 1 repository. An LSTM whose states are images.


# %%
def images(x):
    core = hk.Conv2DLSTM((8, 8), output_channels=2, kernel_shape=3)
    return core(x, core.initial_state(1))[0]


run(images, image)

# %% [markdown]
# ### `hk.static_unroll`
#
# 1 file, 1 repository. The same as `hk.dynamic_unroll` with a Python loop: longer to compile.


# %%
def unrolled(xs):
    core = hk.GRU(4)
    return hk.static_unroll(core, xs, core.initial_state(2))[0]


run(unrolled, jnp.ones((5, 2, 3)))

# %% [markdown]
# ### `hk.ResetCore`
#
# 1 file, 1 repository. Resets the state of a core where a flag says that an episode began.


# %%
def resetting(x):
    core = hk.ResetCore(hk.LSTM(4))
    return core((x, jnp.array([True, False])), core.initial_state(2))[0]


run(resetting, x)

# %% [markdown]
# ### `hk.VanillaRNN`
#
# 1 file, 1 repository. The plain recurrent layer, without any gates.

# %%
run(lambda x: hk.VanillaRNN(4)(x, jnp.zeros((2, 4)))[0], x)

# %% [markdown]
# ## Trees of parameters
#
# Functions on the two-level dictionaries that `init` returns.
#
# ### `hk.data_structures.partition`
#
# 6 files, 3 repositories. Splits parameters in two by a question, for instance trained and frozen. Taught in
# [modules](../haiku/modules.py).

# %%
params = hk.transform(lambda x: hk.nets.MLP([4, 1])(x)).init(key, x)
first, rest = hk.data_structures.partition(
    lambda module, name, value: module == "mlp/~/linear_0", params
)
print(list(first), list(rest))

# %% [markdown]
# ### `hk.data_structures.merge`
#
# 6 files, 3 repositories. Puts such parts together again; of equal names the last wins. Taught in
# [modules](../haiku/modules.py).

# %%
print(list(hk.data_structures.merge(first, rest)))

# %% [markdown]
# ### `hk.data_structures.to_immutable_dict`
#
# 2 files, 1 repository. Today a copy of the dictionaries; once it froze them.

# %%
print(type(hk.data_structures.to_immutable_dict(params)).__name__)

# %% [markdown]
# ### `hk.data_structures.to_mutable_dict`
#
# 2 files, 2 repositories. A copy in ordinary dictionaries, to be changed. Taught in
# [modules](../haiku/modules.py).

# %%
changed = hk.data_structures.to_mutable_dict(params)
changed["mlp/~/linear_0"]["b"] = jnp.ones(4)
print(params["mlp/~/linear_0"]["b"], changed["mlp/~/linear_0"]["b"])

# %% [markdown]
# ### `hk.data_structures.tree_size`
#
# 2 files, 2 repositories. Counts the numbers in all parameters. Taught in [modules](../haiku/modules.py).

# %%
print(hk.data_structures.tree_size(params))

# %% [markdown]
# ### `hk.data_structures.tree_bytes`
#
# 1 file, 1 repository. Counts the bytes of all parameters. Taught in [modules](../haiku/modules.py).

# %%
print(hk.data_structures.tree_bytes(params))

# %% [markdown]
# ## Mixed precision
#
# A policy says in which dtype a class of modules keeps parameters, computes, and returns.
# [jmp](https://github.com/google-deepmind/jmp) holds the policies.
#
# ### `hk.mixed_precision.set_policy`
#
# 8 files, 2 repositories. Sets the policy of a class, for all its instances. Taught in [precision](precision.py).

# %%
half = jmp.get_policy("params=float32,compute=bfloat16,output=bfloat16")
hk.mixed_precision.set_policy(hk.Linear, half)
print(
    hk.transform(lambda x: hk.Linear(2)(x))
    .apply({"linear": {"w": jnp.ones((3, 2)), "b": jnp.zeros(2)}}, None, x)
    .dtype
)
hk.mixed_precision.clear_policy(hk.Linear)

# %% [markdown]
# ### `hk.mixed_precision.current_policy`
#
# 4 files, 1 repository. The policy of the module whose method runs, if there is one.


# %%
class Asking(hk.Module):
    def __call__(self, x):
        print(hk.mixed_precision.current_policy())
        return x


run(lambda x: Asking()(x), x)

# %% [markdown]
# ## Three names that do not exist
#
# `hk.transforms`, `hk.Resnet` and `hk.state` stand in one file each, and Haiku has none of them today. What exists is
# `hk.transform`, `hk.nets.ResNet50` and its siblings, and `hk.get_state`.

# %% raises="AttributeError" match="has no attribute 'Resnet'"
print(hk.Resnet)

# %% [markdown]
# The other two fail in the same way:

# %% raises="AttributeError" match="has no attribute 'state'"
print(hk.state)

# %% raises="AttributeError" match="has no attribute 'transforms'"
print(hk.transforms)

# %% [markdown]
# Next: [Recurrent networks](sequences.py), where some of these names do their work.
