# %% [markdown]
# # From module to pure function
#
# Haiku is a small library for writing neural networks in JAX. You write a network the way you would in most
# libraries, with layers that look like objects, and one function, `hk.transform`, turns it into two plain
# functions that JAX can differentiate and compile. This page shows why that is needed, how to use it, and how
# it works: by the end you have written a `transform` of your own.
#
# First, plainly: **Haiku is in maintenance mode**, and Google DeepMind, who made it, recommends that new
# projects adopt Flax. People still learn Haiku to read, run and port the code that uses it, and there is much
# of it; AlphaFold, for one, was published in Haiku. You are in the right place if you have such code in front
# of you, or if you want to see the idea of "parameters outside, network inside" in its smallest form.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a network with Haiku modules and turn it into a pair of pure functions, `init` and `apply`;
# - say where the parameters live, what decides their shapes, and which calls need a random key;
# - explain what `hk.transform` does, because you have rebuilt it in about twenty lines.
#
# You need: `jax.grad` and pytrees, from [Gradients of anything](../jax/gradients.py).
#
# </div>

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt

# %% [markdown]
# ## An object hides its numbers from JAX
#
# The smallest layer of a neural network is linear: it multiplies the input by a matrix and adds a vector,
#
# $$y = xW + b.$$
#
# The entries of $W$ (the *weights*) and of $b$ (the *biases*) are its **parameters**, the numbers that
# training is to find. In Python, a thing that keeps numbers and does something with them is an object, so
# write one.


# %%
class Layer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return x @ self.w + self.b


x = jnp.ones((1, 6))
layer = Layer(jnp.ones((6, 2)), jnp.zeros(2))
print(layer(x))
layer.w = 10 * layer.w
print(layer(x))

# %% [markdown]
# Here `x` is a *batch* of one input: its shape is `(B, 6)`, one row for each of $B$ inputs, with $B = 1$. The
# call `layer(x)` stands there twice, and gives two results. Such a function is **impure**: its output depends
# on something that is not among its arguments. A **pure** function depends on its arguments alone, and
# changes nothing outside itself.
#
# Why should you care? Training needs the gradient with respect to the weights. Ask JAX for it:

# %% raises="TypeError" match="not a valid JAX type"
jax.grad(lambda layer: jnp.sum(layer(x)))(layer)

# %% [markdown]
# `jax.grad` differentiates with respect to an argument, and that argument must be a pytree of arrays. Your
# object holds two arrays, but JAX cannot see them. The repair by hand is to take the numbers out of the
# object and pass them in, as a dictionary.


# %%
def linear(params, x):
    return x @ params["w"] + params["b"]


params = {"w": jnp.ones((6, 2)), "b": jnp.zeros(2)}
jax.grad(lambda params: jnp.sum(linear(params, x)))(params)

# %% [markdown]
# Now the gradient has the structure of the parameters, one number for each of theirs. The rule is narrower
# than "everything must be an argument": the lambda above reads `x` from outside, a *closure*, and `jax.grad`
# does not mind. What you differentiate with respect to must be an argument; what stays fixed may come from
# outside.
#
# ## By hand, every layer is written twice
#
# A pure function of `(params, x)` is all that JAX needs, and for one layer it is no trouble. With two layers
# somebody has to make the dictionary, with random numbers to start from. JAX draws them from a **key**:
# `jax.random.key(0)` makes one, the same key always gives the same numbers, and `jax.random.split` makes
# fresh keys out of one. A page of its own is about keys; here that much is enough. Between the layers stands
# an *activation*, here `tanh`, which bends the result: without it, two linear layers would only make one
# linear layer.


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
# It works, and it does not scale. Each layer stands in two places, where it computes and where its numbers
# are made. Its name stands in both, the width 8 stands three times, and you had to work out that the input is
# 6 wide. In a network of fifty layers, that bookkeeping is most of the code. This is the problem that Haiku
# solves.
#
# ## Let Haiku keep the books
#
# In Haiku you write only the computation. `hk.Linear(12)` is a **module**: a layer with 12 outputs. You
# neither give it parameters nor tell it how wide the input is.


# %%
def easy_linear_net(x):
    return hk.Linear(12)(x)


# %% [markdown]
# Where would its weights come from? If you call the function like any other, from nowhere:

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
easy_linear_net(x)

# %% [markdown]
# Haiku says what it wants: modules work only inside `hk.transform`. So hand it the function.

# %%
ez_linear = hk.transform(easy_linear_net)
ez_linear_params = ez_linear.init(jax.random.key(0), x)
jax.tree.map(jnp.shape, ez_linear_params)

# %% [markdown]
# `hk.transform` returns a pair of functions, `init` and `apply`. `init` takes a key and then whatever your
# function takes; it runs your function once and returns the parameters that its modules asked for.
# `jax.tree.map` applied `jnp.shape` to each of them, so that you see the structure without the numbers: a
# dictionary in a dictionary, module name, then parameter name, then array. It is a pytree like the one you
# wrote by hand.
#
# `apply` takes these parameters, a key (later on this page you get rid of it), and again what your function
# takes.

# %%
y = ez_linear.apply(ez_linear_params, jax.random.key(1), x)
by_hand = linear(ez_linear_params["linear"], x)
print(y.shape, jnp.allclose(y, by_hand))

# %% [markdown]
# The output is $xW + b$ with the weights that you passed in, the same as from your own `linear`. And since
# the parameters are an argument, `jax.grad` has something to differentiate with respect to:


# %%
def total(params):
    return jnp.sum(ez_linear.apply(params, jax.random.key(1), x))


jax.tree.map(jnp.shape, jax.grad(total)(ez_linear_params))

# %% [markdown]
# That is the whole use of Haiku: write with modules, transform, `init` once, then `apply` with parameters
# that you keep yourself. Two modules get two names, numbered in the order in which they are made:


# %%
def two_linears(x):
    h = jnp.tanh(hk.Linear(8)(x))  # (B, 8)
    return hk.Linear(2)(h)  # (B, 2)


jax.tree.map(jnp.shape, hk.transform(two_linears).init(jax.random.key(0), x))

# %% [markdown]
# Compare it with `two_layers` and `initial_params`: each layer stands once, the 8 stands once, and the 6
# nowhere.
#
# ## The input decides the shapes
#
# How did `hk.Linear(12)` know that its matrix is $6 \times 12$? It looked at the `x` that `init` was given.
# Shapes are *lazy*: fixed when the first input arrives. Initialise the same network on a wider input:

# %%
wide_params = ez_linear.init(jax.random.key(0), jnp.ones((1, 9)))
jax.tree.map(jnp.shape, wide_params)

# %% [markdown]
# Nine rows now. Only the last axis counts for a linear layer; the batch size, the first axis, may be
# anything, and may differ between `init` and `apply`. The width may not: parameters made for nine inputs do
# not fit six, and Haiku names the one that does not.

# %% raises="ValueError" match="linear/w"
ez_linear.apply(wide_params, jax.random.key(1), x)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# So `init` reads the shape of `x`. Does it also depend on the values in `x`? Guess before you look at the
# next output, which compares parameters made on zeros with parameters made on random numbers.
#
# </div>

# %%
on_zeros = ez_linear.init(jax.random.key(0), jnp.zeros((1, 6)))
on_noise = ez_linear.init(
    jax.random.key(0), jax.random.normal(jax.random.key(7), (50, 6))
)
jax.tree.map(jnp.array_equal, on_zeros, on_noise)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# No: equal to the last bit. The numbers come from the key, the shapes from the shape of `x`, and the values
# of `x` only flow through to an output that `init` throws away. That is why people initialise on a dummy such
# as `jnp.ones((1, 6))`.
#
# </details>
#
# ## Build transform yourself
#
# `hk.Linear(12)(x)` gets its weights from somewhere, though nobody passes them. That looks like magic, and
# magic is hard to debug, so take it apart. A layer that has no parameters of its own must ask for them, and
# somebody must be listening. Let the listener be the last element of a list, and call it a *frame*: it holds
# the parameters, and while `init` runs, a key to draw new ones from.

# %%
frames = []  # one for each init or apply that is running, the innermost last


def get_parameter(module, name, shape, draw):
    frame = frames[-1]
    if frame["key"] is not None:  # init is running: make the parameter
        frame["key"], subkey = jax.random.split(frame["key"])
        frame["params"].setdefault(module, {})[name] = draw(subkey, shape)
    return frame["params"][module][name]


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
# `my_linear` is your `linear` again, except that it asks for `w` and `b` instead of getting them, and says
# which shapes it needs now that it has seen `x`. (It draws weights from a bell curve and divides by
# $\sqrt{n}$, so that the sum of $n$ products does not grow with $n$; Haiku does much the same, with the tails
# cut off.) Nobody listens yet, so it fails, for the very reason for which `easy_linear_net(x)` failed above;
# Haiku only says it in better words.

# %% raises="IndexError" match="list index out of range"
my_linear("linear", 12, x)

# %% [markdown]
# What is missing is somebody who puts a frame on the list, runs your function, and takes the frame off again,
# even if the function fails. `init` and `apply` are that, twice: `init` starts with no parameters and a key,
# `apply` with parameters and no key.


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

    return init, apply


# %% [markdown]
# That is a working `transform`. Use it on a network written with `my_linear`:


# %%
def my_two_linears(x):
    h = jnp.tanh(my_linear("linear", 8, x))
    return my_linear("linear_1", 2, h)


my_init, my_apply = my_transform(my_two_linears)
my_params = my_init(jax.random.key(0), x)
jax.tree.map(jnp.shape, my_params)

# %% [markdown]
# The same tree as Haiku made. The sharpest test is to give *these* parameters to Haiku's network:

# %%
haiku_net = hk.transform(two_linears)
same = jnp.allclose(my_apply(my_params, x), haiku_net.apply(my_params, None, x))
print("same output:", same, "- frames left over:", len(frames))

# %% tags=["hidden"]
assert same
assert not frames
_haiku_tree = haiku_net.init(jax.random.key(0), x)
assert jax.tree.map(jnp.shape, my_params) == jax.tree.map(jnp.shape, _haiku_tree)
_gradient = jax.grad(lambda params: jnp.sum(my_apply(params, x)))(my_params)
assert jax.tree.structure(_gradient) == jax.tree.structure(my_params)

# %% [markdown]
# This answers what kind of purity Haiku offers. Inside a call, your function reads and writes a hidden frame:
# impure. Seen from outside, `apply` takes parameters, returns an output and leaves nothing behind: pure, and
# so `jax.grad` works on yours as it does on Haiku's. The library adds much (names that number themselves,
# random numbers while `apply` runs, errors in words), but the core is what you have just written.
#
# ## Modules live for one call
#
# Knowing the mechanism, you can predict what puzzles people. `apply` runs your function, all of it, so a
# module is made anew every time. Count how often:

# %%
made = []


def counted_net(x):
    made.append("Linear")
    return hk.Linear(12)(x)


counted = hk.transform(counted_net)
counted_params = counted.init(jax.random.key(0), x)
for _ in range(10):
    counted.apply(counted_params, None, x)
len(made)

# %% tags=["hidden"]
assert len(made) == 11
made.clear()
_compiled = jax.jit(counted.apply)
for _ in range(10):
    _compiled(counted_params, None, x)
assert len(made) == 1

# %% [markdown]
# Eleven: once for `init`, and once for each of ten calls of `apply`. A `print` in the constructor of a module
# appears as often. Nothing is wrong: what lasts is the parameters, and those are in your hands. (Once `apply`
# is compiled with `jax.jit`, Python runs the function only when it is compiled: once for those ten calls.)
#
# The other way round, a module cannot be made before the call, at the top of a file or in a configuration,
# say:

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
output_layer = hk.Linear(12)

# %% [markdown]
# Haiku's constructor asks the frame for a free name, such as `linear_1`, and there is no frame. If a
# configuration is to choose the layer, let it hold a *recipe*, a function that makes the module once the call
# is running:

# %%
config = {"make_output_layer": lambda: hk.Linear(12)}


def configured_net(x):
    output_layer = config["make_output_layer"]()
    return output_layer(x)


jax.tree.map(jnp.shape, hk.transform(configured_net).init(jax.random.key(0), x))

# %% [markdown]
# The lambda is made outside, the module inside, and the tree is the one that you know.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Are networks in Haiku objects or functions? Look at what you write inside the function, and at what you hold
# after `hk.transform`.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Both, each in its place. Inside, you program with objects: `hk.Linear(12)` is one, with attributes and
# methods, and classes of your own may inherit from `hk.Module`. They live for one call. Outside, you hold two
# functions and a dictionary of arrays, and no object that remembers anything. "Networks are functions, not
# objects" is a good summary of the outside only.
#
# </details>
#
# ## Keys: at init, at apply, or none
#
# `apply` takes a key as its second argument. `ez_linear` draws nothing at random when it is applied, so what
# is it for? Leave it out, and Haiku mistakes your input for the key:

# %% raises="ValueError" match="Apply must be called with an RNG"
ez_linear.apply(ez_linear_params, x)

# %% [markdown]
# The message gives the signature: `apply(params, rng, *a, **k)`, where `rng` is the key. But the key may be
# `None`:

# %%
with_key = ez_linear.apply(ez_linear_params, jax.random.key(1), x)
without_key = ez_linear.apply(ez_linear_params, None, x)
jnp.array_equal(with_key, without_key)

# %% [markdown]
# `None` is accepted and nothing changes: Haiku complains only when something asks for random numbers. Some
# networks do. *Dropout*, for one, sets a random part of its input to zero during training. Here it asks Haiku
# for a key with `hk.next_rng_key()`, then zeroes each entry with probability one half:


# %%
def noisy_net(x):
    return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(12)(x))


noisy = hk.transform(noisy_net)
noisy_params = noisy.init(jax.random.key(0), x)
for seed in (1, 1, 2):
    zeroed = noisy.apply(noisy_params, jax.random.key(seed), x) == 0
    print("key", seed, "zeroed outputs:", jnp.flatnonzero(zeroed))

# %% [markdown]
# The same key zeroes the same outputs, another key others. The randomness is an argument too, so `apply` is
# still pure. Without a key there is nothing to draw from:

# %% raises="MissingRNGError" match="must pass a non-None PRNGKey"
noisy.apply(noisy_params, None, x)

# %% [markdown]
# For a network that draws nothing, an argument that is always `None` is a nuisance. `hk.without_apply_rng`
# removes it from `apply`; `init` keeps its key.

# %%
ez_linear = hk.without_apply_rng(hk.transform(easy_linear_net))
y = ez_linear.apply(ez_linear_params, x)
jnp.array_equal(y, without_key)

# %% [markdown]
# Do this whenever the network draws no random numbers at `apply`, and *only* then. Around a network with
# dropout it removes the very thing that the network needs, and the error comes late, at `apply`:

# %% raises="MissingRNGError" match="must pass a non-None PRNGKey"
silenced = hk.without_apply_rng(hk.transform(noisy_net))
silenced.apply(noisy_params, x)

# %% [markdown]
# ## Exercise: a network of two layers
#
# Your turn. In the next cell,
#
# - write `my_haiku_net_func(x)`: a linear layer with 5 outputs, then the activation
#   [ReLU](https://docs.jax.dev/en/latest/_autosummary/jax.nn.relu.html), $\max(0, x)$, then a linear layer
#   with 6 outputs;
# - let `my_haiku_net` be its transform, without a key at `apply`;
# - let `my_haiku_params` be its parameters, from key 0, initialised on ones of shape `(3, 12)`.
#
# <details>
# <summary>Hint</summary>
#
# `two_linears` has the right form; the activation and the sizes differ. ReLU is `jax.nn.relu`. The section
# "Keys: at init, at apply, or none" has the line that wraps the transform.
#
# </details>

# %% exercise="two-layer-net" kind="build" minutes="10"
### BEGIN SOLUTION
from snippets.networks import my_haiku_net_func

### END SOLUTION


### BEGIN SOLUTION
my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
### END SOLUTION
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% [markdown]
# The check finds your four arrays by shape, so the modules may have any names, and recomputes the network
# from them with plain `jnp`.

# %% check="two-layer-net"
from collections.abc import Mapping

_READ = 'Read "Let Haiku keep the books" again.'
_SHAPES = [(5,), (5, 6), (6,), (12, 5)]


def _result(what, call, read='Read "Keys: at init, at apply, or none" again.'):
    try:
        return call()
    except Exception as error:
        raise AssertionError(
            f"{what} fails with {type(error).__name__}: {error}\n{read}"
        ) from None


def _equal(out, params, x, between=jax.nn.relu, last=lambda out: out):
    leaf = {p.shape: p for p in jax.tree.leaves(params)}
    plain = last(between(x @ leaf[12, 5] + leaf[5,]) @ leaf[5, 6] + leaf[6,])
    return getattr(out, "shape", None) == plain.shape and jnp.allclose(
        out, plain, rtol=1e-3, atol=1e-3
    )


_ones, _x = jnp.ones((3, 12)), jax.random.normal(jax.random.key(8), (64, 12))
assert isinstance(my_haiku_net, hk.Transformed), (
    f"`my_haiku_net` is no `Transformed`, as `hk.transform` returns. {_READ}"
)
assert isinstance(my_haiku_params, Mapping), (
    f"`my_haiku_params` is no dictionary as `init` makes it. {_READ}"
)
_found = sorted(getattr(p, "shape", ()) for p in jax.tree.leaves(my_haiku_params))
assert _found == _SHAPES, (
    f"The parameters have shapes {_found}, not {_SHAPES}. Two `hk.Linear`, 5 wide and then 6, have four; "
    'the 12 comes from the ones that `init` is given. Read "The input decides the shapes" again.'
)
_out = _result(
    "`my_haiku_net.apply(params, x)`",
    lambda: my_haiku_net.apply(my_haiku_params, _ones),
)
_shape = getattr(_out, "shape", type(_out).__name__)
assert _shape == (3, 6), (
    f"`apply` on 3 inputs gives {_shape}, not one array of shape (3, 6). {_READ}"
)
_key_0 = _result(
    "`my_haiku_net.init(key, x)`", lambda: my_haiku_net.init(jax.random.key(0), _ones)
)
_same = all(
    map(jnp.allclose, jax.tree.leaves(my_haiku_params), jax.tree.leaves(_key_0))
)
assert _same, (
    f"Not the numbers of `jax.random.key(0)`: another key, or changed later? {_READ}"
)
_params = jax.tree.map(lambda p: p + 0.1, my_haiku_params)  # so that no bias is zero
_out = _result("A batch of 64", lambda: my_haiku_net.apply(_params, _x))
_no_relu = _equal(_out, _params, _x, between=lambda h: h)
_two_relus = _equal(_out, _params, _x, last=jax.nn.relu)
assert not _no_relu, (
    f"No ReLU acts between the layers, so together they are only one linear map. {_READ}"
)
assert not _two_relus, (
    f"A ReLU acts after the second layer too, so no output can be negative. {_READ}"
)
assert _equal(_out, _params, _x), (
    f"Not Linear, ReLU, Linear on random inputs: another activation? {_READ}"
)
_func = _result(
    "`hk.transform(my_haiku_net_func)`", lambda: hk.transform(my_haiku_net_func), _READ
)
_out = _result(
    "`my_haiku_net_func` on `my_haiku_params`",
    lambda: _func.apply(_params, None, _x),
    _READ,
)
assert _equal(_out, _params, _x), (
    f"`my_haiku_net_func` is not the function in `my_haiku_net`. {_READ}"
)
print(
    "Proved: equal to Linear 5, ReLU, Linear 6 in plain jnp; parameters from key 0; no key at apply."
)

# %% [markdown]
# ## What the key of init is for
#
# One key is left. `hk.without_apply_rng` took it from `apply`, but `init` insists:

# %% raises="MissingRNGError" match="must pass a non-None PRNGKey"
ez_linear.init(None, x)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why does `init` need a random key at all? Training changes the parameters anyhow. What would go wrong if all
# of them started from 0, or all from 0.1?
#
# </div>
#
# Try it. Here is a problem that a small network can solve exactly, as it has no noise: three inputs $x$, and
# six targets, $12 x + 6$ for each input, twice.


# %%
def hidden_net(x):
    h = jax.nn.relu(hk.Linear(6)(x))  # (B, 6)
    return hk.Linear(6)(h)  # (B, 6)


net = hk.without_apply_rng(hk.transform(hidden_net))
inputs = jax.random.normal(jax.random.key(0), (128, 3))
targets = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6  # (128, 6)


def mean_squared_error(params):
    return jnp.mean((net.apply(params, inputs) - targets) ** 2)


# %% [markdown]
# Nobody forces you to use the numbers that `init` draws. The parameters are a pytree in your hands, so you
# can make two other starts of the same shapes.

# %%
drawn = net.init(jax.random.key(1), inputs)
starts = {
    "all 0": jax.tree.map(jnp.zeros_like, drawn),
    "all 0.1": jax.tree.map(lambda p: jnp.full_like(p, 0.1), drawn),
    "drawn at random": drawn,
}

# %% [markdown]
# Training moves each parameter a little against its gradient, so that the error falls, and repeats. The next
# page explains that update; here, take the step as given. `jax.jit` compiles it, which changes its speed and
# not what it computes.


# %%
@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params)
    return loss, jax.tree.map(lambda p, g: p - 0.03 * g, params, gradient)


losses, trained = {}, {}
for name, params in starts.items():
    losses[name] = []
    for _ in range(1500):
        loss, params = step(params)
        losses[name].append(float(loss))
    trained[name] = params
    print(f"{name:16} loss {losses[name][0]:6.1f} -> {losses[name][-1]:.4g}")

# %% alt="From all 0 the error stays at 134, from all 0.1 near 88; drawn at random it falls below 0.01."
figure, axes = plt.subplots()
places = {
    "all 0": ("C1", "bottom"),
    "all 0.1": ("C2", "top"),
    "drawn at random": ("C0", "center"),
}
for name, (colour, place) in places.items():
    axes.semilogy(losses[name], color=colour)
    axes.text(1520, losses[name][-1], name, color=colour, va=place)
axes.set(
    xlabel="step",
    ylabel="mean squared error",
    title="Same network, same data, three starts",
)
plt.show()

# %% tags=["hidden"]
assert abs(losses["all 0"][-1] - float(targets.var(axis=0).mean())) < 0.01
assert 133 < losses["all 0"][-1] < 136
assert 86 < losses["all 0.1"][-1] < 90
assert losses["drawn at random"][-1] < 1e-2
assert all(jnp.all(drawn[name]["b"] == 0) for name in ("linear", "linear_1"))
assert jnp.abs(drawn["linear"]["w"]).max() <= 2 / 3**0.5 + 1e-6

# %% [markdown]
# Only the random start learns the problem. To see why the others do not, look at the first gradients from
# "all 0", the largest entry of each parameter:

# %%
jax.tree.map(
    lambda g: float(jnp.abs(g).max()), jax.grad(mean_squared_error)(starts["all 0"])
)

# %% [markdown]
# Three of four are zero. The hidden units are all 0, so the second matrix multiplies nothing; the second
# matrix is 0, so nothing gets back to the first layer. Only the last bias moves, to the mean of the targets,
# and the loss stops at their variance, about 134. From "all 0.1" every parameter moves, but look at the first
# matrix after training:

# %%
trained["all 0.1"]["linear"]["w"]

# %% tags=["hidden"]
_w = trained["all 0.1"]["linear"]["w"]
assert jnp.all(jnp.abs(_w - _w[:, :1]) < 1e-4)
assert jnp.linalg.matrix_rank(_w, rtol=1e-3) == 1
assert jnp.linalg.matrix_rank(trained["drawn at random"]["linear"]["w"], rtol=1e-3) == 3

# %% [markdown]
# Six columns, one for each hidden unit, and all the same. Units that start alike get the same gradient, take
# the same step, and stay alike: six units do the work of one, for ever.
#
# <details>
# <summary>Answer</summary>
#
# To **break the symmetry**. Hidden units of one layer are interchangeable, so nothing but different starting
# numbers can make them learn different things. JAX keeps no hidden random generator, so the numbers are drawn
# from a key that you pass, and the same key gives the same start again. Biases may start at zero, and in
# Haiku they do, since different weights are enough.
#
# </details>
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - ``All `hk.Module`s must be initialized inside an `hk.transform`.`` You called a function with modules
#   directly, or made a module outside of the function. Make it inside, or pass a recipe (a lambda) instead.
# - `Apply must be called with an RNG as the second argument` You left out the key. Pass `None`, or wrap the
#   transform in `hk.without_apply_rng`.
# - `You must pass a non-None PRNGKey to init and/or apply if you make use of random numbers.` The opposite:
#   `None` to `init`, or `None` or `hk.without_apply_rng` with a network that draws random numbers.
# - `'linear/w' with retrieved shape (9, 12) does not match shape=[6, 12]` The parameters were made for an
#   input of another width. Call `init` on an input like those that you will use.
#
# </div>
#
# ## What you learned
#
# - A pure function takes what it depends on as arguments, and `jax.grad` needs the parameters to be one.
#   Haiku lets you write modules that ask for parameters, and `hk.transform` makes the pure function from
#   them.
# - `init(key, x)` runs your function once and collects the parameters; their shapes come from the shape of
#   `x`, their numbers from the key. `apply(params, key, x)` runs it with parameters that you pass in.
# - Parameters are nested dictionaries that outlive the call; modules are objects that do not.
# - The key of `apply` may be `None`, or be removed by `hk.without_apply_rng`, as long as nothing is drawn.
#   The key of `init` breaks the symmetry between hidden units.
#
# You have a network and its parameters; now make them better.
#
# Next: [Loss, gradient, update](../haiku/update.py) trains a network step by step.
