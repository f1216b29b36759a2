# %% [markdown]
# # Read real code
#
# Research code in Haiku uses idioms that lists of layers leave out, such as modules that are dataclasses and functions
# that change how parameters are made. [`haiku-port read`](../../reference/read.md) says what a folder of it is made of,
# and which sections of this course explain that, without running it:
#
# ```console
# $ haiku-port read src/
# ```
#
# Where `init` can be traced, `jax.eval_shape` builds the tree of parameters from shapes alone:

# %% tags=["short"]
import haiku as hk
import jax

net = hk.transform(lambda x: hk.nets.MLP([8, 2])(x))
x = jax.numpy.ones((1, 3))
tree = jax.eval_shape(net.init, jax.random.key(0), x)
for module, its in tree.items():
    print(module, {n: p.shape for n, p in its.items()})

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - read what `haiku-port read` reports of a Haiku repository, and say what it leaves open;
# - say under which name a parameter is filed if a subclass, a method or a function asks for it;
# - follow creators and getters around a network, and a training step for many devices.
#
# You need: [names and scopes](../haiku/modules.py), [`BatchNorm`](../haiku/state.py) and
# [`hk.scan`](../networks/transforms_inside.py).
#
# </div>
#
# ## The order in which to read
#
# Files of research code are usually written from the layers up to the experiment, so read them from the other end, as
# [the drawing of the calls](#a-training-step-for-many-devices) shows for one of them. Ask five questions: what is
# transformed, so is there a state, is there a key; which classes are there; where is each module *made*, which shows in
# its name; which parameters are asked for; and what surrounds it all and changes them from outside. The command asks them
# of all files at once. Here is a small model in the style of dm-haiku's own example, as a string, so that the command
# can read it:

# %%
MODEL = """
import dataclasses

import haiku as hk
import jax


@dataclasses.dataclass
class Transformer(hk.Module):
    num_heads: int
    num_layers: int
    name: str | None = None

    def __call__(self, h):  # (B, T, D)
        size = h.shape[-1]
        w_init = hk.initializers.VarianceScaling(
            scale=2 / self.num_layers, mode="fan_in", distribution="truncated_normal"
        )
        for _ in range(self.num_layers):
            attend = hk.MultiHeadAttention(
                num_heads=self.num_heads,
                key_size=size // self.num_heads,
                w_init=w_init,
            )
            h = h + attend(h, h, h)
            h = h + jax.nn.gelu(hk.Linear(output_size=size, w_init=w_init)(h))
        return hk.LayerNorm(axis=-1, create_scale=True, create_offset=True)(h)


@dataclasses.dataclass
class LanguageModel(hk.Module):
    transformer: Transformer
    model_size: int
    vocab_size: int
    name: str | None = None

    def __call__(self, tokens):  # (B, T)
        small = hk.initializers.TruncatedNormal(mean=0.0, stddev=0.02)
        h = hk.Embed(self.vocab_size, embed_dim=self.model_size, w_init=small)(tokens)
        shape = [tokens.shape[1], self.model_size]
        h = h + hk.get_parameter(name="positions", shape=shape, init=small)
        return hk.Linear(self.vocab_size)(self.transformer(h))


def make_network(config):
    def forward(tokens):
        transformer = Transformer(config.num_heads, config.num_layers)
        return LanguageModel(transformer, config.model_size, vocab_size=10)(tokens)

    return hk.transform(forward)
"""

# %% [markdown]
# A function of this course runs the command, where its [package](../../reference/porting.md#the-package) is installed:

# %% tags=["recap"]
from snippets.terminal import haiku_port

# %%
answer = haiku_port("read model.py", {"model.py": MODEL})
print(answer.partition("\n\nNames that")[0])

# %% tags=["hidden"]
from haiku_porting.read import read_code

read = read_code({"model.py": MODEL})
(made,) = (each for each in read["trees"] if each["of"].startswith("forward"))
unsure = [entry["path"] for entry in made["entries"] if entry["depends"]]
assert len({path.partition("/")[0] for path in unsure}) == 1
assert all("_1" in path for path in unsure)

# %% [markdown]
# How to read it:
#
# - A row without a remark is what the command claims to know. `for each of range(config.num_layers)` marks those that
#   only a longer loop makes: how many, a configuration says that is not among the files.
# - The paths are those of the checkpoint. `language_model` and `transformer` are two roots, although one class gets the
#   other: [below](#a-module-that-is-a-dataclass) you see why.
# - The lines are those that *make* a module. Follow them, not the order of the classes.
#
# Below, the report explains {{ len({use["name"] for use in read["uses"]}) }} names, and ends with a reading list of about
# {{ read["minutes"] }} minutes. This text lacks the values: shapes, the settings of a run, the branch that is taken.
# `--run module:function` adds the tree of a run, with its shapes. And what a hook around the network does to the arrays
# is left to you.
#
# The rest of this page takes the idioms in the order of difficulty. It quotes a few lines of public files, builds a small
# version of each and runs it. Two functions make and print a tree; note that `jax.eval_shape` sorts the modules by name.

# %%
import contextlib
import dataclasses
import functools
from types import SimpleNamespace

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

key = jax.random.key(0)


def tree_of(f, *inputs):
    """The shapes of the parameters that a function makes, by module and name."""
    params, _ = jax.eval_shape(hk.transform_with_state(f).init, key, *inputs)
    return jax.tree.map(jnp.shape, params)


def show(tree):
    for module, its in tree.items():
        print(f"{module:34}", its)


# %% [markdown]
# ## A class that inherits from a layer
#
# From `nfnets/base.py` of [deepmind-research](https://github.com/google-deepmind/deepmind-research), commit `f5de0ed`:
#
# ```python
# class WSConv2D(hk.Conv2D):
#   @hk.transparent
#   def standardize_weight(self, weight, eps=1e-4):
#     ...
#     gain = hk.get_parameter('gain', shape=(weight.shape[-1],),
#                             dtype=weight.dtype, init=jnp.ones)
# ```
#
# The class has no `__init__`, because it inherits that of `hk.Conv2D`. Its `__call__` reads the attributes that this
# constructor has set, such as `self.kernel_shape`, `self.output_channels`, `self.stride`, `self.channel_index` and
# `self.dimension_numbers`, and then asks for the parameters itself. Here it is, rebuilt for the default settings:


# %%
class WSConv2D(hk.Conv2D):
    """A convolution whose weights have mean 0 and variance 1 / fan_in, times a gain."""

    @hk.transparent
    def standardize(self, w):
        centred = w - w.mean(axis=(0, 1, 2))
        fan_in = np.prod(w.shape[:-1])
        gain = hk.get_parameter(
            name="gain", shape=w.shape[-1:], dtype=w.dtype, init=jnp.ones
        )
        scale = jax.lax.rsqrt(jnp.maximum(fan_in * w.var(axis=(0, 1, 2)), 1e-4))
        return centred * scale * gain

    def __call__(self, x):  # (B, H, W, C)
        channels = x.shape[self.channel_index]
        shape = (*self.kernel_shape, channels, self.output_channels)
        w_init = hk.initializers.VarianceScaling(1.0, "fan_in", "normal")
        w = hk.get_parameter("w", shape, x.dtype, init=w_init)
        out = jax.lax.conv_general_dilated(
            x,
            self.standardize(w),
            window_strides=self.stride,
            padding=self.padding,
            dimension_numbers=self.dimension_numbers,
        )
        return out + hk.get_parameter("bias", out.shape[-1:], x.dtype, init=jnp.zeros)


images = jax.random.normal(key, (2, 8, 8, 3))
show(tree_of(lambda x: WSConv2D(output_channels=5, kernel_shape=3)(x), images))


# %% [markdown]
# Note three things in this tree. The name is that of the *subclass*, `ws_conv2_d`. The bias is called `bias`, because
# the class asks for it under this name;
# the `b` of `hk.Conv2D` comes from a method that is overridden and never runs. And `gain` is in the same entry as `w`,
# though another method asks for it. `np.prod` is no mistake: on shapes and other constants, a network may use NumPy,
# though floats such as `np.sqrt(2)` widen bfloat16. On traced arrays most of its functions fail.
#
# ### Where a parameter is filed
#
# As [scopes](../haiku/modules.py#scopes-the-name-says-where-a-module-was-made) showed, the name of a *module* often
# tells which method made it. A parameter is usually filed under the module whose method is running, whichever method
# that is. A module can ask for one in several places:


# %%
def helper():
    return hk.get_parameter("of_helper", [], init=jnp.ones)


class Asks(hk.Linear):
    def __call__(self, x):
        hk.get_parameter("of_call", [], init=jnp.ones)
        self.method()
        self.transparent()
        helper()
        with hk.name_scope("block"):
            hk.get_parameter("of_block", [], init=jnp.ones)
        return super().__call__(x)

    def method(self):
        return hk.get_parameter("of_method", [], init=jnp.ones)

    @hk.transparent
    def transparent(self):
        return hk.get_parameter("of_transparent", [], init=jnp.ones)


class Owner(hk.Module):
    def __call__(self, x):
        layer = Asks(2)
        layer.transparent()
        layer.method()
        return layer(x)


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `Owner` first calls `layer.transparent()` and `layer.method()` itself, and then calls the layer, which calls both a
# second time. Which of their parameters will be in the entry of `owner`?
#
# - [{{ "owner" not in tree_of(lambda: Owner()(jnp.ones(3))) }}] None: both are in that of `owner/asks`.
# - [{{ [*tree_of(lambda: Owner()(jnp.ones(3)))["owner"]] == ["of_transparent"] }}] Only `of_transparent`
# - [{{ [*tree_of(lambda: Owner()(jnp.ones(3)))["owner"]] == ["of_method"] }}] Only `of_method`
# - [{{ len(tree_of(lambda: Owner()(jnp.ones(3)))["owner"]) == 2 }}] Both, since `owner` calls both first.
#
# </div>

# %% tags=["predict"]
for module, its in tree_of(lambda x: Owner()(x), jnp.ones((1, 3))).items():
    print(f"{module:18}", sorted(its))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `owner` has `of_transparent`, and `owner/asks` has it too: these are **two** parameters. `@hk.transparent` removes the
# method from Haiku's stack of modules, so that it counts as part of its caller: of the layer if the layer calls it, and
# of `owner` if `owner` does. What `method` asks for is filed under `asks`, wherever the call comes from. `helper` counts
# as part of the module that called it, and so would a static method, or one of a plain mixin class. The `hk.name_scope`
# opens an entry of its own.
#
# </details>
#
# So `standardize_weight` of NFNets is right as long as only the class itself calls it. If another module calls it in
# order to look at the standardised weights, `init` makes a second gain, and `apply` with trained parameters finds none.
#
# ## Exercise: which line made this parameter?
#
# A model was saved with two rounds and size 4, from `x` of shape `(2, 3)`. This is the tree of its checkpoint:

# %%
SAVED = {
    "net/mix": {"w": (4, 4)},
    "net/read_out/scaled_linear": {"w": (4, 1), "b": (1,), "gain": (1,)},
    "net/round/inner": {"w": (4, 4), "b": (4,), "gain": (4,)},
    "net/round_1/inner": {"w": (4, 4), "b": (4,), "gain": (4,)},
    "net/~/encode": {"w": (3, 4), "b": (4,)},
}

# %% [markdown]
# The code below was written from memory. The steps of its computation are right, and yet hardly a parameter is where the
# checkpoint has it: find the line that makes each, and repair the lines.
#
# - `Net(rounds, size)` has the tree of the checkpoint for every number of rounds and every size.
# - A `ScaledLinear` computes $(xW + b) \, g$: it has the `w` and `b` of an `hk.Linear`, and gains that start at one.
# - `Net` returns its outputs, and the sum of the squares of the gains of its rounds.
#
# <details>
# <summary>Hint</summary>
#
# Take the paths one by one. A `~` says in which method a module was made, and the number of entries says how often the
# line ran. What separates `read_out` from a module? And whose is a gain that a *transparent* method asks for? See the
# answer to the question above.
#
# </details>


# %% exercise="scaled-linear" kind="repair" minutes="12"
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return hk.Linear(self.output_size)(x) * self.gain()

    @hk.transparent
    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)


class Round(hk.Module):
    def __init__(self, size, name=None):
        super().__init__(name=name)
        self.inner = ScaledLinear(size, name="inner")

    def __call__(self, h):
        mix = hk.Linear(h.shape[-1], with_bias=False, name="mix")
        return h + mix(jnp.tanh(self.inner(h))), (self.inner.gain() ** 2).sum()


class Net(hk.Module):
    def __init__(self, rounds, size, name=None):
        super().__init__(name=name)
        self.rounds, self.size = rounds, size

    def __call__(self, x):  # (B, D)
        h, penalty = hk.Linear(self.size, name="encode")(x), 0.0
        for _ in range(self.rounds):
            h, squares = Round(self.size)(h)
            penalty += squares
        return ScaledLinear(1, name="read_out")(h), penalty


### BEGIN SOLUTION
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)


class Round(hk.Module):
    def __init__(self, mix, name=None):
        super().__init__(name=name)
        self.mix = mix

    def __call__(self, h):
        inner = ScaledLinear(h.shape[-1], name="inner")
        return h + self.mix(jnp.tanh(inner(h))), (inner.gain() ** 2).sum()


class Net(hk.Module):
    def __init__(self, rounds, size, name=None):
        super().__init__(name=name)
        self.rounds, self.size = rounds, size
        self.encode = hk.Linear(size, name="encode")

    def __call__(self, x):  # (B, D)
        h, penalty = self.encode(x), 0.0
        mix = hk.Linear(self.size, with_bias=False, name="mix")
        for _ in range(self.rounds):
            h, squares = Round(mix)(h)
            penalty += squares
        with hk.name_scope("read_out"):
            return ScaledLinear(1)(h), penalty


### END SOLUTION

# %% check="scaled-linear"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "Net",
    "Where a parameter is filed",
    {
        "unexpected keyword": "It is made as Net(rounds, size).",
        "recursion": "Does __call__ call itself? What does super() mean?",
        "super constructor": "What does the constructor of a module call first?",
        "Unable to retrieve": "Does apply ask for what init made?",
        "": "Does it take any x of shape (B, D), any number of rounds and any size?",
    },
)


def shapes_by_path(net):
    """The parameters of a network by their paths, from shapes alone."""

    def shapes(x, rounds, size):
        made = jax.eval_shape(hk.transform(lambda x: net(rounds, size)(x)).init, key, x)
        return {f"{m}/{n}": p.shape for m, its in made.items() for n, p in its.items()}

    return shapes


def init_and_apply(net):
    """First parameters, and what `apply` gives with others."""

    def run(x, rounds, size):
        pure = hk.without_apply_rng(hk.transform(lambda x: net(rounds, size)(x)))
        params = pure.init(key, x)
        return params, pure.apply(_moved(params), x)

    return run


def _moved(params):
    """Parameters after some training, no two alike."""
    leaves, form = jax.tree.flatten(params)
    moves = (0.2 * np.sin(i + np.arange(p.size)) for i, p in enumerate(leaves, 1))
    return form.unflatten(p + next(moves).reshape(p.shape) for p in leaves)


def _right(p, x, rounds):
    def scaled(x, its):
        return (x @ its["w"] + its["b"]) * its["gain"]

    h = x @ p["net/~/encode"]["w"] + p["net/~/encode"]["b"]
    rows = [p["net/round" + f"_{i}" * (i > 0) + "/inner"] for i in range(rounds)]
    for its in rows:
        h = h + np.tanh(scaled(h, its)) @ p["net/mix"]["w"]
    penalty = sum((its["gain"] ** 2).sum() for its in rows)
    return scaled(h, p["net/read_out/scaled_linear"]), penalty


_draw = np.random.default_rng(0)
for _shape, _rounds, _size in (
    ((2, 3), 2, 4),
    ((4, 5), 1, 1),
    ((3, 60), int(_draw.integers(11, 14)), 70),
):
    _x = jnp.float32(_draw.normal(size=_shape))
    _when = f"For {_rounds} rounds, size {_size} and x of shape {_shape}, "
    _given = _x, _rounds, _size
    _shapes = _check.call(*_given, by=shapes_by_path, when=_when)
    _inner = {"w": (_size, _size), "b": (_size,), "gain": (_size,)}
    _tree = {
        "net/mix": {"w": (_size, _size)},
        "net/~/encode": {"w": (_shape[-1], _size), "b": (_size,)},
        "net/read_out/scaled_linear": {"w": (_size, 1), "b": (1,), "gain": (1,)},
    }
    for _i in range(_rounds):
        _tree["net/round" + f"_{_i}" * (_i > 0) + "/inner"] = _inner
    _asked = {f"{m}/{n}": s for m, its in _tree.items() for n, s in its.items()}
    _named = sorted(_shapes.items() ^ _asked.items(), key=lambda e: e[0])
    for _path, _its in _named[:1]:
        _who = ["your net has", "the checkpoint has"][_asked.get(_path) == _its]
        _told = f"only {_who} {_path} {_its}. Which line made it?"
        _check.require(False, _when + _told)
    _params, _out = _check.call(*_given, by=init_and_apply, when=_when)
    for _path, _its in sorted(_params.items()):
        _starts = {n: p for n, p in _its.items() if n != "w"}
        _ones = {n: np.full(p.shape, 1.0 * (n == "gain")) for n, p in _starts.items()}
        _hints = {"": "Gains start at one, and biases as those of hk.Linear."}
        _check.agrees(_starts, _ones, _hints, _when, f"the start of {_path}")
        if _its["w"].size > 1_000:  # enough numbers for a distribution
            _spread = _its["w"].std() * len(_its["w"]) ** 0.5
            _hints = {"": "It is 0.88 for hk.Linear. Does that make w?"}
            _what = f"the deviation of the first w of {_path}, times inputs ** 0.5,"
            _check.agrees(_spread, 0.88, _hints, _when, _what, rtol=0.06)
    _two = isinstance(_out, tuple) and len(_out) == 2
    _check.require(_two, "Net returns its outputs, and the sum of squares.")
    _want = _right(jax.tree.map(np.float64, _moved(_params)), _x, _rounds)
    _hints = {"": "Are the steps of the computation those of the code from memory?"}
    _check.agrees(_out[0], _want[0], _hints, _when, "the first value")
    _hints = {"": "Is it the sum of the squares of the gains of the rounds?"}
    _check.agrees(_out[1], _want[1], _hints, _when, "the second value")
print("Tested: each parameter has its path, for any number of rounds, and its use.")

# %% [markdown]
# ## What is left of the original layer
#
# To see what is left of the original, look for `super().__call__` and for what the subclass passes to it:


# %%
class VectorNorm(
    hk.LayerNorm
):  # as in AlphaFold: its own parameters, Haiku's arithmetic
    def __init__(self, axis, eps=1e-5, name=None):
        super().__init__(
            axis, create_scale=False, create_offset=False, eps=eps, name=name
        )

    def __call__(self, x):
        scale = hk.get_parameter("scale", x.shape[-1:], x.dtype, init=jnp.ones)
        offset = hk.get_parameter("offset", x.shape[-1:], x.dtype, init=jnp.zeros)
        return super().__call__(x, scale=scale, offset=offset)


class StrictNorm(hk.BatchNorm):  # other defaults, and no choice
    def __init__(self, name=None):
        super().__init__(
            create_scale=True, create_offset=True, decay_rate=0.9, name=name
        )


class WarmGRU(hk.GRU):  # starts from ones instead of zeros
    def initial_state(self, batch_size):
        return jnp.ones_like(super().initial_state(batch_size))


class SamePool(hk.MaxPool):  # no parameters, so no entry
    def __init__(self, name=None):
        super().__init__(
            window_shape=(2, 2, 1), strides=(2, 2, 1), padding="SAME", name=name
        )


class Orthonormal(hk.initializers.RandomNormal):  # an initialiser is a class, too
    def __call__(self, shape, dtype):
        return jnp.linalg.qr(super().__call__(shape, dtype))[0]


def inherits(images):
    x = StrictNorm()(SamePool()(images), is_training=True).mean(axis=(1, 2))
    x = hk.Linear(3, w_init=Orthonormal(stddev=1.0))(VectorNorm(-1, name="norm")(x))
    core = WarmGRU(hidden_size=4)
    return core(x, core.initial_state(len(x)))


show(tree_of(inherits, images))

# %% [markdown]
# ## A module that is a dataclass
#
# From `examples/transformer/model.py` of [dm-haiku](https://github.com/google-deepmind/dm-haiku), commit `f4d858a`:
#
# ```python
# @dataclasses.dataclass
# class LanguageModel(hk.Module):
#   transformer: Transformer
#   model_size: int  # Embedding size.
#   ...
#   name: str | None = None  # Optional identifier for the module.
# ```
#
# There is no `__init__`, and no `super().__init__(name=name)`. `@dataclasses.dataclass` writes a constructor from the
# fields; here it ends with that of `hk.Module`, which gets the field `name`. So the settings are fields, and you write
# only `__call__`. The file above is divided in the same way. Here it runs, with one layer:


# %%
def names_in(text):
    names = {}
    exec(text, names)
    return names


model = names_in(MODEL)
tokens = jnp.array([[3, 1, 4, 1], [5, 9, 2, 6]])
config = SimpleNamespace(num_heads=2, num_layers=1, model_size=8)
model_tree = jax.eval_shape(model["make_network"](config).init, key, tokens)
show(jax.tree.map(jnp.shape, model_tree))


# %% [markdown]
# The transformer isn't under `language_model`: it was made outside, before the call, so it keeps its own name. If the
# class made it in its `__call__`, each of these names would begin with `language_model/transformer`, and a checkpoint
# with the names above would not load. The idiom has three more consequences:
#
# - Without a field `name`, the module takes the name of its class, or a class attribute `name`.
# - What an `__init__` would compute goes into `__post_init__`, which begins with `super().__post_init__()`: the super
#   constructor must run before a module is made. With `frozen=True` it cannot run at all; `slots=True` may break this.
# - A `default_factory` that *makes a module*, as in `body: Transformer = dataclasses.field(default_factory=...)`,
#   fails: it would run before the module has a name. Make it in `__call__`, or pass it.


# %% raises="ValueError" match="The super constructor must be called before you create"
@dataclasses.dataclass
class WithDefault(hk.Module):
    body: hk.Module = dataclasses.field(default_factory=lambda: hk.Linear(3))
    name: str | None = None

    def __call__(self, x):
        return self.body(x)


tree_of(lambda x: WithDefault()(x), jnp.ones((1, 2)))

# %% [markdown]
# ## Creators and getters around a network
#
# From `alphafold/model/utils.py` of [AlphaFold](https://github.com/google-deepmind/alphafold), commit `c77e5d2`:
#
# ```python
# def bfloat16_creator(next_creator, shape, dtype, init, context):
#   """Creates float32 variables when bfloat16 is requested."""
#   if context.original_dtype == jnp.bfloat16:
#     dtype = jnp.float32
#   return next_creator(shape, dtype, init)
# ```
#
# A **creator** sits between `hk.get_parameter` and the initialiser, and runs when a parameter is made, which is in
# `init`. A **getter** sits between the stored array and the module that asked for it, and runs whenever Python asks, in
# `init` too. Both get a `context` that says what the module originally asked for: `context.original_dtype`,
# `context.original_shape`, `context.full_name`. In AlphaFold, the creator above makes float32 parameters, a getter
# casts to bfloat16 what was asked for in bfloat16, and one `with` turns on both:


# %%
def float32_creator(next_creator, shape, dtype, init, context):
    if context.original_dtype == jnp.bfloat16:
        dtype = jnp.float32
    return next_creator(shape, dtype, init)


def bfloat16_getter(next_getter, value, context):
    if context.original_dtype == jnp.bfloat16:
        value = value.astype(jnp.bfloat16)
    return next_getter(value)


@contextlib.contextmanager
def bfloat16_context():
    with hk.custom_creator(float32_creator), hk.custom_getter(bfloat16_getter):
        yield


def half_net(x):
    with bfloat16_context():
        return hk.Linear(2)(x)


half = hk.without_apply_rng(hk.transform(half_net))
x = jnp.ones((1, 3), jnp.bfloat16)
half_params = half.init(key, x)
print("stored:", half_params["linear"]["w"].dtype)
print("output:", half.apply(half_params, x).dtype)

# %% [markdown]
# Most layers ask for parameters in the dtype of their input, so this network computes in bfloat16, while gradients and
# updates are in float32, without a change to any layer. But the table of `hk.Embed` and the
# initial state of a recurrent core are float32 by default. Cast what they return, or the rest of the network computes
# in float32. Newer code may use `hk.mixed_precision`; [Precision](../training/precision.py) teaches
# it.
#
# ### A creator may change the stored shape: `layer_stack`
#
# From `alphafold/model/layer_stack.py`, same commit:
#
# ```python
#       def creator(next_creator, shape, dtype, init, context):
#         ...
#         return next_creator((count,) + tuple(shape), dtype, multi_init)
#
#       def getter(next_getter, value, context):
#         trailing_dims = len(context.original_shape) + 1
# ```
#
# Here the stored array is larger than the one that the layer asked for: it has an axis for the layers of a deep stack.
# The getter takes one layer's slice, and finds the axis by counting from the back, because stacks can be nested. The
# layer does not notice, because Haiku checks the shape after the getters. Here is a stack in thirty lines:


# %%
DEPTH = 3


def stack_creator(next_creator, shape, dtype, init, context):
    def init_all(shape, dtype):  # each layer draws a key of its own
        return jnp.stack([init(shape[1:], dtype) for _ in range(DEPTH)])

    return next_creator((DEPTH, *shape), dtype, init_all)


def slice_getter(layer):
    def getter(next_getter, value, context):
        axis = value.ndim - len(context.original_shape) - 1
        return next_getter(jnp.take(value, layer, axis))

    return getter


def residual(h):
    return h + jnp.tanh(hk.Linear(output_size=h.shape[-1])(h))


class Stack(hk.Module):
    def __call__(self, h):
        if hk.running_init():  # one layer runs, and all are made
            with hk.custom_creator(stack_creator), hk.custom_getter(slice_getter(0)):
                return residual(h)

        def step(h, layer):
            with hk.custom_getter(slice_getter(layer)):
                return residual(h), None

        return hk.scan(step, h, xs=jnp.arange(DEPTH), unroll=1)[0]


x = jax.random.normal(key, (2, 4))
show(tree_of(lambda x: Stack()(x), x))


# %% [markdown]
# The tree says `(3, 4, 4)` where the code says `(4, 4)`. Such a leading axis in a checkpoint may come from a stack around
# the layer. `hk.layer_stack`, in [JAX transformations inside](../networks/transforms_inside.py), is this idea with
# options.
#
# ## Exercise: many members in one tree
#
# The same two hooks can hold an *ensemble*. Define a context manager, `ensemble_member(count, index)`, so that a
# network that runs inside it makes each parameter with a leading axis of `count` members, and computes with those of
# member `index`. For one linear layer, `apply` must give what this NumPy code gives:


# %%
def member_in_numpy(w, b, x, index):  # (count, D, O), (count, O), (B, D)
    return x @ w[index] + b[index]


w = np.array([[[1.0], [0.0]], [[0.0], [10.0]]])  # (2, 2, 1)
b = np.array([[0.0], [5.0]])  # (2, 1)
for index in range(2):
    print(member_in_numpy(w, b, np.array([[1.0, 2.0]]), index))

# %% [markdown]
# - Each member starts as a network alone would: its initialisers get the shape that the layer asked for, and random ones
#   differ from member to member. Names and dtypes are what they are without the context.
# - `index` is an integer, traced or not, so that `jax.vmap` over `jnp.arange(count)` gives all members at once.
# - It works for every network of modules, with parameters of any shape, `()` too.


# %% exercise="ensemble-member" kind="build" minutes="15"
@contextlib.contextmanager
def ensemble_member(count, index):
    """Make parameters for `count` members, and compute with those of one."""

    ### BEGIN SOLUTION
    def creator(next_creator, shape, dtype, init, context):
        def init_all(shape, dtype):
            return jnp.stack([init(shape[1:], dtype) for _ in range(shape[0])])

        return next_creator((count, *shape), dtype, init_all)

    def getter(next_getter, value, context):
        return next_getter(value[index])

    with hk.custom_creator(creator), hk.custom_getter(getter):
        yield
    ### END SOLUTION


# %% check="ensemble-member"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "ensemble_member",
    "A creator may change the stored shape: `layer_stack`",
    {
        "context manager": "Is it a generator with one yield, under @contextlib.contextmanager?",
        "retrieved shape": "Which shape does the module expect from the getter?",
        "next_creator": "A creator takes next_creator, shape, dtype, init and context.",
        "DEPTH": "For how many members, and whose index?",
        "not an iterator": "Is it a generator with one yield, under @contextlib.contextmanager?",
        "cannot be `None`": "Does the getter return what next_getter returns?",
        "racer": "index may be traced: Python cannot look at it.",
        "": "What does the creator pass on, and what does the getter?",
    },
)


def small_net(x, size):
    def start(shape, dtype):
        return 10 + 100 * len(shape) + hk.initializers.RandomNormal()(shape, dtype)

    scale, layer = hk.get_parameter("scale", [], x.dtype, init=start), hk.Linear(size)
    gate = hk.get_parameter("gate", [1, 2, 1, 2], init=hk.initializers.RandomNormal())
    y = jnp.tanh(layer(x)) * gate.mean(axis=(0, 1, 2)).prod().astype(x.dtype)
    return scale * (layer(y) if size == x.shape[-1] else y)


def members_of(ensemble_member):
    """Parameters of all members, and the outputs of each, one by one and by vmap."""

    def members(x, count, size):
        def f(x, index):
            with ensemble_member(count, index):
                return small_net(x, size)

        net = hk.without_apply_rng(hk.transform(f))
        params = net.init(jax.random.key(2), x, 0)
        apart = [net.apply(params, x, index) for index in range(count)]
        mapped = jax.jit(jax.vmap(net.apply, (None, None, 0)))
        return params, jnp.stack(apart), mapped(params, x, jnp.arange(count))

    return members


_draw = np.random.default_rng(0)
for _count, _shape, _size, _dtype in (
    (3, (2, 4), 5, "float32"),
    (1, (1, 2), 2, "float32"),
    (2, (4, 3), 3, "float16"),
    (int(_draw.integers(6, 10)), (2, 30), 20, "float32"),
):
    _x = jnp.array(_draw.normal(size=_shape), _dtype)
    _when = f"For {_count} members, x of shape {_shape} and {_dtype}, "
    _given = _x, _count, _size
    _params, _apart, _mapped = _check.call(*_given, by=members_of, when=_when)
    _net = hk.transform(lambda x, size=_size: small_net(x, size))
    _alone = jax.eval_shape(_net.init, key, _x)
    _all = jax.tree.map(lambda s, n=_count: jnp.zeros((n, *s.shape), s.dtype), _alone)
    _names = [", ".join(sorted(tree)) for tree in (_params, _alone)]
    _told = f"the modules are {_names[0]}, and without the context {_names[1]}."
    _check.require(_names[0] == _names[1], _when + _told)
    _form = jax.tree.map(jnp.zeros_like, _params)
    _hints = {
        "": "Each parameter has a first axis of count members, and its own dtype."
    }
    _check.agrees(_form, _all, _hints, _when, "the tree, times 0,", dtypes=True)
    _told = "do members start with the same {}? Each needs random numbers of its own."
    _starts = {
        k: np.float32(_params[m][k]) for m, k in (("linear", "w"), ("~", "scale"))
    }
    for _name, _start in _starts.items():
        _unlike = len(np.unique(_start, axis=0))
        _check.require(_unlike == _count, _when + _told.format(_name))
    _start = _starts["scale"].mean()
    _told = (
        f"scale starts near {_start:.0f}, not 10: which shape does its initialiser get?"
    )
    _check.require(2 < _start < 18, _when + _told)
    if _shape[-1] == 30:  # enough numbers for a distribution
        _rows = _starts["w"].reshape(_count, -1)
        _alike = np.abs(np.corrcoef(_rows) - np.eye(_count)).max()
        _told = f"the first w of two members have a correlation of {_alike:.2f}. "
        _told += "Each needs random numbers of its own."
        _check.require(_alike < 0.5, _when + _told)
        _plain = _net.init(key, _x)["linear"]["w"].std()
        _hints = {"": "Does each initialiser run as for a network alone?"}
        _what = "the deviation of the first w of each member"
        _right = np.full(_count, _plain)
        _check.agrees(_rows.std(axis=1), _right, _hints, _when, _what, rtol=0.2)
    _members = [jax.tree.map(lambda p, i=i: p[i], _params) for i in range(_count)]
    _members.append(jax.tree.map(lambda p: p.mean(0), _params))
    *_right, _mean = (_net.apply(member, None, _x) for member in _members)
    _hints = {
        "every index gives the mean of the members.": jnp.stack([_mean] * _count),
        "every index gives the first member.": jnp.stack([_right[0]] * _count),
        "": "Is it the network with the parameters of that member?",
    }
    for _out, _how in (
        (_apart, "what each index gives"),
        (_mapped, "a vmap over indices"),
    ):
        _check.agrees(_out, jnp.stack(_right), _hints, _when, _how, rtol=1e-2)
print("Tested: one tree holds all members, and each computes with its own part.")

# %% [markdown]
# ## A training step for many devices
#
# The first lines are from `perceiver/train/experiment.py` of deepmind-research, commit `f5de0ed`. Like many of
# DeepMind's experiments, it is written for *jaxline*, a library that runs the training loop. The second are from
# `ogb_lsc/mag/models.py` in the same repository:
#
# ```python
#     self._update_func = jax.pmap(self._update_func, axis_name='i',
#                                  donate_argnums=(0, 1, 2))
# ```
#
# ```python
#           cross_replica_axis=None if hk.running_init() else 'i',
# ```
#
# jaxline calls the `step` of an `Experiment` in a loop, saves the attributes that `CHECKPOINT_ATTRS` names, and passes
# a `ConfigDict`, whose entries you read with dots, as in `config.axis`. `bcast_local_devices` copies a value to each
# device, and `get_first` takes back one copy. Inside, everything is per device: the batch is a part of the whole, and
# the parts communicate over the axis that `axis_name='i'` names, in `jax.lax.psum(x, 'i')` or in a layer that gets this
# name. `jax.vmap` knows such names too, so two replicas run here on any machine:

# %%
REPLICAS = 2
each_replica = functools.partial(jax.vmap, axis_name="i")  # jax.pmap on devices


def bcast_replicas(tree):
    return jax.tree.map(lambda leaf: jnp.stack([leaf] * REPLICAS), tree)


def get_first(tree):
    return jax.tree.map(lambda leaf: leaf[0], tree)


class Experiment:
    CHECKPOINT_ATTRS = {"_params": "params", "_state": "state"}

    def __init__(self, mode, init_rng, config):
        self.mode, self.init_rng, self.config = mode, init_rng, config
        self.forward = hk.transform_with_state(self._forward_fn)
        self._params = self._state = None
        self._update = jax.jit(each_replica(self._update_fn))

    def _forward_fn(self, inputs, is_training):
        norm = hk.BatchNorm(
            create_scale=True,
            create_offset=True,
            decay_rate=0.9,
            cross_replica_axis=None if hk.running_init() else self.config.axis,
        )
        h = hk.nets.MLP(output_sizes=[self.config.width], activate_final=True)(inputs)
        return hk.Linear(1)(norm(h, is_training))

    def _loss_fn(self, params, state, inputs, targets):
        out, state = self.forward.apply(params, state, None, inputs, is_training=True)
        loss = jnp.mean((out - targets) ** 2)
        return loss / REPLICAS, (loss, state)

    def _update_fn(self, params, state, inputs, targets):
        grad_fn = jax.grad(self._loss_fn, has_aux=True)
        grads, (loss, state) = grad_fn(params, state, inputs, targets)
        grads = jax.lax.psum(grads, axis_name="i")
        params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
        return params, state, jax.lax.pmean(loss, axis_name="i")

    def step(self, batch):
        if self._params is None:
            inputs, _ = get_first(batch)
            made = self.forward.init(self.init_rng, inputs, is_training=True)
            self._params, self._state = bcast_replicas(made)
        self._params, self._state, loss = self._update(
            self._params, self._state, *batch
        )
        return get_first(loss)


# %% [markdown]
# Which of these methods calls which? The next cell traces a `step`, and notes each call of a method of `Experiment`,
# and of a layer by one of them. Read the drawing from the top:

# %% tags=["plot", "cover"] alt="Arrows lead from step over _update_fn and _loss_fn to _forward_fn, and on to three layers."
# Caption: Read such a class from the call at the top down to the layers; all else is
# arguments.
import sys

from snippets.drawing import RUNS, arrow, box, canvas, note


def part_of(frame):
    """The method of `Experiment`, or the layer, whose code a frame runs."""
    name, owner = frame.f_code.co_name, frame.f_locals.get("self")
    if isinstance(owner, hk.Module) and name == "__call__":
        return type(owner).__name__
    return name if isinstance(owner, Experiment) else None


def note_call(frame, event, _):
    if event == "call" and (callee := part_of(frame)):
        while (frame := frame.f_back) and not part_of(frame):
            pass  # what JAX and Haiku do in between
        if frame and hasattr(Experiment, caller := part_of(frame)):
            calls.setdefault((caller, callee), len(calls))


calls, traced = {}, Experiment("train", key, SimpleNamespace(width=4, axis="i"))
sys.setprofile(note_call)
jax.eval_shape(traced.step, [jnp.ones((REPLICAS, 4, 3)), jnp.ones((REPLICAS, 4, 1))])
sys.setprofile(None)

axes, parts, layers = canvas(30), {}, []
ways = {"_update_fn": "jit, each_replica", "_loss_fn": "grad", "_forward_fn": "apply"}
for row, name in enumerate(["step", *ways]):
    parts[name] = box(axes, 14, 2 + 7.5 * row, name, width=10)
    note(axes, 13, 2 + 7.5 * row - 3.7, ways.get(name, ""), "right", color=RUNS)
for caller, callee in calls:
    if callee not in parts:
        layers.append(callee)
        parts[callee] = box(axes, 12 * len(layers) - 6, 28.5, callee, width=9)
    if (caller, callee) == ("step", "_forward_fn"):  # around the two between them
        arrow(axes, (19, 2.5), (19, 24), bend=0.5, color=RUNS)
        note(axes, 25, 13, "init,\nthe first time", "left", color=RUNS)
    else:
        arrow(axes, parts[caller], parts[callee], color=RUNS)
plt.show()

# %% tags=["hidden"]
assert list(calls) == [
    ("step", "_forward_fn"),
    *(("_forward_fn", name) for name in ("MLP", "BatchNorm", "Linear")),
    ("step", "_update_fn"),
    ("_update_fn", "_loss_fn"),
    ("_loss_fn", "_forward_fn"),
], calls

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The loss is divided by the number of replicas, and the gradients are summed. What differs between the replicas after a
# step if `config.axis` is `None`?
#
# - [{{ np.allclose(*averages[None]) }}] Nothing: they share all gradients.
# - [{{ not np.array_equal(*experiments[None]._params["linear"]["w"]) }}] The parameters and the averages
# - [{{ np.array_equal(*experiments[None]._params["linear"]["w"]) > np.allclose(*averages[None]) }}] Only the averages
#
# </div>

# %% tags=["predict"]
draw = jax.random.split(jax.random.key(1))
batch = (
    jax.random.normal(draw[0], (REPLICAS, 4, 3)) + jnp.array([0.0, 2.0])[:, None, None],
    jax.random.normal(draw[1], (REPLICAS, 4, 1)),
)
averages, experiments = {}, {}
for axis in ("i", None):
    config = SimpleNamespace(width=4, axis=axis)
    experiment = experiments[axis] = Experiment("train", key, config)
    experiment.step(batch)
    averages[axis] = experiment._state["batch_norm/~/mean_ema"]["average"]
    print(f"cross_replica_axis={axis!r}:")
    print(np.round(averages[axis].reshape(REPLICAS, -1), 2))

# %% tags=["hidden"]
assert np.allclose(*averages["i"], atol=1e-6)
assert not np.allclose(*averages[None], atol=0.1)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The sum is the gradient of the mean loss over the whole batch, as each replica contributes its share of that mean.
# Without `cross_replica_axis`, each replica normalises with the statistics of its own part. The averages that
# evaluation will use then differ between replicas, and `get_first` silently takes those of the first. With the axis,
# this step equals that of one device on the whole batch, up to rounding.
#
# </details>
#
# Why `None if hk.running_init()`? The axis has a name only inside the `pmap`, `vmap` or other transformation that names
# it, and here `init` runs outside:


# %% raises="NameError" match="unbound axis name: i"
def needs_axis(x):
    return hk.BatchNorm(True, True, 0.9, cross_replica_axis="i")(x, is_training=True)


hk.transform_with_state(needs_axis).init(key, jnp.ones((4, 3)))

# %% [markdown]
# Files that keep the axis in `init` map `init` as well, as the experiment of NFNets does. The leaves of the tree then
# have a leading axis of devices, in checkpoints too, unless `get_first` was called before saving. For the same step
# without `pmap`, see [A training step on many devices](../training/devices.py).
#
# ## Exercise: what the report leaves open
#
# Here is a file, and the part of the report that predicts its tree:

# %%
NET = """
import haiku as hk
import jax.numpy as jnp


class Gate(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.scale()

    @hk.transparent
    def scale(self):
        return hk.get_parameter("scale", [self.output_size], init=jnp.ones)


class Net(hk.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config

    def __call__(self, x):
        gate = Gate(self.config.size, name="gate")
        if self.config.penalty:
            x = x / gate.scale().sum()
        x = hk.layer_stack(self.config.depth)(lambda h: h + hk.Linear(4)(h))(x)
        if self.config.norm:
            x = hk.RMSNorm(-1)(x)
        return gate(x)


def make_net(config):
    return hk.transform(lambda x: Net(config)(x))
"""
answer = haiku_port("read net.py", {"net.py": NET})
print(answer.split("\n\n")[1])

# %% [markdown]
# It runs with `size=2`, `penalty=True`, `depth=3` and `norm=False`, and `x` has the shape `(5, 4)`. Define
# `predicted_tree`: for each module that `init` returns, its parameters with their shapes.

# %% exercise="open-tree" kind="predict" minutes="8"
# The form, for another network: {"net/linear": {"w": (12, 5), "b": (5,)}}
# predicted_tree = {...}
### BEGIN SOLUTION
predicted_tree = {
    "net": {"scale": (2,)},
    "net/__layer_stack_no_per_layer/linear": {"w": (3, 4, 4), "b": (3, 4)},
    "net/gate": {"w": (4, 2), "b": (2,), "scale": (2,)},
}
### END SOLUTION

# %% check="open-tree"
from publishing.teaching.checking import predicted

_file = {}
exec(NET, _file)
_config = SimpleNamespace(size=2, penalty=True, depth=3, norm=False)
_tree = jax.eval_shape(_file["make_net"](_config).init, key, jnp.ones((5, 4)))
predicted(
    globals(),
    "predicted_tree",
    jax.tree.map(jnp.shape, _tree),
    {
        "net": "Who calls scale() first, and whose is a parameter of a transparent method?",
        "net/__layer_stack_no_per_layer/linear": "What does a stack of three layers put in front of each shape?",
        "net/gate": "Which layer does Gate inherit from, and how many inputs does it get?",
    },
)
print("Right: this is the tree of the run.")

# %% [markdown]
# ## What can go wrong
#
# [The list of errors](../look_up/errors.py) has more.
#
# - `TypeError: __init__() got an unexpected keyword argument 'name'` A dataclass without a field `name`, or an
#   `__init__` without this argument.
# - `ValueError: The super constructor must be called before you create parameters or submodules.` A `default_factory`
#   makes a module too early, or an `__init__` or `__post_init__` before it calls that of `super()`.
# - `ValueError: 'linear/w' with retrieved shape (3, 4, 4) does not match shape=[4, 4]` A checkpoint of a stack, or of
#   replicas, meets a single layer, or a getter forgot to take a slice.
# - `NameError: unbound axis name: i`, or `Found an unbound axis name: i`: a layer with `cross_replica_axis`, or a
#   `psum`, runs outside the transformation that names the axis.
# - No message: in `init`, a transparent method called from outside makes a second parameter. Print the tree, and look
#   for a leaf that you can't explain.
# - No message: the averages of `BatchNorm` differ between replicas, and a checkpoint may hold only those of the first.


# %% [markdown]
# ## What you learned
#
# - Read from the experiment down. `haiku-port read` tells what is transformed, which classes there are, where each is
#   made, which leaves they ask for, and what surrounds it all; the values, and what a hook does, are left to you.
# - A dataclass can be a module; its fields are its settings, and a module passed as a field keeps its own name.
# - A subclass without an `__init__` inherits the constructor, and the attributes that it sets. Parameters are usually
#   filed under the module whose method runs, and a transparent method belongs to its caller.
# - A creator changes what is made, a getter changes what is read, and the `context` says what was asked for. Together
#   they can store float32 and compute in bfloat16, or store a stack and return slices of it.
# - In this training step, `cross_replica_axis` makes the statistics of replicas those of the whole batch.
#
# Next: [Run an old Haiku script on today's JAX](old_code.py).
