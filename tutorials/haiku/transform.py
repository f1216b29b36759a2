# %% [markdown]
# # `hk.transform`: from module to pure function
#
# `hk.transform` turns a network of modules into two functions, `init` and `apply`, pure if the rest of your code is and
# leaves transformations such as `jax.jit` outside. A `print` runs while JAX traces the function, not when the compiled
# program runs.

# %% tags=["short"]
import haiku as hk
import jax
import jax.numpy as jnp

net = hk.transform(lambda x: hk.Linear(2)(x))
x = jnp.ones((1, 6))  # one row of six
params = net.init(jax.random.key(0), x)
y = net.apply(params, None, x)
print(jax.tree.map(jnp.shape, (params, y)))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a network with Haiku modules, and turn it into `init` and `apply`;
# - predict the names and shapes of its parameters, and which calls need a key;
# - explain `hk.transform`, because you have rebuilt it in about thirty lines.
#
# You need: [`jax.grad` and pytrees](../jax/gradients.py), [keys](../jax/random_keys.py) and
# [`jax.jit`](../jax/compilation.py).
#
# </div>

# %% [markdown]
# ## Should you learn Haiku?
#
# **Haiku is in maintenance mode**: its authors at Google DeepMind fix bugs and keep it working with new releases of
# JAX, and they recommend Flax for new projects. Learn Haiku if you have to read, run, change or port code written
# in it, such as AlphaFold or GraphCast; code for Sonnet, DeepMind's older library for TensorFlow, reads much the
# same. If you start a project and are free to choose, begin with Flax or Equinox. To take a trained network with
# you, see [Leaving Haiku](../porting/leaving_haiku.py).

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## Pure functions: an object hides its numbers from JAX
#
# The smallest layer of a neural network is linear: it multiplies the input by a matrix and adds a vector,
#
# $$y = xW + b.$$
#
# The entries of $W$ (the *weights*) and of $b$ (the *biases*) are its **parameters**, the numbers that
# training has to find. In Python, something that keeps numbers and computes with them is an object:


# %%
class Layer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return x @ self.w + self.b


x = jnp.ones((1, 6))  # (B, 6): one row for each of B inputs, here B = 1
layer = Layer(jnp.ones((6, 2)), jnp.zeros(2))
print(layer(x))
layer.w = 10 * layer.w
print(layer(x))

# %% [markdown]
# The same call, `layer(x)`, gives two results. Such a function is **impure**: its output depends on something that
# is not an argument and that changes. A **pure** function depends only on its arguments, and on things that never
# change, and changes nothing outside itself. Training needs the gradient with respect to the weights, so ask JAX for
# it:

# %% raises="TypeError" match="not a valid JAX type"
jax.grad(lambda layer: jnp.sum(layer(x)))(layer)

# %% [markdown]
# By default `jax.grad` differentiates with respect to floating-point arrays, alone or in a pytree. Your object holds
# two, but JAX does not know that. Equinox and Flax NNX register their classes as pytrees, and differentiate with
# respect to the object. Haiku takes the numbers out of the object and passes them in, as you can do by hand:


# %%
def linear(params, x):
    return x @ params["w"] + params["b"]


params = {"w": jnp.ones((6, 2)), "b": jnp.zeros(2)}
jax.grad(lambda params: jnp.sum(linear(params, x)))(params)

# %% [markdown]
# The gradient has the structure of the parameters. Only what you differentiate with respect to must be an argument;
# a *closure* may supply the rest, here `x`, as long as it stays as it is.
#
# ## By hand, every layer is written twice
#
# With two layers you also need a function that makes the dictionary, with random numbers to start from. Between
# the layers comes an *activation*, here `tanh`, because without it two linear layers collapse into one.


# %%
def two_layers(params, x):
    h = jnp.tanh(linear(params["first"], x))  # (B, 8)
    return linear(params["second"], h)  # (B, 2)


def initial_params(key):
    first_key, second_key = jax.random.split(key)
    return {
        "first": {"w": jax.random.normal(first_key, (6, 8)), "b": jnp.zeros(8)},
        "second": {"w": jax.random.normal(second_key, (8, 2)), "b": jnp.zeros(2)},
    }


two_layers(initial_params(jax.random.key(0)), x)

# %% [markdown]
# This works, but each layer appears in two places: where it computes, and where its numbers are made. Its name is in
# both, the width 8 appears three times, and you had to work out that the input is 6 wide. With fifty layers you would
# write much bookkeeping, which Haiku takes over.
#
# ## `init` and `apply`: let Haiku do the bookkeeping
#
# In Haiku you write only the computation. `hk.Linear(12)` is a **module**, a layer with 12 outputs, and you tell
# it neither its parameters nor the width of its input.


# %%
def easy_linear_net(x):
    return hk.Linear(12)(x)


# %% [markdown]
# Where do its weights come from? If you call the function directly, from nowhere:

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
easy_linear_net(x)

# %% [markdown]
# Modules can be made only inside `hk.transform` and its variants, so give it the function:

# %%
ez_linear = hk.transform(easy_linear_net)
ez_linear_params = ez_linear.init(jax.random.key(0), x)
jax.tree.map(jnp.shape, ez_linear_params)

# %% [markdown]
# `hk.transform` returns an `hk.Transformed`, which is a named tuple of two functions, `init` and `apply`.
# `init` takes a key and then whatever your function takes; it runs your function once and returns the
# parameters that its modules asked for. They form a dictionary of dictionaries: module name, parameter name,
# array. (`jax.tree.map` replaced each array by its shape.)
#
# `apply` takes these parameters, a key, and what your function takes.

# %%
y = ez_linear.apply(ez_linear_params, jax.random.key(1), x)
by_hand = linear(ez_linear_params["linear"], x)
print(y.shape, jnp.allclose(y, by_hand))

# %% [markdown]
# The output is $xW + b$ with the parameters that you passed in. Because they are an argument, `jax.grad` works. That is
# how you use Haiku: write with modules, transform, call `init` once, then call `apply` with parameters that you keep
# yourself. Two unnamed `hk.Linear`, both made directly in your function, are numbered in the order in which they are
# made:


# %% tags=["sample"]
def two_linears(x):
    h = jnp.tanh(hk.Linear(8)(x))  # (B, 8)
    return hk.Linear(2)(h)  # (B, 2)


jax.tree.map(jnp.shape, hk.transform(two_linears).init(jax.random.key(0), x))

# %% [markdown]
# Both functions run `two_linears`: `init` makes the arrays, and `apply` only reads them. (Larger numbers have
# stronger colours.)

# %% tags=["plot", "cover"] alt="Two runs of one network: init collects the w and b of each module in params, apply hands them out."
# Caption: Both runs call the same function: `init` makes arrays where `apply` reads
# them.
from snippets.drawing import DATA, PARAMETERS, array, arrow, box, canvas, note

two_net = hk.transform(two_linears)
two_params = two_net.init(jax.random.key(0), x)
returned = two_net.apply(two_params, None, x)
axes, of_init = canvas(21), "hk.transform(two_linears).init"
runs = {
    "init(key, x)": (4.9, 4.9, "(not kept)", of_init),
    "apply(params, None, x)": (28, 31.1, f"output {returned.shape}", "ez_linear.apply"),
}
for call, (place, middle, result, of) in runs.items():
    box(axes, place, 1.5, call, of=of)
    for top, maker, given, after in (
        (2.5, "hk.Linear(8)", "hk.Linear(8)(x)", "jnp.tanh"),
        (11.6, "hk.Linear(2)", "hk.Linear(2)(h)", "return hk.Linear(2)(h)"),
    ):
        module = box(axes, middle, 7.6 if top < 7 else 14.6, maker, of=maker)
        arrow(axes, (middle, top), module, of=given)
        arrow(axes, module, (middle, 10.5 if top < 7 else 18.6), of=after)
    note(axes, middle, 11.1, "tanh", of="jnp.tanh", family="monospace")
    note(axes, middle, 19.6, result, of="return hk.Linear(2)(h)", color=DATA)
box(axes, 18, 12.2, "\n" * 10, PARAMETERS, 12.4, of_init)
note(axes, 18, 3.5, "params", of=of_init, family="monospace", color=PARAMETERS)
for top, (module, its) in zip((5.6, 12.6), two_params.items(), strict=True):
    maker = "hk.Linear(8)" if top < 7 else "hk.Linear(2)"
    note(axes, 12.5, top, module, "left", f"{maker} | '{module}'", family="monospace")
    for left, name in ((12.5, "w"), (19, "b")):
        shape = its[name].shape
        of, label = f"{maker} | '{name}': {shape}", f"{name} {shape}"
        note(axes, left, top + 1.4, label, "left", of, family="monospace")
        array(axes, left, top + 2.2, its[name], (), PARAMETERS, 0.45, of=of)
    of = f"{maker} | '{module}'"
    arrow(axes, (9.3, top + 2), (11.8, top + 2), color=PARAMETERS, of=of)
    arrow(axes, (24.2, top + 2), (26.7, top + 2), color=PARAMETERS, of=of)
note(axes, 9.5, 11.1, "collects", of=of_init, color=PARAMETERS)
note(axes, 26.3, 11.1, "hands\nout", of="ez_linear.apply", color=PARAMETERS)
plt.show()

# %% [markdown]
# Compare `two_linears` with `two_layers` and `initial_params`: each layer appears once, so does the 8, and the 6 is
# gone. Mind the order: in `hk.Linear(2)(jnp.tanh(hk.Linear(8)(x)))` Python makes the *outer* module first. A name that
# you pass can also shift the numbers, because the next `hk.Linear` here gets the number after the highest in use: after
# `name="linear_3"` comes `linear_4`, even if you write `name="linear"`.
#
# ## Exercise: name the parameter tree
#
# If you can read a network, you can see its tree. Write down the tree of the next function without running it:
# the names of its modules, the names of the parameters of each, and their shapes.


# %%
def tree_net(x):  # (20, 3)
    for width in (16, 8):
        x = jnp.tanh(hk.Linear(width)(x))
    gate = hk.Linear(8, with_bias=False, name="gate")(x)
    both = jnp.concatenate([x, gate], axis=-1)
    return hk.Linear(1)(both)


# %% [markdown]
# Define `predicted_tree`, a dictionary of dictionaries with a shape for each parameter, as `tree_net` would
# have it after `init` on an input of shape `(20, 3)`.
#
# <details>
# <summary>Hint</summary>
#
# The loop makes a module in each iteration. The name `gate` takes no number from the others. How wide is `both`?
#
# </details>

# %% exercise="parameter-tree" kind="predict" minutes="5"
# The form, for another network: {"linear": {"w": (6, 12), "b": (12,)}}
# predicted_tree = {...}
### BEGIN SOLUTION
predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (16, 1), "b": (1,)},
}
### END SOLUTION

# %% check="parameter-tree"
from publishing.teaching.checking import predicted

_params = hk.transform(tree_net).init(jax.random.key(0), jnp.ones((20, 3)))
predicted(
    globals(),
    "predicted_tree",
    jax.tree.map(jnp.shape, _params),
    {
        "linear": "The first module of its class has no number. A matrix has as many rows as its input has columns.",
        "linear_1": "The loop makes two modules; the input of the second is what the first one gives.",
        "gate": "This module is made with_bias=False, and its input is 8 wide.",
        "linear_2": "gate takes no number from the others, and `both` holds x and gate side by side.",
    },
)
print("Right: these are the modules, names and shapes that `init` returns.")

# %% [markdown]
# ## The input decides the shapes
#
# `hk.Linear(12)` learned that its matrix is $6 \times 12$ from the `x` that `init` was given: shapes are *lazy*. Of the
# shape, a linear layer uses only the last axis, so the batch size may differ from call to call. The width may not:

# %% raises="ValueError" match="linear/w"
wide_params = ez_linear.init(jax.random.key(0), jnp.ones((1, 9)))
ez_linear.apply(wide_params, jax.random.key(1), x)

# %% [markdown]
# If you come from PyTorch, you may write `hk.Linear(12, 5)` for "12 inputs, 5 outputs". `hk.Linear` has no argument
# for the inputs, so this is a layer with 12 *outputs*, and the 5 lands in the next argument, `with_bias`, where it
# counts as true. Nothing fails. Pass all arguments but the first by keyword, as in
# `hk.Linear(5, with_bias=False, name="head")`.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `init` reads the shape of `x`. Does it also depend on the values in `x`? The next cell compares parameters
# made on zeros with parameters made on random numbers.
#
# - [{{ bool(jnp.array_equal(on_zeros["linear"]["w"], on_noise["linear"]["w"])) }}] No: both have the same parameters.
# - [{{ not jnp.array_equal(on_zeros["linear"]["w"], on_noise["linear"]["w"]) }}] Yes: the weights differ, the bias is 0.
# - [{{ not jnp.array_equal(on_zeros["linear"]["b"], on_noise["linear"]["b"]) }}] Yes: on zeros, all parameters are 0.
#
# </div>

# %% tags=["predict"]
on_zeros = ez_linear.init(jax.random.key(0), jnp.zeros((1, 6)))
on_noise = ez_linear.init(
    jax.random.key(0), jax.random.normal(jax.random.key(7), (50, 6))
)
jax.tree.map(jnp.array_equal, on_zeros, on_noise)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Not here: they are equal bit for bit. The numbers come from the key; `x` decides the shapes, and in `hk.Linear` the
# dtype as well. The output is thrown away, so people often initialise on a dummy such as `jnp.ones((1, 6))`. (A module
# may also compute its first parameters from the values of `x`.)
#
# </details>

# %% [markdown]
# ## Keys: at init, at apply, or none
#
# `apply` takes a key as its second argument, although `ez_linear` draws nothing at random. Leave it out, and
# Haiku mistakes your input for the key:

# %% raises="ValueError" match="Apply must be called with an RNG"
ez_linear.apply(ez_linear_params, x)

# %% [markdown]
# The message gives the signature: `apply(params, rng, *a, **k)`, where `rng` is the key. These names work as
# keywords, too, as in `apply(params=params, rng=None, x=x)`. `None` is fine as long as nothing asks for a key, but
# some networks do: *dropout* sets a random part of its input to zero during training. Here it gets a key from
# `hk.next_rng_key()` and zeroes each entry with probability one half:


# %%
def noisy_net(x):
    return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(12)(x))


noisy = hk.transform(noisy_net)
noisy_params = noisy.init(jax.random.key(0), x)
for seed in (1, 1, 2):
    zeroed = noisy.apply(noisy_params, jax.random.key(seed), x) == 0
    print("key", seed, "zeroed outputs:", jnp.flatnonzero(zeroed))

# %% [markdown]
# Here the same key zeroes the same outputs, and a different key zeroes different ones. The randomness is an argument
# too, so `apply` is still pure.
#
# For a network that needs no key, `None` is a nuisance. `hk.without_apply_rng` removes it from
# `apply`; `init` keeps its key.

# %%
ez_linear = hk.without_apply_rng(hk.transform(easy_linear_net))
jnp.allclose(ez_linear.apply(ez_linear_params, x), by_hand)

# %% [markdown]
# Do this *only* if the network asks Haiku for no key at `apply`. The dropout above asks for one, and its error appears
# only at `apply`:

# %% raises="MissingRNGError" match="must pass a non-None PRNGKey"
silenced = hk.without_apply_rng(hk.transform(noisy_net))
silenced.apply(noisy_params, x)

# %% [markdown]
# ## Exercise: a network of two layers
#
# Someone gives you trained parameters, without the code that made them. You know that an input goes through a
# linear layer, the activation [ReLU](https://docs.jax.dev/en/latest/_autosummary/jax.nn.relu.html),
# $\max(0, x)$, and a second linear layer, as in these loops. The example is smaller, with 2 inputs, 2 hidden
# units and 1 output.


# %%
def two_layers_in_loops(x, w1, b1, w2, b2):
    outputs = []
    for row in x:
        hidden = [
            max(0.0, b1[j] + sum(row[i] * w1[i, j] for i in range(len(row))))
            for j in range(len(b1))
        ]
        outputs.append(
            [
                b2[k] + sum(hidden[j] * w2[j, k] for j in range(len(hidden)))
                for k in range(len(b2))
            ]
        )
    return np.array(outputs)


print(
    two_layers_in_loops(
        x=np.array([[1.0, 2.0], [-1.0, 0.0]]),
        w1=np.array([[1.0, 0.0], [2.0, -1.0]]),
        b1=np.array([0.0, 1.0]),
        w2=np.array([[10.0], [1.0]]),
        b2=np.array([-3.0]),
    )
)

# %% [markdown]
# And this is the tree that you are given:

# %%
shapes = {
    "linear": {"w": (5, 6), "b": (6,)},
    "linear_1": {"w": (12, 5), "b": (5,)},
}
numbers = np.random.default_rng(0)
found = {
    module: {name: np.float32(numbers.normal(size=s)) for name, s in its.items()}
    for module, its in shapes.items()
}

# %% [markdown]
# In the next cell,
#
# - write `my_haiku_net_func(x)`, a network for these parameters. Its modules and parameters have the names and
#   shapes in `found`, and for any numbers in such a tree it agrees with the loops. It takes an `x` of shape
#   `(..., 12)`, with any number of leading axes, as `hk.Linear` does;
# - let `my_haiku_net` be its transform, without a key at `apply`;
# - let `my_haiku_params` be new parameters for it, from key 0, initialised on ones of shape `(3, 12)`.
#
# <details>
# <summary>Hint: where to look</summary>
#
# Which layer of `found` can take an `x` that is 12 wide? Which module gets the name without a number?
#
# </details>
#
# <details>
# <summary>Hint: what decides</summary>
#
# Modules are numbered in the order in which they are made, which need not be the order in which they are
# called.
#
# </details>


# %% exercise="two-layer-net" kind="build" minutes="12"
def my_haiku_net_func(x):
    """The network that `found` belongs to: from (..., 12) to (..., 6)."""
    ### BEGIN SOLUTION
    last, first = hk.Linear(6), hk.Linear(5)  # made in this order, called in the other
    return last(jax.nn.relu(first(x)))
    ### END SOLUTION


# my_haiku_net = ...
# my_haiku_params = ...
### BEGIN SOLUTION
my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
### END SOLUTION

# %% check="two-layer-net"
from publishing.teaching.checking import Check

_stops = {
    "Apply must be called with an RNG": "`apply` still asks for a key.",
    "non-None PRNGKey": "The loops draw no random numbers.",
    "Unable to retrieve": "The modules and parameters need the names of `found`.",
    "Transformed(init": "It stays a function of x: its transform needs another name.",
    "": "It gets one x of shape (..., 12), and everything in it happens inside the transform.",
}
_names, _read = ("net_func", "net", "params"), "Keys: at init, at apply, or none"
_func, _net, _new = (Check(globals(), f"my_haiku_{n}", _read, None) for n in _names)
_func.advice = _net.advice = _stops
_draw = np.random.default_rng(0)
_books = 'Read "init and apply: let Haiku do the bookkeeping" again.'


def applied(net):
    return net.apply


def transformed_and_applied(func):
    return hk.without_apply_rng(hk.transform(func)).apply


def initialised(net):
    return net.init


_told = "my_haiku_net should be the named tuple of `init` and `apply` that `hk.transform` returns."
_net.require(isinstance(_net.answer, hk.Transformed), _told)
_fresh = _net.call(jax.random.key(0), jnp.ones((3, 12)), by=initialised)
_told = f"The layers are in a module of their own; those of `found` are not. {_books}"
_net.require(not any("/" in name for name in _fresh), _told)
_named = _fresh.keys() == found.keys()
_asked = "How many outputs has each layer" if _named else "Which names have the modules"
_zeros, _wanted = (jax.tree.map(np.zeros_like, tree) for tree in (_fresh, found))
_turned = {"linear": _wanted["linear_1"], "linear_1": _wanted["linear"]}
_others = {
    f"there the first layer is `linear`, and in `found` the last one is. What decides the number? {_books}": _turned,
    "no layer has a bias.": {m: {"w": its["w"]} for m, its in _wanted.items()},
    "it has no parameters. Numbers made outside of modules are not found by `init`.": {},
    "": f"{_asked} of `found`? {_books}",
}
_net.agrees(_zeros, _wanted, _others, what="The tree that my_haiku_net.init makes")
_deleted = [x for x in jax.tree.leaves(_new.answer) if getattr(x, "is_deleted", bool)()]
_new.require(not _deleted, "The arrays of my_haiku_params are donated or deleted.")
_others = {"those are the parameters that were found. Make new ones.": found}
_others[""] = "Does init get `jax.random.key(0)` itself, and an input 12 wide?"
_new.agrees(_new.answer, _fresh, _others, what="my_haiku_params")
_cases = ((7,), 1), ((12, 12), 30), ((), 1e-2), ((2, 1, 3, 1, 2), 1e15), ((0,), 1)
for _lead, _size in _cases:
    _params = jax.tree.map(lambda p: np.float32(_draw.normal(size=p.shape)), found)
    _x = np.float32(_size * _draw.normal(size=(*_lead, 12)))
    (_w, _b), (_w1, _b1) = (map(_params[m].get, "wb") for m in ("linear", "linear_1"))
    _inner = _x @ _w1 + _b1
    _rows = two_layers_in_loops(_x.reshape(-1, 12), _w1, _b1, _w, _b)
    _right = _rows.reshape(*_lead, 6)
    _others = {
        "nothing acts between the layers.": _inner @ _w + _b,
        "a ReLU acts after the last layer, too.": _right.clip(0),
        "the ReLU acts after the last layer.": (_inner @ _w + _b).clip(0),
        "the hidden layer is returned, too.": (_right, _inner.clip(0)),
        "the leading axes of x are joined.": _rows,
        "": "Is there a ReLU between the two layers, and nothing else, for an x of any size and shape (..., 12)?",
    }
    for _act in ("tanh", "gelu", "leaky_relu", "relu6") if _lead == (7,) else ():
        _hidden = np.array(getattr(jax.nn, _act)(_inner))
        _others[f"{_act} acts in the place of ReLU."] = _hidden @ _w + _b
    _when = f"For an x of shape {_x.shape} with numbers of size {_size}, "
    for _check, _by in ((_func, transformed_and_applied), (_net, applied)):
        _out = _check.call(_params, jnp.array(_x), by=_by, when=_when)
        _check.agrees(_out, _right, _others, _when)
print("The network has the tree of `found`, and agrees with the loops on five batches.")

# %% [markdown]
# ## Modules live for one call
#
# Called directly, `apply` runs your whole function each time and makes its modules again. How many modules does the
# next cell make?
#
# - [{{ len(made) == 1 }}] 1
# - [{{ len(made) == 10 }}] 10
# - [{{ len(made) == 11 }}] 11

# %% tags=["predict"]
made = []


def counted_net(x):
    made.append("Linear")
    return hk.Linear(12)(x)


counted = hk.transform(counted_net)
counted_params = counted.init(jax.random.key(0), x)
for _ in range(10):
    counted.apply(counted_params, None, x)
len(made)

# %% [markdown]
# Once for `init`, and once for each of the ten calls of `apply`. (Under `jax.jit` Python runs the function only while
# it is traced: once for those ten calls.) From one call to the next you keep the parameters, not the modules. Nor can
# you make a module outside a call, for instance at the top of a file or in a configuration:

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
output_layer = hk.Linear(12)

# %% [markdown]
# If a configuration should choose the layer, let it hold a function that makes it, such as
# `lambda: hk.Linear(12)`, and call that inside your network.
#
# So are networks in Haiku objects or functions? Both: inside the call you program with objects, made for that call;
# outside, you hold two functions and a dictionary of arrays.
#
# ## Build `transform` yourself
#
# `hk.Linear(12)(x)` gets its weights although you pass none. How? A layer without parameters of its own must
# *ask* for them. It asks the last element of a list, called a *frame* in Haiku's source, which holds the
# parameters and, while `init` runs, a key to draw new ones from.

# %%
frames = []  # one for each init or apply that is running, the innermost last


def get_parameter(module, name, shape, draw):
    params, key = frames[-1]["params"], frames[-1]["key"]
    if key is not None and name not in params.get(module, {}):
        # init is running, and this is the first request: make the parameter
        frames[-1]["key"], subkey = jax.random.split(key)
        params.setdefault(module, {})[name] = draw(subkey, shape)
    return params[module][name]


# %% [markdown]
# A second request for a parameter gets the array that the first one drew. Haiku's own function, `hk.get_parameter`,
# finds the name of the module by itself. A linear layer asks for two parameters, once it has seen how wide `x` is:


# %%
def my_linear(module, size, x):
    n = x.shape[-1]  # here the shape is lazy
    w = get_parameter(
        module,
        "w",
        (n, size),
        lambda key, shape: jax.random.normal(key, shape) / n**0.5,
    )
    b = get_parameter(module, "b", (size,), lambda key, shape: jnp.zeros(shape))
    return x @ w + b


# %% [markdown]
# Dividing by $\sqrt{n}$, as `hk.Linear` also does, keeps a sum of $n$ products from growing with $n$. You still
# need a function that puts a frame on the list, runs your function, and takes the frame off, even if your function
# fails. Both `init` and `apply` use it: `init` starts with a key and no parameters, whereas `apply` starts with
# parameters and no key.


# %%
def run(f, frame, x):
    frames.append(frame)
    try:
        return f(x)
    finally:
        frames.pop()


def my_transform(f):
    def init(key, x):
        frame = {"params": {}, "key": key}
        run(f, frame, x)
        return frame["params"]

    def apply(params, x):
        return run(f, {"params": params, "key": None}, x)

    return hk.Transformed(init, apply)


# %% [markdown]
# That is a working `transform`. Use it on a network, and give the parameters that *yours* made to Haiku's version of
# the same network:


# %%
def my_two_linears(x):
    h = jnp.tanh(my_linear("linear", 8, x))
    return my_linear("linear_1", 2, h)


my_init, my_apply = my_transform(my_two_linears)
my_params = my_init(jax.random.key(0), x)
print(jax.tree.map(jnp.shape, my_params))
haiku_output = hk.transform(two_linears).apply(my_params, None, x)
print("same output:", jnp.allclose(my_apply(my_params, x), haiku_output))

# %% [markdown]
# Inside a call, your function reads and writes a hidden frame, so it is impure. Seen from outside, `apply` takes
# parameters, returns an output and removes its frame. So if the rest of your function is pure, without a JAX
# transformation inside, `apply` is too, and `jax.grad` works on it as on Haiku's. To this core the library adds
# automatic names, keys while `apply` runs, [state](state.py), hooks, and checks for [transformations
# inside](../networks/transforms_inside.py).
#
# ## What the key of `init` is for: breaking the symmetry
#
# Once `hk.without_apply_rng` has removed the key from `apply`, `init` still needs one, because `hk.Linear` draws
# its weights. (With `w_init=jnp.ones` it draws nothing, and `init(None, x)` works.)
#
# What goes wrong if all parameters start from 0, or all from 0.1? Try it on a problem that a small network can
# solve exactly: three inputs, and six targets, $12 x + 6$ for each input, twice.


# %%
def hidden_net(x):
    h = jax.nn.relu(hk.Linear(6)(x))  # (B, 6)
    return hk.Linear(6)(h)  # (B, 6)


net = hk.without_apply_rng(hk.transform(hidden_net))
inputs = jax.random.normal(jax.random.key(0), (128, 3))
targets = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6  # (128, 6)


@jax.jit
def step(params):
    def loss_fn(params):
        return jnp.mean((net.apply(params, inputs) - targets) ** 2)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - 0.03 * g, params, grads), loss


# %% [markdown]
# The parameters are a pytree in your hands, so you can make two other starts of the same shapes.

# %%
drawn = net.init(jax.random.key(1), inputs)
starts = {
    "all 0": jax.tree.map(jnp.zeros_like, drawn),
    "all 0.1": jax.tree.map(lambda p: jnp.full_like(p, 0.1), drawn),
    "drawn at random": drawn,
}
losses, trained = {}, {}
for name, params in starts.items():
    losses[name] = []
    for _ in range(1500):
        params, loss = step(params)
        losses[name].append(float(loss))
    trained[name] = params

# %% tags=["plot"] alt="From all 0 and from all 0.1 the loss levels off above 50; drawn at random it falls below 0.01."
# Caption: From equal values the units of a layer stay equal; the random start learns.
figure, axes = plt.subplots(figsize=(5.6, 2.6), layout="constrained")
places = {
    "all 0": (1000, "C1", "bottom"),
    "all 0.1": (1000, "C2", "top"),
    "drawn at random": (500, "C0", "bottom"),
}
for name, (place, colour, side) in places.items():
    axes.semilogy(losses[name], color=colour)
    axes.text(place, losses[name][place], name, color=colour, va=side)
axes.yaxis.set_major_formatter("{x:g}")
axes.set(
    xlabel="step",
    ylabel="mean squared error",
    title="Same network, same data, three starts",
)
plt.show()

# %% tags=["hidden"]
assert losses["drawn at random"][-1] < 0.01
assert 50 < losses["all 0.1"][-1] < losses["all 0"][-1]
assert np.ptp(trained["all 0.1"]["linear"]["w"], axis=1).max() < 0.01

# %% [markdown]
# Only the random start learns the problem. From "all 0" just the last bias moves, and the loss stops at
# {{ losses["all 0"][-1]:.0f}}, the variance of the targets. From "all 0.1" every parameter moves, but look at
# the first matrix after training:

# %%
trained["all 0.1"]["linear"]["w"]

# %% [markdown]
# The six columns, one for each hidden unit, are the same. In this network, units that start with the same numbers in
# both layers get the same gradient, take the same step and stay alike, so six units do the work of one. Different
# starting numbers **break the symmetry**, and they are drawn from a key, because JAX keeps no hidden generator. Biases
# may start at zero, as in `hk.Linear`, since different weights are enough.
#
# ## Exercise: a layer used twice
#
# You have to pass `my_linear` a name, whereas an `hk.Linear` finds its own. And two direct calls of *one* `hk.Linear`
# use the same parameters, which is called **weight sharing**. Here is an attempt to write such a module for
# `my_transform`, and a network that compares the two halves of its input: it sends both through one layer and
# subtracts.


# %%
def free_name():
    """Take the next name in the frame that runs: linear, linear_1, linear_2, ..."""
    names = frames[-1].setdefault("names", [])
    names.append(f"linear_{len(names)}" if names else "linear")
    return names[-1]


class ForgetfulLinear:
    def __init__(self, size):
        self.size = size

    def __call__(self, x):
        return my_linear(free_name(), self.size, x)


def compare(x):
    layer = ForgetfulLinear(2)
    return layer(x[:, :3]) - layer(x[:, 3:])  # (B, 2)


compare_init, compare_apply = my_transform(compare)
compare_params = compare_init(jax.random.key(0), x)
print("the halves are equal, the difference is", compare_apply(compare_params, x))
print(jax.tree.map(jnp.shape, compare_params))

# %% [markdown]
# Both halves of `x` are three ones, so the difference should be zero. It is not, and nothing failed: there are
# two layers where the author wanted one. Repair the class, and let it take a name. Define `ToyLinear`, made as
# `ToyLinear(size, name="linear")` and called like `ForgetfulLinear`, which behaves as `hk.Linear` does in these points:
#
# - an object that is called twice uses the same `w` and `b` both times;
# - two objects have parameters of their own, under the names `linear` and `linear_1`, numbered in the order in
#   which the objects are made, and from the start in each call of `init` or `apply`;
# - a name with a number, such as `head_3`, stays as it is, and if an earlier object has it, a `ValueError` is raised;
# - any other name, such as `up_proj`, gets the number after the highest in use: after `head_3`, the next `head` is
#   `head_4`.
#
# <details>
# <summary>Hint</summary>
#
# When does `ForgetfulLinear` ask for a name, and when should it? Each call of `init` or `apply` makes
# its own objects, so an object may keep a name for as long as it lives. Where do things live as long as the call?
#
# </details>


# %% exercise="shared-layer" kind="repair" minutes="12"
class ToyLinear:
    """A linear layer for my_transform that stays one layer, however often it is called."""

    def __init__(self, size, name="linear"):
        ### BEGIN SOLUTION
        used = frames[-1].setdefault("numbers", {})  # of each name
        base, _, number = name.rpartition("_")
        if not number.isdigit():
            base, number = name, max(used.get(name, [-1])) + 1
        if int(number) in used.setdefault(base, []):
            raise ValueError(f"There is a {name} already.")
        used[base].append(int(number))
        self.size, self.name = size, f"{base}_{number}" if number else base
        ### END SOLUTION

    def __call__(self, x):
        ### BEGIN SOLUTION
        return my_linear(self.name, self.size, x)
        ### END SOLUTION


# %% [markdown]
# The check compares your class with `hk.Linear`: the same network with either must have the same tree, and
# give the same output for the same parameters, compiled or not.

# %% check="shared-layer"
from publishing.teaching.checking import Check, differing

_check = Check(
    globals(),
    "ToyLinear",
    "Exercise: a layer used twice",
    {
        "KeyError": "Does a layer find another name in `apply` than in `init`?",
        "Tracer": "Does it keep arrays outside of the frame?",
        "ValueError": "No name with a number is asked for twice. Is the highest in use counted on, in this call?",
        "": "What does an object know when it is made, and what only when it is called?",
    },
)


def follow(Linear, plan):
    """A network that makes and calls layers: (3, "head") makes one, "0" calls the first."""

    def net(x):
        layers, outputs = [], []
        for step in plan:
            if isinstance(step, tuple):
                name = dict(zip(["name"], step[1:], strict=False))
                layers.append(Linear(step[0], **name))
            else:
                outputs.append(layers[int(step)](x * (1 + len(outputs))))
        return outputs

    return net


def parameters_of(Linear):  # by an init that a network with a layer of its own calls
    def parameters(plan, key, x):
        init = my_transform(follow(Linear, plan)).init
        return my_transform(lambda x: (Linear(1), init(key, x))[1]).apply({}, x)

    return parameters


def outputs_of(Linear):  # eager, compiled, and eager again
    def outputs(plan, params, x):
        apply = my_transform(follow(Linear, plan))[1]
        return apply(params, x), jax.jit(apply)(params, x), apply(params, x)

    return outputs


def what_it_raises(Linear):
    def attempt(plan, key, x):
        raised = []
        for run in my_transform(
            follow(Linear, plan)
        ):  # init; apply needs no parameters
            try:
                run(key, x)
                raised.append("nothing")
            except Exception as problem:
                raised.append(type(problem).__name__)
        return min(raised, key="ValueError".__eq__)

    return attempt


def _names_by_haiku(plan):
    names = []

    def Named(size, **name):
        names.append(hk.Linear(size, **name).name)
        return lambda x: x

    hk.transform(follow(Named, plan)).init(None, 0)
    return names


_draw = np.random.default_rng()
_plans = [[(4,), "0", "0"], [(4,), (4,), "0", "1"]]
_plans.append([(3,), (4,), (5,), "1", "2", "0", "1"])
_plans.append([(3, "linear_3"), (4,), (4, "linear_1"), (4,), *"320"])
_plans.append([(2, "linear_10"), (3, "linear_2"), (1,), (4, "up"), (4, "up"), *"421"])
_plans.append([(2, "conv2"), (3, "conv2"), *"10"])
for _most in (6, 6, int(_draw.integers(14, 18))):
    _plans.append([])
    for _made in range(1, _most):
        _named = [(), (), ("linear",), ("up_1_proj",), (f"up_{7 * _made}",), ("up",)]
        _size, _name = int(_draw.choice([1, 3, 4])), _named[_draw.integers(6)]
        _called = _draw.integers(0, _made, size=_draw.integers(0, 3))
        _plans[-1] += [(_size, *_name), *map(str, _called)]
_plans[-1] += [(2,), str(_most - 1)]
frames.clear()
for _index, _plan in enumerate(_plans):
    _x = np.float32(_draw.normal(size=((5, 4), (4,), (2, 3, 4))[_index % 3]))
    _when, _key = f"When a network follows {_plan}, ", jax.random.key(_index)
    _calls = [int(step) for step in _plan if isinstance(step, str)]
    _names = _names_by_haiku(_plan)
    _theirs = hk.transform(follow(hk.Linear, _plan)).init
    _right = jax.tree.map(
        lambda p: np.zeros(p.shape), jax.eval_shape(_theirs, _key, _x)
    )
    _first = [_right[_names[layer]] for layer in dict.fromkeys(_calls)]
    _several = [_right[_names[layer]] for layer in _calls]
    _numbered = [f"linear_{i}" if i else "linear" for i in range(len(_plan))]
    _mistakes = {
        "does one object take several names?": _several,
        "are the objects numbered as they are made, or as they are first called?": _first,
    }
    _mistakes = {
        told: dict(zip(_numbered, trees, strict=False))
        for told, trees in _mistakes.items()
    }
    _asked = [(*step, "linear")[1] for step in _plan if isinstance(step, tuple)]
    _mistakes |= {
        "is the argument `name` used?": {
            _numbered[i]: _right[_names[i]] for i in _calls
        },
        "two objects have one name.": {_asked[i]: _right[_names[i]] for i in _calls},
        "the first of a name has no number.": {
            n + "_0" * (n == "linear"): its for n, its in _right.items()
        },
        "there are none. Who puts them into the frame?": {},
        "": "Has each layer the size that it was made with?",
    }
    _params = _check.call(_plan, _key, jnp.array(_x), by=parameters_of, when=_when)
    _zeros = jax.tree.map(np.zeros_like, _params)
    _known = any(not differing(_zeros, tree) for tree in _mistakes.values())
    _trees = (_zeros, _right), (_right, _zeros)
    _told = "there are layers {}, but not {}. Which number follows the highest in use?"
    _told = _told.format(*(sorted({*a} - {*b}) for a, b in _trees))
    _check.require(_known or {*_zeros} == {*_right}, _when + _told)
    _check.agrees(_zeros, _right, _mistakes, _when, "its tree of parameters")
    _starts = {np.asarray(its["w"]).tobytes() for its in _params.values()}
    _told = f"{_when}two layers start with the same numbers."
    _check.require(len(_starts) == len(_params), _told)
    _params = jax.tree.map(lambda p: np.array(p) + 0.5, _params)
    _layers = [_params[_names[layer]] for layer in _calls]
    _right = [(1 + i) * _x @ p["w"] + p["b"] for i, p in enumerate(_layers)]
    _again = [_right[_calls.index(layer)] for layer in _calls]
    _mistakes = {
        "a second call of an object gives the output of its first.": (_again,) * 3,
        "there is nothing. Is a `return` missing?": [],
        "": "Does each call use its own input, and the parameters of the frame that runs?",
    }
    _given = _plan, jax.tree.map(jnp.array, _params), jnp.array(_x)
    _outputs = _check.call(*_given, by=outputs_of, when=_when)
    _what = "what an eager, a compiled and an eager call return"
    _check.agrees(_outputs, (_right,) * 3, _mistakes, _when, _what, rtol=1e-4)
for _plan in (
    [(1,), (1,), (1, "linear_1")],
    [(1, "a_b_12"), (2, "a_b"), (1, "a_b_12")],
):
    _raised = _check.call(_plan, _key, jnp.array(_x), by=what_it_raises)
    _told = (
        f"For {_plan} it raises {_raised}, but the last name is in use: a ValueError?"
    )
    _check.require(_raised == "ValueError", _told)
print(
    "Agrees with hk.Linear: one object, one layer; the same names, shapes and outputs."
)

# %% [markdown]
# ## What can go wrong
#
# - ``ValueError: All `hk.Module`s must be initialized inside an `hk.transform`.`` You called a function with modules
#   directly, or made or called a module outside of one. Make it inside, or pass a function that makes it.
# - `ValueError: Apply must be called with an RNG as the second argument` You left out the key: pass `None`, or wrap
#   the transform in `hk.without_apply_rng`. Or you passed several keys, or a raw one of another generator.
# - `MissingRNGError: You must pass a non-None PRNGKey to init and/or apply if you make use of random numbers.` The
#   opposite mistake: `None` or `hk.without_apply_rng` with a network that asks for a key, or `None` for an `init` that
#   draws parameters.
# - `ValueError: 'linear/w' with retrieved shape (9, 12) does not match shape=[6, 12]` Usually the parameters were made
#   for an input of another width. Call `init` on an input like those that you will use.
# - `ValueError: data type dtype('int32') not compatible with finfo` The dummy for `init` holds integers.
#   A linear layer takes the dtype of its parameters from it, so make it float. (`hk.Embed` needs integers.)
# - ``NonEmptyStateError: If your transformed function uses `hk.{get,set}_state` then use `hk.transform_with_state`.``
#   Something keeps more than parameters, such as the running averages of `hk.BatchNorm`, for which `hk.transform` has
#   no place.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - `jax.grad` needs the parameters to be an argument. Haiku lets you write modules that ask for parameters, and
#   `hk.transform` turns them into two functions, `init` and `apply`, as pure as the rest of your code if it keeps JAX's
#   transformations outside.
# - `init(key, x)` runs your function once and collects the parameters. `x` decides the shapes that you did not give,
#   the key decides the random numbers, and these break the symmetry between hidden units.
# - `apply(params, key, x)` runs it with parameters that you pass in. The key may be `None`, or be removed by
#   `hk.without_apply_rng`, as long as nothing asks for it.
# - A module lives for one call; parameters, in nested dictionaries, outlive it. Call one `hk.Linear` twice in your
#   function to share its parameters.
#
# Next: [Modules, names and shared parameters](modules.py), on writing layers of your own and reading the names of
# their parameters.
