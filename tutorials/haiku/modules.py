# %% [markdown]
# # Modules, names and shared parameters
#
# By default, Haiku names a parameter after the place in your code where its module was made. By these names you share,
# freeze and load layers.

# %% tags=["short"]
import haiku as hk
import jax
import jax.numpy as jnp


class Encoder(hk.Module):
    def __call__(self, x):
        w = hk.get_parameter("w", (6,), init=jnp.ones)
        return hk.Linear(2)(x * w)


net = hk.transform(lambda x: Encoder()(x))
params = net.init(jax.random.key(0), jnp.ones((1, 6)))
print(jax.tree.map(jnp.shape, params))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write an `hk.Module`, and choose how it starts;
# - say how parameters are named and shared;
# - freeze layers, and load renamed parameters.
#
# You need: `init`, `apply` and the parameter tree from [`hk.transform`](transform.py).
#
# </div>

# %% [markdown]
# ## Write an `hk.Module`
#
# First the imports, and a function that prints the parameters of a network:

# %%
import dataclasses
import io
from collections import Counter

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

key = jax.random.key(0)
x = jax.random.normal(jax.random.key(1), (3, 12))


def show_tree(f, *inputs):
    """Print a line for each module that has parameters: its name, and their shapes."""
    params = jax.eval_shape(hk.transform(f).init, key, *inputs)  # shapes, no numbers
    for module, its in params.items():
        print(f"{module:22}", {name: value.shape for name, value in its.items()})


# %% [markdown]
# A module is a class with its settings in `__init__` and its computation in another method, usually `__call__`, like
# PyTorch's `forward`. Here is one that multiplies each feature by a trained number:


# %%
class Scale(hk.Module):
    def __init__(self, init=jnp.ones, name=None):
        super().__init__(name=name)
        self.init = init

    def __call__(self, x):
        scale = hk.get_parameter("scale", x.shape[-1:], x.dtype, init=self.init)
        return x * scale


show_tree(lambda x: Scale()(x), x)

# %% [markdown]
# `super().__init__(name=name)` registers the module under its name. The caller of `Scale` can choose the name;
# otherwise Haiku derives it from the name of the class, here `scale`.
#
# `hk.get_parameter` asks for a parameter by name, shape and dtype. On the first request during `init`, it calls the
# initialiser and puts the result into the [frame](transform.py#build-transform-yourself), from which `init` returns the
# tree. During `apply`, it looks the parameter up in the tree of arrays that you passed, and compares the shape (not the
# dtype).
#
# Shape and dtype come from `x`. That is why parameters are usually asked for in `__call__`, where the input is known,
# and why most Haiku layers aren't told the width of their input. Compute with sizes in plain Python, such as `n**-0.5`,
# because under `jit` even `jnp.sqrt(2)` is a tracer.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The next network makes one module and calls it twice. After `init`, it is applied ten times, then ten times
# compiled. How often do `__init__` and `__call__` run each time?
#
# - [{{ ran["__init__"] == 1 and ran["__call__"] == 2 }}] Eager 10 and 20 times, compiled 1 and 2 times
# - [{{ ran["__init__"] == 10 and ran["__call__"] == 20 }}] Eager 10 and 20 times, compiled 10 and 20 times
# - [{{ ran["__init__"] == 0 and ran["__call__"] == 2 }}] Eager 0 and 20 times, compiled 0 and 2 times
#
# </div>

# %% tags=["predict"]
ran = Counter()


class Counted(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        ran["__init__"] += 1

    def __call__(self, x):
        ran["__call__"] += 1
        return x * hk.get_parameter("scale", x.shape[-1:], init=jnp.ones)


def call_twice(x):
    module = Counted()
    return module(module(x))


net = hk.without_apply_rng(hk.transform(call_twice))
params = net.init(key, x)
for title, apply in {"eager": net.apply, "compiled": jax.jit(net.apply)}.items():
    ran.clear()
    for _ in range(10):
        apply(params, x)
    print(title, dict(ran))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Each `apply` [runs your function from the start](transform.py#modules-live-for-one-call): it makes the module, and
# then calls it twice. That makes 10 runs of `__init__` and 20 of `__call__`. Under `jax.jit`, Python runs only
# while JAX traces, which it does once for the ten calls, so `__init__` runs once and `__call__` twice. Haiku would not
# stop you from keeping a module in a global. But do not use one, or an attribute that you set on it, after the call.
#
# </details>
#
# ## Exercise: a linear layer of your own
#
# A trained linear layer can be adapted to new data without a change of its matrix: keep it, and add the product of two
# narrow ones, which are trained instead (*LoRA*, low-rank adaptation). Define `class MyLinear(hk.Module)`, made as
# `MyLinear(output_size, rank, name=None)`. For an `x` of floats of shape `(..., inputs)` it computes
#
# $$y = x \, W + b + x \, A \, C$$
#
# - $W$ and $b$ are called `w` and `b`, with the shapes and initial values of those of `hk.Linear`, so that parameters of
#   an `hk.Linear` will work in your layer: `w` from `hk.initializers.TruncatedNormal(stddev)` with `stddev`
#   $= 1 / \sqrt{\text{inputs}}$, and `b` from zeros.
# - $A$ is called `a`, has the shape `(inputs, rank)`, and starts as `w` does. $C$ is called `c`, has the shape
#   `(rank, output_size)`, and starts from zeros, so a new layer gives what the `hk.Linear` gives.
# - All four have the dtype of `x`.
# - With `rank` small, the new term is cheap: beside $x \, W$, there are `(inputs + output_size) * rank` multiplications
#   for each row.
#
# <details>
# <summary>Hint</summary>
#
# Begin with a copy of `Scale`. `TruncatedNormal` is a class: make an object with its settings, and pass it as `init=`.
# In which order are the three matrices of $x \, A \, C$ multiplied?
#
# </details>


# %% exercise="own-linear" kind="build" minutes="12"
class MyLinear(hk.Module):
    """A linear layer with a term of low rank: from (..., inputs) to (..., output_size)."""

    ### BEGIN SOLUTION
    def __init__(self, output_size, rank, name=None):
        super().__init__(name=name)
        self.output_size, self.rank = output_size, rank

    def __call__(self, x):
        n, size = x.shape[-1], self.output_size
        start = hk.initializers.TruncatedNormal(1 / np.sqrt(n))
        w = hk.get_parameter("w", (n, size), x.dtype, init=start)
        b = hk.get_parameter("b", (size,), x.dtype, init=jnp.zeros)
        a = hk.get_parameter("a", (n, self.rank), x.dtype, init=start)
        c = hk.get_parameter("c", (self.rank, size), x.dtype, init=jnp.zeros)
        return x @ w + b + (x @ a) @ c

    ### END SOLUTION


# %% check="own-linear"
from publishing.teaching.checking import Check
from snippets.jaxprs import equations

_stops = {
    "super constructor": "What does the __init__ of Scale begin with?",
    "object is not callable": "Calling a module runs `__call__`, not `forward`.",
    "Initializer must be specified": "How does each parameter start?",
    "__init__()": "It is made as MyLinear(output_size, rank, name=None).",
    "UnexpectedTracer": "Does it keep arrays outside of the module?",
    "tracer": "In a compiled function even jnp.sqrt(2) is a tracer; np.sqrt(2) is not.",
    "": "Which axis of x decides the shapes of w and a, and which other axes may x have?",
}
_check = Check(globals(), "MyLinear", "Write an hk.Module", _stops)
_is_module = hk.Module in getattr(MyLinear, "__mro__", ())
_check.require(_is_module, "MyLinear should be a class that inherits from hk.Module.")


def network(Linear, *sizes):
    """One layer called twice, another, and one with a name."""

    def net(x):
        layer = Linear(*sizes)
        return layer(x), layer(2 * x), Linear(*sizes)(x), Linear(*sizes, name="head")(x)

    return hk.without_apply_rng(hk.transform(net))


def first_parameters(Linear):  # eager, after a trace as that of jax.jit
    def first(sizes, key, x):
        jax.eval_shape(network(Linear, *sizes).init, key, x)
        return network(Linear, *sizes).init(key, x)

    return first


def outputs_of(Linear):  # eager, compiled, and eager again
    def outputs(sizes, params, x):
        apply = network(Linear, *sizes).apply
        return apply(params, x), jax.jit(apply)(params, x), apply(params, x)

    return outputs


def slopes_of(Linear):  # of the formula, for None
    def slopes(sizes, params, x):
        def squares(params, x):
            w, b, a, c = (params["my_linear"][name] for name in "wbac")
            return ((x @ w + b + x @ a @ c) ** 2).sum()

        def of_layer(params, x):
            layer = hk.without_apply_rng(hk.transform(lambda x: Linear(*sizes)(x)))
            return (layer.apply(params, x) ** 2).sum()

        return jax.grad(of_layer if Linear else squares, (0, 1))(params, x)

    return slopes


def multiplications_of(Linear):
    def count(sizes, params, x):
        layer = hk.without_apply_rng(hk.transform(lambda x: Linear(*sizes)(x)))
        program = jax.make_jaxpr(layer.apply)(params, x)
        total, largest = 0, x.size // x.shape[-1] * max(*sizes, x.shape[-1])
        for _, dot in equations(program):
            if dot.primitive.name == "mul" and dot.outvars[0].aval.size > largest:
                total += dot.outvars[0].aval.size
            if dot.primitive.name == "dot_general":
                ((axes, _), _), left = (
                    dot.params["dimension_numbers"],
                    dot.invars[0].aval,
                )
                inner = np.prod([left.shape[axis] for axis in axes], dtype=int)
                total += dot.outvars[0].aval.size * inner
        return total

    return count


_draw = np.random.default_rng()
_wide = int(_draw.integers(310, 400))
for _shape, _size, _rank, _dtype in (
    ((2, _wide), 50, 7, "float32"),
    ((5, 4, 60), 50, 1, "float32"),
    ((1,), 1, 2, "float32"),
    ((7,), 4, 2, "float32"),
    ((0, 3), 2, 3, "float32"),
    ((2, 6), 6, 6, "bfloat16"),
    ((1, 2, 3, 24), 12, 1, "float16"),
):
    _x, _n = jnp.array(3 * _draw.normal(size=_shape), _dtype), _shape[-1]
    _when = f"For x {_shape} of {_dtype}, output_size {_size} and rank {_rank}, "
    _forms = {"w": (_n, _size), "b": (_size,), "a": (_n, _rank), "c": (_rank, _size)}
    _modules = ("my_linear", "my_linear_1", "head")
    _layer = {name: np.zeros(s, _x.dtype) for name, s in _forms.items()}
    _tree = dict.fromkeys(_modules, _layer)
    _given = (_size, _rank), jax.random.key(_n), _x
    _made = _check.call(*_given, by=first_parameters, when=_when)
    _extra = sorted({*_made} - {*_tree}) or ["too few modules"]
    _own = any("/" in module for module in _made) or not _made
    _told = "Ask for parameters by hk.get_parameter." if _own else "Is name passed on?"
    _told = f"{_when}the tree has {_extra[0]}. {_told}"
    _check.require(_made.keys() == _tree.keys(), _told)
    _called = ", ".join(sorted(_made["head"]))
    _told = f"{_when}the parameters of a layer are called {_called}, not a, b, c, w."
    _check.require(_called == "a, b, c, w", _told)
    _zeros = jax.tree.map(np.zeros_like, _made)
    _others = {
        f"the axes of {k} are in the other order.": {**_layer, k: _layer[k].T}
        for k in "wac"
    }
    _turned = _layer["a"], _layer["c"][:, 0], _layer["w"], _layer["c"].T
    _turned = dict(zip("wbac", _turned, strict=True))
    _others["output_size comes first, then rank."] = _turned
    _others = {told: dict.fromkeys(_modules, its) for told, its in _others.items()}
    _others[""] = "Compare shapes and dtypes with the text."
    _what = "the tree of three layers times 0"
    _check.agrees(_zeros, _tree, _others, _when, _what, dtypes=True)
    for _name in "bc":
        _told = f"{_when}{_name} does not start from zeros."
        _started = any(np.any(its[_name]) for its in _made.values())
        _check.require(not _started, _told)
    for _name in "wa":
        _all = np.array([np.float64(its[_name]) for its in _made.values()])
        _all *= _n**0.5  # (3, inputs, size or rank)
        _spread = (_all**2).mean() ** 0.5
        _known = {
            "zeros": 0,
            "a normal, not cut": 1,
            "stddev 1 / inputs": 0.88 / _n**0.5,
        }
        _told = (
            f"spreads by {_spread:.2f} / sqrt(inputs), not by 0.88 as TruncatedNormal"
        )
        _like = (
            f"starts as with {k}" for k, s in _known.items() if abs(_spread - s) < 0.02
        )
        _told = f"{_when}{_name} {next(_like, _told)}. Which initialiser has the text?"
        _near = abs(_spread - 0.88) < 3 / _all.size**0.5 and abs(_all).max() < 2.05
        _check.require(_near, _told)
        _mean = abs(_all).mean()
        _told = f"{_when}{_name} is no normal cut at 2: its mean size is {_mean:.3f}, not 0.723."
        _check.require(abs(_mean - 0.723) < 3 / _all.size**0.5, _told)
        _alike = np.ptp(_all, axis=0).max() == 0
        _check.require(not _alike, f"{_when}all layers start with the same {_name}.")
    _params = jax.tree.map(
        lambda p: (_draw.normal(size=p.shape) / p.shape[0] ** 0.5).astype(p.dtype),
        _tree,
    )
    _right, _without, _unmoved = [], [], []
    for _name, _by in zip(("my_linear", *_modules), (1, 2, 1, 1), strict=True):
        _w, _b, _a, _c = (np.float64(_params[_name][part]) for part in "wbac")
        _without.append((_by * np.float64(_x) @ _w + _b).astype(_x.dtype))
        _added = _by * np.float64(_x) @ _a @ _c
        _right.append((_without[-1] + _added).astype(_x.dtype))
        _unmoved.append((_right[-1] - _b).astype(_x.dtype))
    _others = {
        "the new term is missing.": [_without] * 3,
        "the bias is missing.": [_unmoved] * 3,
        "the leading axes of x are joined.": [[y.reshape(-1, _size) for y in _right]]
        * 3,
        "there is nothing. Is a `return` missing?": [],
        "": "Is it x W + b + x A C, with the parameters that it gets in this call?",
    }
    _limits = {"rtol": 1e-4 if _dtype == "float32" else 0.03, "dtypes": True}
    _given = (_size, _rank), jax.tree.map(jnp.array, _params), _x
    _outputs = _check.call(*_given, by=outputs_of, when=_when)
    _what = "what an eager, a compiled and an eager call return"
    _check.agrees(_outputs, [_right] * 3, _others, _when, _what, **_limits)
    if _dtype == "float32":
        _mine = jax.tree.map(jnp.array, {"my_linear": _params["my_linear"]})
        _given = (_size, _rank), _mine, _x
        _slopes = _check.call(*_given, by=slopes_of, when=_when)
        _right = slopes_of(None)(*_given)
        _told = {"": "Does each of the four parameters, and x, get a gradient?"}
        _what = "the gradient of the sum of y**2"
        _check.agrees(_slopes, _right, _told, _when, _what)
    _count = _check.call(*_given, by=multiplications_of, when=_when)
    _most = _x.size // _n * (_n * _size + (_n + _size) * _rank)
    _told = f"{_when}the products take {_count} multiplications, {_most} are enough. Is A C computed?"
    _check.require(_count <= _most, _told)
print(
    "Names, shapes, dtypes, first numbers, outputs and the cost are those of the text."
)

# %% [markdown]
# ## Scopes: the name says where a module was made
#
# Modules can make other modules, and this one does so in four places.


# %%
class Net(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.first = hk.Linear(5)

    def __call__(self, x):
        x = hk.Linear(4)(self.first(x))
        x = self.middle(x)
        return self.last(x)

    def middle(self, x):
        return hk.Linear(3)(x)

    @hk.transparent
    def last(self, x):
        return hk.Linear(2)(x)


show_tree(lambda x: Net()(x), x)

# %% [markdown]
# Read a name from left to right, as a path of **scopes**:
#
# - `net/~/linear` was made in the constructor of `net`. The `~` stands for the constructor.
# - `net/linear` was made in `__call__`, which adds nothing to the name.
# - `net/~middle/linear` was made in another method, which adds its own name after a `~`. If two such methods call each
#   other, only the innermost counts. (Some add nothing, such as static methods, generators, special methods and those
#   of a plain mixin class.)
# - `net/linear_1` was made in a method marked `@hk.transparent`, which opens no scope of its own. Here its modules
#   count as made in `__call__`, where the name `linear` was already taken.

# %% tags=["plot", "cover"] alt="Four methods of Net make a layer each; __init__ adds ~ to its name, middle ~middle, the others nothing."
# Caption: The name of a layer says in which method it was made.
from snippets.drawing import PARAMETERS, RUNS, arrow, box, canvas, note

net_params = jax.eval_shape(hk.transform(lambda x: Net()(x)).init, key, x)
names = {its["w"].shape[1]: name for name, its in net_params.items()}
methods = {5: "__init__", 4: "__call__", 3: "middle", 2: "last"}  # by width
axes = canvas(14.4)
root = box(axes, 2.7, 7.2, "Net()", of="Net()(x)")
for row, (width, method) in enumerate(methods.items()):
    height, name = 1.6 + 3.7 * row, names[width]
    of_scope, of = f"def {method}", f"hk.Linear({width}) | {name}"
    scope = box(axes, 11.6, height, method, width=6.4, of=of_scope)
    layer = box(axes, 29.1, height, name, PARAMETERS, 12.8, of)
    added = "".join(name.split("/")[1:-1])  # between the module and its layer
    arrow(axes, root, scope, color=RUNS, of=of_scope)
    arrow(axes, scope, layer, f"adds {added or 'nothing'}", color=RUNS, of=of)
plt.show()

# %% [markdown]
# So if you moved the line of `hk.Linear(4)` to `__init__`, the layer would be renamed, and parameters saved before
# would no longer load. Scopes are for modules: if `__init__`, `__call__` or `middle` asked for a *parameter*, it would
# be filed under `net` itself. A module that you pass to another as an argument is named after the place where you made
# it, as `mlp` is below. Two more tools set scopes by hand, here in a dataclass, as in much research code:


# %%
@dataclasses.dataclass
class Decoder(hk.Module):
    body: hk.Module

    def __call__(self, x):
        with hk.name_scope("block"):
            x = hk.Linear(4)(self.body(x))
        return hk.Linear(2)(x)

    @hk.name_like("__call__")
    def hidden(self, x):
        with hk.name_scope("block"):
            return hk.Linear(4)(self.body(x))


show_tree(lambda x: Decoder(hk.nets.MLP([8]))(x), x)
print("the method hidden:")
show_tree(lambda x: Decoder(hk.nets.MLP([8])).hidden(x), x)

# %% [markdown]
# `hk.name_scope` adds a part to the names of the modules and parameters that are made directly in its block, not of
# modules that are just called there; a second block of this name beside it would become `block_1`.
# `@hk.name_like("__call__")` names modules as a fresh `__call__` would, so `hidden` finds the parameters of `__call__`.
#
# ## Share parameters: one instance, called twice
#
# Two unnamed `hk.Linear` that one call of a method makes directly, one after the other, usually become `linear` and
# `linear_1`. So if you want two layers there to share their parameters, make one instance and call it twice.


# %%
def two_instances(x):
    first, second = hk.Linear(12, name="mix"), hk.Linear(12, name="mix")
    return second(first(x))


def one_instance(x):
    mix = hk.Linear(12, name="mix")
    return mix(mix(x))


for f in (two_instances, one_instance):
    print(f"{f.__name__}:")
    show_tree(f, x)

# %% tags=["plot"] alt="Two instances give each call parameters of its own; from one instance two arrows lead to both calls."
# Caption: To share parameters, call one instance twice; two instances have parameters
# of their own.
axes = canvas(16.4)
for top, f in (1, two_instances), (9.6, one_instance):
    title = f"def {f.__name__}(x)"
    note(axes, 0.5, top, f.__name__, "left", title, family="monospace")
    its = jax.eval_shape(hk.transform(f).init, key, x)
    made, calls = {
        two_instances: ("first, second = hk.Linear", ("first(x)", "second(first(x))")),
        one_instance: ("mix = hk.Linear", ("mix(x)", "mix(mix(x))")),
    }[f]
    owned = [f"{made} | {name}" for name in its]
    owners = [
        box(axes, 24 - 6 * len(its) + 12 * i, top + 1.2, name, PARAMETERS, of=owned[i])
        for i, name in enumerate(its)
    ]
    before = (1, top + 5.6)
    for call, of in enumerate(calls):
        layer = box(axes, 12 + 12 * call, top + 5.6, "call", of=of)
        arrow(axes, before, layer, "" if call else "x", of=of)
        owner = call % len(owners)
        arrow(axes, owners[owner], layer, color=PARAMETERS, of=owned[owner])
        before = layer
    arrow(axes, before, (35, top + 5.6), "out", of=f"return {calls[1]}")
plt.show()

# %% [markdown]
# The same name does not make the two instances share, because the second becomes `mix_1`; with
# `name=hk.force_name("mix")` they would. Inside `Net`, each call of `__call__` counts from the start. So if you call
# one `Net` twice, the `hk.Linear(4)` that it makes is `net/linear` both times, and all parameters are shared.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# With `extra=True` the next network has two layers; with `extra=False` it should keep only the last. Make parameters
# with both, and apply without the extra layer. Whose parameters does the last layer use?
#
# - [{{ jnp.allclose(out, x @ params["linear_1"]["w"], atol=1e-2) }}] Its own, which are in `linear_1`
# - [{{ out is None }}] Nobody's: `apply` refuses a tree with a layer too many
# - [{{ jnp.allclose(out, x @ params["linear"]["w"], atol=1e-2) }}] Those of the extra layer, which are in `linear`
#
# </div>


# %% tags=["predict"]
def optional(x, extra):
    if extra:
        x = jnp.tanh(hk.Linear(12)(x))
    return hk.Linear(12)(x)


net = hk.without_apply_rng(hk.transform(optional))
params = net.init(key, x, extra=True)
out = net.apply(params, x, extra=False)
for module, its in params.items():
    print(f"uses {module:8}", jnp.allclose(out, x @ its["w"] + its["b"], atol=1e-2))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Those of the extra layer. Haiku numbers the modules as they are made, so when the `if` skips one, the last layer is
# the first to be made and is called `linear`. Because the shapes agree, and `apply` here ignores the entries that it
# doesn't need, nothing fails. Wherever an `if` decides what is made, give the layers names, such as `name="last"`.
#
# </details>
#
# ## Exercise: name a nested network
#
# Read this network, and write down its tree of parameters without running it.


# %%
class Tower(hk.Module):
    def __init__(self, width, name=None):
        super().__init__(name=name)
        self.embed = hk.Linear(width, name="embed")

    def __call__(self, x):
        return hk.Linear(2)(jnp.tanh(self.embed(x)))


class Compare(hk.Module):
    def __call__(self, x):
        tower = Tower(7)
        left, right = tower(x[:, :6]), tower(x[:, 6:])
        return self.score(jnp.concatenate([left, right], axis=-1))

    def score(self, x):
        x = hk.Linear(5)(x)
        return hk.Linear(1, with_bias=False)(x)


# %% [markdown]
# Define `predicted_names`: for each module of `Compare()` that has parameters, its full name, with the shapes of its
# parameters after `init` on an `x` of shape `(3, 12)`.

# %% exercise="tree-names" kind="predict" minutes="6"
# The form, for another network: {"net/~/linear": {"w": (12, 5), "b": (5,)}}
# predicted_names = {...}
### BEGIN SOLUTION
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
}
### END SOLUTION

# %% check="tree-names"
from publishing.teaching.checking import predicted

_init = hk.transform(lambda x: Compare()(x)).init
_params = jax.eval_shape(_init, jax.random.key(0), jnp.ones((3, 12)))
predicted(
    globals(),
    "predicted_names",
    jax.tree.map(lambda leaf: leaf.shape, _params),
    {
        "compare/tower/~/embed": "Tower makes embed in its constructor, and Compare makes one Tower in its __call__. It sees half of x.",
        "compare/tower/linear": "__call__ leaves no mark, and the second call of one Tower is a call of the same modules.",
        "compare/~score/linear": "A method other than __call__ leaves its name after a ~. Its input joins the outputs of two calls.",
        "compare/~score/linear_1": "Modules are counted in the scope where they are made. This one has no bias.",
    },
)
print("Right: these are the modules, names and shapes that `init` returns.")

# %% [markdown]
# ## Ready-made layers: `hk.Sequential`, `hk.nets.MLP`, `hk.Conv2D`
#
# Two ready-made modules hold other layers. `hk.Sequential` applies modules and functions in turn. `hk.nets.MLP` makes
# linear layers, by default with ReLU between them, and with `activate_final=True` after the last one, too.


# %%
def image_net(image):  # (B, 28, 28, 1): batch, height, width, channels
    x = jax.nn.relu(hk.Conv2D(output_channels=8, kernel_shape=3)(image))
    x = hk.max_pool(x, (1, 2, 2, 1), (1, 2, 2, 1), "SAME")  # (B, 14, 14, 8)
    x = hk.Flatten()(x)  # (B, 1568)
    norm = hk.LayerNorm(axis=-1, create_scale=True, create_offset=True)
    return hk.Sequential([norm, hk.nets.MLP([16, 16]), hk.Linear(10)])(x)


def text_net(tokens):  # (B, T), integers
    return hk.Embed(vocab_size=100, embed_dim=6)(tokens)  # (B, T, 6)


images = jnp.ones((5, 28, 28, 1))
show_tree(image_net, images)
show_tree(text_net, jnp.array([[3, 1, 4]]))

# %% [markdown]
# `hk.Flatten` and `hk.max_pool` have no parameters, so they are not in the tree. Neither is this `hk.Sequential`,
# because the modules in its list are made before it, outside its scope, whereas a lambda in the list that makes a
# layer runs inside the scope. An MLP makes its layers in its constructor and numbers them from 0.
#
# In research code you will also meet subclasses of layers, such as `class Tokens(hk.Embed)`, whose parameters are then
# under `tokens`, and conditional networks that make `hk.LayerNorm(-1, False, False)` and pass `scale=` and `offset=`
# when they call it. For an overview of a network, ask for a table:

# %%
overview = hk.experimental.tabulate(
    image_net, columns=("module", "output", "params_size"), filters=("has_params",)
)
print(overview(images))

# %% [markdown]
# In a row with a └, the module is part of the one named after that sign, and the count of `mlp` includes those of its
# parts.
#
# <div class="admonition tip">
# <p class="admonition-title">If you come from PyTorch</p>
#
# `hk.Linear` stores its weights as `(in, out)`, whereas `nn.Linear` stores `(out, in)`. By default, images are channels
# last, `(B, H, W, C)`, and the weights of `hk.Conv2D` have the shape `(h, w, in, out)`, where PyTorch has
# `(B, C, H, W)` and `(out, in, h, w)`. So if there are several channels and pixels, `hk.Flatten` puts the numbers in
# another order, and the linear layer after it needs its rows rearranged too. By default `hk.Conv2D` pads to `"SAME"`.
# `padding=` may also be a function of the dilated kernel's size, such as `hk.pad.causal`, for which `hk.pad.create`
# computes the pair of numbers.
#
# </div>

# %% [markdown]
# ## Initialisers: keep the variance from layer to layer
#
# An initialiser is a function of shape and dtype, such as `jnp.ones`. The random ones in `hk.initializers` draw from
# Haiku's key, and layers take them as arguments such as `w_init=`. For the weights of a deep network the choice
# matters, because a unit adds up $n$ products of inputs and weights. With independent weights of mean 0, its variance
# is
#
# $$\mathrm{Var}(y) = n \, \mathrm{Var}(w) \; \mathrm{E}[x^2],$$
#
# and a ReLU sets about half the units to zero, so the next layer receives $\mathrm{E}[x^2] = \mathrm{Var}(y) / 2$. To
# keep the variance level, the weights need $n \, \mathrm{Var}(w) = 2$. In `hk.Linear` and `hk.Conv2D` that is
# `VarianceScaling(2.0)`, He initialisation. Follow six choices through twenty layers of 128 units, each in five
# networks:

# %%
initialisers = {
    "RandomNormal(0.02)": hk.initializers.RandomNormal(0.02),
    "hk.Linear's own": None,
    "VarianceScaling(1.5)": hk.initializers.VarianceScaling(1.5),
    "VarianceScaling(2.0)": hk.initializers.VarianceScaling(2.0),
    "VarianceScaling(2.5)": hk.initializers.VarianceScaling(2.5),
    "RandomNormal(0.2)": hk.initializers.RandomNormal(0.2),
}


def variance_by_layer(x, w_init):
    variances = []
    for _ in range(20):
        x = hk.Linear(128, w_init=w_init)(x)
        variances.append(jnp.var(x))
        x = jax.nn.relu(x)
    return jnp.array(variances)


data = jax.random.normal(key, (256, 128))
keys = jax.random.split(key, 5)
net = hk.without_apply_rng(hk.transform(variance_by_layer))


def five_networks(w_init):
    params = jax.vmap(lambda key: net.init(key, data, w_init))(keys)
    weights = jnp.array([its["w"] for its in params.values()])  # (20, 5, 128, 128)
    variances = jax.vmap(lambda p: net.apply(p, data, w_init))(params)  # (5, 20)
    return 128 * jnp.var(weights), variances


runs = {name: five_networks(w_init) for name, w_init in initialisers.items()}

# %% [markdown]
# They are ordered from small weights to large. Which would you trust with twenty layers? Is `hk.Linear`'s default
# one of them?

# %% tags=["plot"] alt="Over twenty layers the variance falls in three panels, stays level in one, grows in two, as the formula says."
# Caption: Each layer multiplies the variance by the same factor, which is near one for
# one choice of weights alone.
layers = np.arange(1, 21)
figure, panels = plt.subplots(
    3, 2, figsize=(5.6, 6.6), sharex=True, sharey=True, layout="constrained"
)
for axes, (name, (n_var, its)) in zip(panels.flat, runs.items(), strict=True):
    axes.semilogy(layers, its.T, "C0", linewidth=1)
    axes.semilogy(layers, n_var * (n_var / 2) ** (layers - 1.0), "C1--")
    axes.set_title(f"{name}\nn Var(w) = {n_var:.2g}")
axes.set(xlim=(0.5, 20.5), ylim=(1e-9, 1e9), xticks=[1, 10, 20])
axes.set_yticks([1e-8, 1e-4, 1, 1e4, 1e8], ["1e-8", "1e-4", "1", "1e4", "1e8"])
panels[0, 0].text(20, 1e7, "five networks", color="C0", ha="right")
panels[0, 0].text(20, 1e5, "formula", color="C1", ha="right")
figure.supxlabel("layer", size="medium")
figure.supylabel("variance of the layer's output", size="medium")
plt.show()

# %% tags=["hidden"]
_growth = [float(np.median(its[:, -1] / its[:, 0])) for _, its in runs.values()]
assert _growth[2] < 0.1 < _growth[3] < 10 < _growth[4]

# %% [markdown]
# The lines are nearly straight on the logarithmic scale, because each layer multiplies the variance by the same factor,
# half of $n \, \mathrm{Var}(w)$, and of the six choices only `VarianceScaling(2.0)` keeps them level. With a quarter
# more, 2.5, the variance has grown
# {{ float(np.median(runs["VarianceScaling(2.5)"][1][:, -1] / runs["VarianceScaling(2.5)"][1][:, 0])):.0f}}-fold by
# layer 20.
#
# The default of `hk.Linear` is `TruncatedNormal`, a normal distribution with standard deviation $1/\sqrt{n}$, cut off
# at two standard deviations, which leaves a variance of $0.77/n$. (`VarianceScaling(1.0)` cuts too, but corrects for
# that, and has $1/n$.) So each ReLU layer multiplies the variance by about 0.39, and after twenty layers it is
# {{ float(np.median(runs["hk.Linear's own"][1][:, -1])):.0e}}. In a deep network, set `w_init`, or put a normalisation
# such as `hk.LayerNorm` between the layers.
#
# ## Several functions of one network: `hk.multi_transform`
#
# An autoencoder has two parts, an encoder and a decoder, that you may want to call one at a time. `hk.multi_transform`
# takes a function that makes the modules and returns two things: a function for `init` to run, which should call all
# the modules, and the functions that you want to apply.


# %%
def autoencoder():
    encoder = hk.nets.MLP([8, 2], name="encoder")
    decoder = hk.nets.MLP([8, 12], name="decoder")

    def reconstruct(x):
        return decoder(encoder(x))

    return reconstruct, (encoder, decoder, reconstruct)


net = hk.without_apply_rng(hk.multi_transform(autoencoder))
encode, decode, reconstruct = net.apply
params = net.init(key, x)
code = encode(params, x)
print(sorted(params))
print(code.shape, jnp.allclose(decode(params, code), reconstruct(params, x), atol=1e-3))

# %% [markdown]
# One tree works for all three functions. (For networks with [state](state.py) there is
# [`hk.multi_transform_with_state`](../networks/look_inside.py#several-entries-one-set-of-parameters).)
#
# Two separate transforms can share parameters too, because `apply` looks each one up by its name in the tree that you
# pass. The next classifier uses the encoder of the autoencoder, under the same name, and ignores the decoder:


# %%
def classify(x):
    return hk.Linear(3, name="head")(hk.nets.MLP([8, 2], name="encoder")(x))


classifier = hk.without_apply_rng(hk.transform(classify))
own = classifier.init(jax.random.key(2), x)
both = hk.data_structures.merge(own, params)
logits = classifier.apply(both, x)
by_hand = encode(params, x) @ both["head"]["w"] + both["head"]["b"]
print(sorted(both), jnp.allclose(logits, by_hand, atol=1e-3))

# %% [markdown]
# `merge` keeps the last value of a name that occurs twice, here that of `params`. So choose the names yourself: two
# networks that each call some layer `linear` would silently share its parameters, as long as the shapes agree.
#
# ## Exercise: an autoencoder with one matrix
#
# The decoder of an autoencoder undoes what the encoder does, so some autoencoders use one matrix for both. Define
# `class TiedAutoencoder(hk.Module)`, made as `TiedAutoencoder(hidden_size, name=None)`. On an `x` of shape
# `(..., inputs)` it returns
#
# $$y = \tanh(x \, W + b) \; W^\top + c$$
#
# of the same shape as `x`, with $W$ of shape `(inputs, hidden_size)`. A single row, of shape `(inputs,)`, works too.
# `W` starts from an initialiser of your choice that draws random numbers with Haiku's key, `b` and `c` from zeros. The
# names of the parameters are up to you, but the matrix must be in the tree once. In loops, for one row:


# %%
def tied_in_loops(row, w, b, c):
    hidden = [
        np.tanh(b[j] + sum(row[i] * w[i][j] for i in range(len(row))))
        for j in range(len(b))
    ]
    return [
        c[i] + sum(hidden[j] * w[i][j] for j in range(len(b))) for i in range(len(row))
    ]


print(
    np.array(
        tied_in_loops(
            [1.0, -1.0, 2.0],
            w=[[1.0, 0.0], [0.0, 1.0], [1.0, 0.5]],
            b=[0.0, 0.5],
            c=[0.0, 0.0, 10.0],
        )
    )
)


# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Two `hk.Linear` have two matrices. Ask for the one yourself with `hk.get_parameter`, and use it twice.
#
# </details>


# %% exercise="tied-autoencoder" kind="build" minutes="12"
class TiedAutoencoder(hk.Module):
    """Encode with a matrix and decode with its transpose: (..., inputs) to the same."""

    ### BEGIN SOLUTION
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        shape = (x.shape[-1], self.hidden_size)
        init = hk.initializers.VarianceScaling()
        w = hk.get_parameter("w", shape, x.dtype, init=init)
        b = hk.get_parameter("b", shape[1:], x.dtype, init=jnp.zeros)
        c = hk.get_parameter("c", shape[:1], x.dtype, init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c

    ### END SOLUTION


# %% check="tied-autoencoder"
import itertools

from publishing.teaching.checking import Check, differing

_stops = {
    "dot_general": "W is (x.shape[-1], hidden_size), and its second use takes the transpose.",
    "must have ndim": "A single row has one axis, and no batch.",
    "incompatible shapes": "Which bias belongs to which axis? x may have any number of axes.",
    "does not match shape": "One name stands for one parameter; sizes come from x and hidden_size.",
    "NoneType": "Is a `return` missing?",
    "'tuple'": "It should return y, and nothing else.",
    "super constructor": 'What does an __init__ begin with? Read "Write an hk.Module" again.',
    "object is not callable": "Calling a module runs `__call__`, not `forward`.",
    "": "Which sizes come from x, and how many axes may x have?",
}
_read = "Exercise: an autoencoder with one matrix"
_check = Check(globals(), "TiedAutoencoder", _read, _stops)
_is_module = hk.Module in getattr(TiedAutoencoder, "__mro__", ())
_check.require(_is_module, "It should be a class that inherits from hk.Module.")


def tried(Tied):
    """Parameters from two keys; others, with y and the compiled gradient of the sum of y**2."""

    def outcomes(size, keys, x):
        net = hk.without_apply_rng(hk.transform(lambda x: Tied(size, name="net")(x)))
        starts = [jax.tree.map(np.array, net.init(key, x)) for key in keys]
        draw = np.random.default_rng(size).normal
        params = jax.tree.map(lambda p: jnp.array(p + draw(size=p.shape)), starts[0])
        gradient = jax.jit(jax.grad(lambda params: (net.apply(params, x) ** 2).sum()))
        return starts, params, (net.apply(params, x), gradient(params))

    return outcomes


def _pair(
    params, form, act=np.tanh, back=np.transpose, end=np.array, biases=(1, 1), uses=2
):
    """y and the gradient, if W, b and c are in these places of the tree, and W transposed or not."""
    w, b, c = (np.float64(jax.tree.leaves(params)[place]) for place in form[0])
    w = w.T if form[1] else w
    h = act(_x @ w + biases[0] * b)
    y = end(h @ back(w) + biases[1] * c)
    x, h, slope = (rows.reshape(-1, rows.shape[-1]) for rows in (_x, h, 2 * y))
    inner = slope @ w * (1 - h**2)
    slopes = [x.T @ inner + (uses - 1) * slope.T @ h, inner.sum(0), slope.sum(0)]
    slopes[0] = slopes[0].T if form[1] else slopes[0]
    leaves = [slopes[i] for i in np.argsort(form[0])]
    return y, jax.tree.unflatten(jax.tree.structure(params), leaves)


_slips = {
    "the tanh is missing.": {"act": np.array},
    "a tanh acts at the end, too.": {"end": np.tanh},
    "a ReLU acts in the place of tanh.": {"act": lambda z: np.maximum(z, 0)},
    "a sigmoid acts in the place of tanh.": {"act": lambda z: 0.5 + np.tanh(z / 2) / 2},
    "W is reshaped, not transposed.": {"back": lambda w: w.reshape(w.shape[::-1])},
    "the last bias is missing.": {"biases": (1, 0)},
    "the first bias is missing.": {"biases": (0, 1)},
}
_sharing = 'Is one matrix there once? Read "Share parameters: one instance, called twice" again.'
_draw, _keys = np.random.default_rng(), list(jax.random.split(jax.random.key(0)))
_cases = [(3, *_draw.integers(20, 30, 1).tolist()), (3, 2, 5), (5,), (5, 4), (1, 0, 1)]
_cases.append((2, 1, 3, 1, 4))
_sizes = [int(_draw.integers(30, 40)), 9, 9, 4, 1, 3]
for _shape, _k in zip(_cases, _sizes, strict=True):
    _x = np.float32(_draw.uniform(0.1, 2) * _draw.normal(size=_shape))
    _x *= 1000 ** (len(_shape) == 5)
    _when = f"With hidden_size {_k} and an x of shape {_shape}, "
    _given = _k, _keys, jnp.array(_x)
    _starts, _params, (_y, _slopes) = _check.call(*_given, by=tried, when=_when)
    _named = all(module.partition("/")[0] == "net" for module in _params)
    _check.require(_named, 'Made with name="net", it is called otherwise in the tree.')
    _shapes = [leaf.shape for leaf in jax.tree.leaves(_params)]
    _wanted = [[w, (_k,), _shape[-1:]] for w in ((_shape[-1], _k), (_k, _shape[-1]))]
    _orders = itertools.product(itertools.permutations(range(len(_shapes))), (0, 1))
    _forms = [f for f in _orders if [_shapes[i] for i in f[0]] == _wanted[f[1]]]
    _parts = zip(("W", "the first bias", "the last bias"), *_wanted, strict=True)
    _lacking = [name for name, *forms in _parts if not {*forms} & {*_shapes}]
    _told = f", and none for {' and '.join(_lacking)}." if _lacking else f". {_sharing}"
    _told = f"{_when}the tree has arrays of the shapes {_shapes}{_told}"
    _check.require(_forms, _told)
    _leaves, _others = (jax.tree.leaves(tree) for tree in _starts)
    _w, _b, _c = (_leaves[place] for place in _forms[0][0])
    _zero = not (_b.any() or _c.any())
    _check.require(_zero, f"{_when}a bias does not start from zeros.")
    _told = f"{_when}all entries of W start with one number."
    _check.require(_w.size == 1 or np.ptp(_w), _told)
    _told = f"{_when}W starts with the same numbers for every key."
    _check.require(_w.size == 1 or (_w != _others[_forms[0][0][0]]).any(), _told)
    _fits = [f for f in _forms if not differing(_y, _pair(_params, f)[0])]
    _form, _limits = (_fits or _forms)[0], {"rtol": 1e-4, "atol": 1e-5}
    _true, _gradient = _pair(_params, _form)
    _others = {slip: _pair(_params, _form, **made)[0] for slip, made in _slips.items()}
    _rows = _true.reshape(-1, _shape[-1])
    _others["its axes before the last are not those of x."] = _rows
    _others[""] = "Is W used first, and then its transpose, each with its bias?"
    _told = "y is the code. Decode it with the transpose of W, too."
    _check.require(_k == _shape[-1] or np.shape(_y)[-1:] != (_k,), _when + _told)
    _check.agrees(_y, _true, _others, _when, "y", **_limits)
    _others = {"one use of W has none.": _pair(_params, _form, uses=1)[1]}
    _what = "the gradient of the sum of the squares of y"
    _check.agrees(_slopes, _gradient, _others, _when, _what, **_limits)
print("Agrees with the formula: one matrix in the tree, and both uses in its gradient.")

# %% [markdown]
# ## Count, split and merge trees: `hk.data_structures`
#
# How much did sharing save? `tree_size` counts the numbers in a tree, and `tree_bytes` says how many bytes they take.
# `count_by_module`, a function of this course, says where they are.

# %%
from snippets.parameters import count_by_module

for name, f in {
    "tied": lambda x: TiedAutoencoder(5)(x),
    "untied": lambda x: hk.Linear(12)(jnp.tanh(hk.Linear(5)(x))),
}.items():
    its = hk.transform(f).init(key, x)
    print(name, hk.data_structures.tree_size(its), hk.data_structures.tree_bytes(its))
    print("  ", count_by_module(its))

# %% [markdown]
# `partition` splits a tree with a predicate on module name, parameter name and value; `merge` joins trees. Together
# they **freeze** parameters: differentiate with respect to one part, and merge inside the loss.

# %%
from snippets.training import sgd_step

trained, frozen = hk.data_structures.partition(
    lambda module, name, value: module.startswith("decoder"), params
)


def loss_fn(trained, batch):
    merged = hk.data_structures.merge(frozen, trained)
    return jnp.mean((reconstruct(merged, batch) - batch) ** 2)


new_trained, loss = sgd_step(loss_fn, trained, x, 0.1)
print("frozen: ", list(frozen))
print(
    "trained:", list(new_trained), f"loss {loss:.3f} -> {loss_fn(new_trained, x):.3f}"
)

# %% [markdown]
# Old code calls `to_mutable_dict` before it changes a tree, because `init` used to return an immutable mapping. Today
# `init` returns plain dictionaries, and the call copies only the outer one:

# %%
mutable = hk.data_structures.to_mutable_dict(params)
copied = hk.data_structures.merge(params)
module = "encoder/~/linear_0"
print(mutable is params, mutable[module] is params[module])
print(copied is params, copied[module] is params[module])

# %% [markdown]
# So `mutable[module]["w"] = ...` changes `params` as well. To be safe, copy with `merge(params)`: both levels of
# dictionaries are new, though the arrays in them are the old ones.
#
# ## Load parameters saved under other names
#
# An `npz` file holds arrays under flat names. `np.savez(file, **params)` seems to save a tree, but it pickles the inner
# dictionaries, and `np.load` refuses those by default. `save_npz`, a function of this course, joins module and
# parameter with `//`, as AlphaFold does; [other files](../porting/weights.py) have a page of their own.

# %%
from snippets.parameters import rename_modules
from snippets.porting.formats import load_npz, save_npz

old_net = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([8, 12])(x)))
file = io.BytesIO()  # or a path such as "params.npz"
save_npz(file, old_net.init(key, x))
file.seek(0)
loaded = load_npz(file)
print(list(loaded))

# %% [markdown]
# Later the network moves into a class, every name gains a prefix, and the file no longer fits:


# %% raises="ValueError" match="Unable to retrieve parameter 'w' for module 'model/~/mlp/~/linear_0'"
class Model(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.mlp = hk.nets.MLP([8, 12])

    def __call__(self, x):
        return self.mlp(x)


new_net = hk.without_apply_rng(hk.transform(lambda x: Model()(x)))
new_net.apply(loaded, x)

# %% [markdown]
# The error says which module `apply` looked for. Give the arrays their new names, and compare outputs.

# %%
names = {module: f"model/~/{module}" for module in loaded}
renamed = rename_modules(loaded, names)
print(list(renamed))
print(jnp.allclose(new_net.apply(renamed, x), old_net.apply(loaded, x), atol=1e-3))

# %% [markdown]
# ## Exercise: repair a loader
#
# These weights come from PyTorch: flat names, matrices of shape `(out, in)`. The network that they belong to is written
# in Haiku as `Gated`.

# %%
numbers = np.random.default_rng(0)
saved = {
    f"{layer}.{kind}": np.float32(numbers.normal(size=shape))
    for layer in ("gate_proj", "up_proj", "down_proj")
    for kind, shape in {"weight": (12, 12), "bias": (12,)}.items()
}


class Gated(hk.Module):
    def __call__(self, x):
        gate = jax.nn.sigmoid(hk.Linear(12)(x))
        up = hk.Linear(12)(x)
        return hk.Linear(12)(gate * up)


# %% [markdown]
# The loader below fills the tree in sorted order. It runs without an error, but the network does not compute what the
# old program did:


# %%
def load_by_order(saved, params):
    arrays = [saved[name] for name in sorted(saved)]
    return jax.tree.unflatten(jax.tree.structure(params), arrays)


def old_program(saved, x):
    def linear(layer, x):
        return x @ saved[f"{layer}.weight"].T + saved[f"{layer}.bias"]

    gate = jax.nn.sigmoid(linear("gate_proj", x))
    return linear("down_proj", gate * linear("up_proj", x))


gated = hk.without_apply_rng(hk.transform(lambda x: Gated()(x)))
gated_params = gated.init(key, x)
for title, out in {
    "old program": old_program(saved, x),
    "load_by_order": gated.apply(load_by_order(saved, gated_params), x),
}.items():
    print(f"{title:14}", out[0, :4])

# %% [markdown]
# All matrices are 12 by 12, so the shapes don't give the mistake away. Define `load_renamed(saved, params, names)`,
# where `names` maps each module of `params` to its own name in `saved`:
#
# `{"gated/linear": "gate_proj", "gated/linear_1": "up_proj", "gated/linear_2": "down_proj"}`
#
# - It returns a new tree with the modules and parameter names of `params`, and leaves its arguments as they are. `w` of
#   a module is the transpose of `weight`, `b` is `bias`. A module without `b` has no `bias`.
# - It raises a `ValueError` if an array doesn't have the shape that `params` has in that place, and also if an array of
#   `saved` is left over. If one is missing, it raises a `KeyError` or a `ValueError`.


# %% exercise="load-renamed" kind="repair" minutes="12"
def load_renamed(saved, params, names):
    """A tree like `params` with the arrays of `saved`, found by name."""
    ### BEGIN SOLUTION
    left = dict(saved)
    loaded = {}
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = left.pop(path)
            array = array.T if name == "w" else array
            if array.shape != old.shape:
                raise ValueError(f"{path} is {array.shape}, {module} has {old.shape}.")
            loaded[module][name] = jnp.asarray(array)
    if left:
        raise ValueError(f"Nothing takes {sorted(left)}.")
    return loaded
    ### END SOLUTION


# %% check="load-renamed"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "load_renamed",
    "Exercise: repair a loader",
    {
        "KeyError: 'gated": "`names` goes from modules of params to names in saved.",
        "'0.weight": "The name of a layer may have dots.",
        "KeyError": "Which keys has each of the three dictionaries? A module may lack `b`.",
        "": "Does it find each array by the three dictionaries that it is given?",
    },
)
_draw, _kinds = np.random.default_rng(), {"w": "weight", "b": "bias"}


def what_it_raises(load_renamed):
    def attempt(*arguments):
        try:
            load_renamed(*arguments)
        except ValueError:
            return "ValueError"
        except Exception as problem:
            return type(problem).__name__
        return "nothing"

    return attempt


def _case(layers, parameters="wb"):
    """Saved arrays, a tree of other numbers, names, and the tree to be loaded."""
    saved, params, right = {}, {}, {}
    for module, (name, n, size) in layers.items():
        right[module] = {
            k: np.float32(_draw.normal(size={"w": (n, size), "b": (size,)}[k]))
            for k in parameters
        }
        params[module] = jax.tree.map(jnp.zeros_like, right[module])
        for kind, array in right[module].items():
            saved[f"{name}.{_kinds[kind]}"] = array.T.copy()
    saved = {path: saved[path] for path in _draw.permutation(list(saved)).tolist()}
    names = {module: layers[module][0] for module in reversed(layers)}
    return saved, params, names, right


_layers = [("gate_proj", 12, 12), ("up_proj", 12, 12), ("down_proj", 12, 12)]
_cases = [_case(dict(zip(gated_params, _layers, strict=True)))]
_cases += [_case(dict(zip(gated_params, _layers[::-1], strict=True)))]
_cases += [_case({"b": ("x.0", 2, 3), "a": ("y", 3, 3)}, "w"), _case({})]
_paths = ["a", "b", "net/~/linear", "net/linear", "net/linear_1", "weight", "w"]
_names = ["layers.0", "layers.10", "layers.1", "weight", "bias", "a", "net.w"]
_paths += [f"deep/~/linear_{i}" for i in range(int(_draw.integers(5, 9)))]
_names += [f"blocks.{i}.x" for i in range(len(_paths) - 7)]
for _parameters in ("wb", "w", "wb"):
    _sizes = _draw.integers(1, 5, size=(len(_paths), 2)).tolist()
    _order = _draw.permutation(len(_paths)).tolist()
    _layers = {_paths[i]: (_names[j], *_sizes[j]) for j, i in enumerate(_order)}
    _cases.append(_case(_layers, _parameters))
for _saved, _params, _names, _right in _cases:
    _source = {name: _right[module] for module, name in _names.items()}
    _sorted = zip(sorted(_names), sorted(_names.values()), strict=True)
    _others = {
        'how are the matrices of PyTorch stored? Read "If you come from PyTorch" again.': {
            m: {k: array.T for k, array in its.items()} for m, its in _right.items()
        },
        "that is load_by_order: sorted, and not turned.": {
            m: jax.tree.map(np.transpose, _source[name]) for m, name in _sorted
        },
        "the parameters are called as in `saved`.": {
            m: {_kinds[k]: array for k, array in its.items()}
            for m, its in _right.items()
        },
        "": "Which array belongs there, by names, and what happens to a weight on the way?",
    }
    _when = f"For {len(_names)} layers, "
    _loaded = _check.call(_saved, _params, _names, when=_when)
    _known = not isinstance(_loaded, dict) or {*_loaded} == {*_right}
    _check.require(_known, f"{_when}the modules of the tree are not those of params.")
    _check.agrees(_loaded, _right, _others, _when, rtol=1e-6)
_saved, _params, _names, _ = _case({"a": ("x", 3, 5), "b": ("y", 5, 5)})
_shapes = [("x.weight", (3, 5)), ("y.weight", (5, 4)), ("y.weight", (5, 5, 1))]
_shapes += [("y.bias", (1,)), ("y.bias", (1, 5)), ("x.bias", (5, 1))]
_shapes += [("z.weight", (5, 5)), ("y.scale", (5,))]
_no_bias = {**_params, "b": {"w": _params["b"]["w"]}}
_wrong = [("If the module b lacks a bias that `saved` has, ", _saved, _no_bias)]
for _path, _shape in _shapes:
    _changed = {**_saved, _path: np.ones(_shape)}
    _wrong.append((f"With {_path} of shape {_shape} in `saved`, ", _changed, _params))
for _when, *_given in _wrong:
    _raised = _check.call(*_given, _names, by=what_it_raises, when=_when)
    _extra = len(_given[0]) > 4 or "lacks" in _when
    _told = "Nothing in params takes it." if _extra else "Its shape does not fit."
    _others = {"": _told}
    _check.agrees(_raised, "ValueError", _others, _when, "what it raises")
for _path in ("y.bias", "x.weight"):
    _lacking = {path: array for path, array in _saved.items() if path != _path}
    _raised = _check.call(_lacking, _params, _names, by=what_it_raises)
    _told = f"If `saved` lacks {_path}, it raises {_raised}, not a KeyError or a ValueError."
    _check.require(_raised in ("KeyError", "ValueError"), _told)
print("Every array is where its name says, transposed; what does not fit is refused.")

# %% [markdown]
# Now the network computes what the old program did:

# %%
names = {
    "gated/linear": "gate_proj",
    "gated/linear_1": "up_proj",
    "gated/linear_2": "down_proj",
}
out = gated.apply(load_renamed(saved, gated_params, names), x)
print("agrees:", jnp.allclose(out, old_program(saved, x), atol=0.1))

# %% [markdown]
# ## What can go wrong
#
# [The list of errors](../look_up/errors.py) produces each of these messages.
#
# - `ValueError: Constructing an hk.Module without calling the super constructor is not supported.` An `__init__` of
#   your own must call `super().__init__` before it makes modules or asks for parameters. In the `__post_init__` of a
#   dataclass, call `super().__post_init__()` first.
# - `ValueError: Initializer must be specified.` `hk.get_parameter` needs `init=` where `init` makes the parameter.
# - `ValueError: Unable to retrieve parameter 'w' for module 'new'` The tree has no such name. Print `list(params)`: has
#   a line moved to another method, or has an `if` changed the numbering?
# - `ValueError: 'linear/w' with retrieved shape (3, 12) does not match shape=[12, 3]` Perhaps another layer's matrix,
#   or one from PyTorch that is not transposed, or an input of another width.
# - `ValueError: 'my-layer' is not a valid module name (must be a valid Python identifier)` Write `my_layer`.
# - No message: arrays made in `__init__` with `jax.random` or `jnp.zeros` are not parameters: training does not reach
#   them. Entries of `params` that no module asks for are usually ignored.
#
# ## What you learned
#
# - An `hk.Module` keeps settings, and asks for its parameters with `hk.get_parameter`, usually in `__call__`. It lives
#   for one call; the parameters are in your hands.
# - A module's name is the path of the places where modules were made: `~` for the constructor, nothing for `__call__`,
#   `~method` for most other methods. Call one `hk.Linear` twice to share its parameters; a second, unnamed one beside
#   it has its own.
# - Initialisers decide whether signals keep their size: `VarianceScaling(2.0)` for deep ReLU networks.
# - After you rename and load parameters, compare outputs: shapes don't prove that an array is in the right place.
#
# Next: [Loss, gradient, update](update.py) writes the loss and the update for such a network.
