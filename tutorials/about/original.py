# %% [markdown]
# # The original practical, cell by cell
#
# This course grew out of a practical on Haiku: one notebook of 45 cells, 23 of text and 22 of code, with three
# questions and five exercises. If you worked with it, or teach from it, you can look up here where each of its
# cells is taught now, and what we found when we ran and measured it.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - find the page and the heading where each of the 45 cells is taught now;
# - say which statements of the original hold only under a condition, and show it with a few lines;
# - run the original today, with losses, keys and measurements that make its exercises work.
#
# You need: the original notebook, if you want to compare. The linked pages explain what this one uses.
#
# </div>

# %% [markdown]
# ## Where each cell is taught now
#
# The practical leads from a reminder of `jax.grad` to a trained classifier and shows each idea on a few lines
# of code. The course keeps its order and names such as `my_haiku_net`, `square_loss` and `my_update`, because
# the plan is good. Its exercises ask for more: in the network of two layers, for example, you have to match
# given names of modules. Cells are counted from 0.
#
# | cells | in the original | taught now |
# |---|---|---|
# | 0 to 2 | title, installation, imports | [Start here][s]: [How to run things][run] |
# | 3, 4 | reminders of `grad`, `vmap`, `jit` | [Gradients][g], [vmap][b], [jit][c] |
# | 5 | `grad` of an array | [Gradients][g]: [`jax.grad` turns a function into its gradient][grad] |
# | 5 | `grad` of a dictionary | [Gradients][g]: [Gradients of dictionaries and other pytrees][trees] |
# | 6 | `vmap` of `mini_conv` | [vmap][b]: [One example, then a batch: `jax.vmap`][vmap] |
# | 7 | `polynom` with and without `jit` | [jit][c]: [Time it: warm up, and wait][time], [What do you gain?][gain] |
# | 8, 9 | why Haiku transforms functions | [Transform][t]: [Pure functions: an object hides its numbers from JAX][pure] |
# | 10 to 12 | a linear layer, transformed | [Transform][t]: [`init` and `apply`: let Haiku do the bookkeeping][books] |
# | 13, 14 | `init` and `apply` | [Transform][t]: [`init` and `apply`: let Haiku do the bookkeeping][books] |
# | 15 | question: why a key for `init`? | [Transform][t]: [What the key of `init` is for][symmetry] |
# | 15 to 17 | `without_apply_rng` | [Transform][t]: [Keys: at init, at apply, or none][keys] |
# | 18, 19 | exercise: a network of two layers | [Transform][t]: [Exercise: a network of two layers][net] |
# | 20, 21 | a loss of the parameters | [Update][u]: [The network as an argument][argument] |
# | 22 | question: parameters first? | [Gradients][g]: [Choose the argument with `argnums`][argnums] |
# | 22 | question: which shape? | [Gradients][g]: [When `grad` refuses][refuses] |
# | 23, 24 | `grad` of the loss | [Update][u]: [A loss that closes over the network][loss] |
# | 25, 26 | `value_and_grad` | [Gradients][g]: [Get the value in the same call][value] |
# | 27, 28 | an update function | [Update][u]: [Return new parameters and metrics][update] |
# | 29, 30 | `tree_map` | [Descent][d]: [Update every leaf with `jax.tree.map`][leaf] |
# | 31, 32 | exercise: `square_loss`, `my_update` | [Update][u]: [Exercise: a square loss and its update][square] |
# | 33, 34 | exercise: a regression | [Regression][r]: [Look at the way down][floor] |
# | 35, 36 | `jit` of the update fails | [Compiled][j]: [`jit` refuses a `Transformed` as an argument][transformed] |
# | 37, 38 | a lambda around it | [Compiled][j]: [Captured values are frozen][frozen] |
# | 39, 40 | exercise: the compiled loop | [Compiled][j]: [Exercise: the compiled update][compiled] |
# | 41, 42 | application: the data | [Classifier][k]: [The data, and the Bayes accuracy][data] |
# | 43 | prediction, loss, regulariser | [Classifier][k]: [A regulariser gives the loss a minimum][minimum] |
# | 44 | network, loss, update, accuracy | [Classifier][k]: [Exercise: loss and accuracy][parts] |
# | 44 | the training loop | [Classifier][k]: [Exercise: compile and train][classifier] |
#
# [s]: ../../docs/start.md
# [g]: ../jax/gradients.py
# [b]: ../jax/batching.py
# [c]: ../jax/compilation.py
# [d]: ../jax/descent.py
# [t]: ../haiku/transform.py
# [u]: ../haiku/update.py
# [r]: ../haiku/regression.py
# [j]: ../haiku/compiled_training.py
# [k]: ../haiku/classifier.py
# [run]: ../../docs/start.md#how-to-run-things
# [grad]: ../jax/gradients.py#jaxgrad-turns-a-function-into-its-gradient
# [trees]: ../jax/gradients.py#gradients-of-dictionaries-and-other-pytrees
# [vmap]: ../jax/batching.py#one-example-then-a-batch-jaxvmap
# [time]: ../jax/compilation.py#time-it-warm-up-and-wait
# [gain]: ../jax/compilation.py#what-do-you-gain
# [pure]: ../haiku/transform.py#pure-functions-an-object-hides-its-numbers-from-jax
# [books]: ../haiku/transform.py#init-and-apply-let-haiku-do-the-bookkeeping
# [symmetry]: ../haiku/transform.py#what-the-key-of-init-is-for-breaking-the-symmetry
# [keys]: ../haiku/transform.py#keys-at-init-at-apply-or-none
# [net]: ../haiku/transform.py#exercise-a-network-of-two-layers
# [argument]: ../haiku/update.py#the-network-as-an-argument
# [argnums]: ../jax/gradients.py#choose-the-argument-with-argnums
# [refuses]: ../jax/gradients.py#when-grad-refuses
# [loss]: ../haiku/update.py#a-loss-that-closes-over-the-network
# [value]: ../jax/gradients.py#get-the-value-in-the-same-call-value_and_grad
# [update]: ../haiku/update.py#return-new-parameters-and-metrics
# [leaf]: ../jax/descent.py#update-every-leaf-with-jaxtreemap
# [square]: ../haiku/update.py#exercise-a-square-loss-and-its-update
# [floor]: ../haiku/regression.py#look-at-the-way-down
# [transformed]: ../haiku/compiled_training.py#jit-refuses-a-transformed-as-an-argument
# [frozen]: ../haiku/compiled_training.py#captured-values-are-frozen
# [compiled]: ../haiku/compiled_training.py#exercise-the-compiled-update
# [data]: ../haiku/classifier.py#the-data-and-the-bayes-accuracy
# [minimum]: ../haiku/classifier.py#a-regulariser-gives-the-loss-a-minimum
# [parts]: ../haiku/classifier.py#exercise-loss-and-accuracy
# [classifier]: ../haiku/classifier.py#exercise-compile-and-train

# %% [markdown]
# ## Facts
#
# These statements of the original are true only under conditions that it does not name, or need a correction.
# Most are easy to miss, because they cause no error, so each comes with a cell that shows it, or a link to one.
# The cells below use its names: `ez_linear` is a network of one linear layer, and `loss_fn` and `update_fn` do
# what they do there.

# %%
import functools
import importlib.metadata
import time
import typing

import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np

key = jax.random.PRNGKey(0)  # as in the original, wherever it needs a key
ones = jnp.ones((1, 6))
ez_linear = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(12)(x)))


@jax.jit(static_argnames="net")  # many small operations: compiled, they take less time
def initialise(net, key, x):
    return net.init(key, x)


ez_linear_params = initialise(ez_linear, key, ones)


def loss_fn(params, net, x):
    return jnp.sum(net.apply(params, x))


def update_fn(params, net, x, learning_rate):
    loss, grads = jax.value_and_grad(loss_fn)(params, net, x)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


# %% [markdown]
# Where a cell trains or measures, it uses functions of the course, which are in the next, folded cell.

# %% tags=["recap"]
from snippets.data import regression_data
from snippets.evaluation import accuracy, sigmoid_cross_entropy
from snippets.linear import least_squares
from snippets.networks import two_layer_net
from snippets.timing import benchmark, count_traces
from snippets.training import fit, sgd_step

# %% [markdown]
# ### The parameters need not come first (cells 20, 22)
#
# The text says that the parameters must be the first argument of a loss, and asks why. The first argument is
# only the default: with `argnums`, `jax.grad` differentiates with respect to another one, or to several.
# Putting the parameters first is a convention, and one worth keeping. See [Choose the argument with
# `argnums`](../jax/gradients.py#choose-the-argument-with-argnums).

# %%
first = jax.grad(loss_fn)(ez_linear_params, ez_linear, ones)


def params_last(x, params):
    return loss_fn(params, ez_linear, x)


last = jax.grad(params_last, argnums=1)(ones, ez_linear_params)
both = jax.grad(params_last, argnums=(0, 1))(ones, ez_linear_params)
print("same gradient:", jax.tree.map(jnp.array_equal, first, last))
print("for both arguments:", jax.tree.map(jnp.shape, both))

# %% tags=["hidden"]
assert jax.tree.all(jax.tree.map(np.array_equal, first, last))
assert len(both) == 2

# %% [markdown]
# ### `mini_conv` reads past the end, and is not a convolution (cell 6)
#
# The function adds an entry of a row and its successor. The last entry has no successor, so JAX silently reads
# the last one again, as [An index out of range is clamped, not an
# error](../jax/batching.py#an-index-out-of-range-is-clamped-not-an-error) explains. In spite of its name, it computes
# one sum per row, at a given position, where a convolution computes the sums at all positions.


# %%
def mini_conv(row, i):
    return row[i] + row[i + 1]


row = jnp.array([1.0, 2.0, 3.0, 4.0])
print("at the last index:", mini_conv(row, 3))
print("at all others:    ", jax.vmap(mini_conv, in_axes=(None, 0))(row, jnp.arange(3)))
print("convolution:      ", jnp.convolve(row, jnp.ones(2), mode="valid"))

# %% tags=["hidden"]
assert mini_conv(row, 3) == 8

# %% [markdown]
# ### `polynom` does not return a `float` (cell 7)
#
# The annotation promises a `float`, but the function returns an array of the shape of its arguments. Here is
# the same polynomial:


# %%
def polynom(x, y):
    column = y[:, 1:2] ** 2  # (B, 1)
    return x**2 + (x + 1) * (x[0] + column) + x + y + y**3  # (B, 12)


x = y = jax.random.normal(key, (128, 12))
print(type(polynom(x, y)).__name__, polynom(x, y).shape)

# %% [markdown]
# ### Nothing checks the annotations, and `input` is taken (cells 2, 5 to 44)
#
# Nearly every function is annotated with `chex.Array`. That tells a reader what to pass, but nothing checks it.
# `from typing import *` brings in {{ len(typing.__all__) }} names for the two that are used. And a parameter
# called `input` shadows the built-in function inside one function, but the last training loop assigns to
# `input`, and so shadows it in the whole notebook.


# %%
def unchecked(x: chex.Array) -> chex.Array:
    return x


print(unchecked("not an array"), len(typing.__all__))

# %% raises="TypeError" match="not callable"
notebook = {"input": jnp.ones((8, 36))}
exec("input('Go on? ')", notebook)

# %% [markdown]
# ### A gradient does not need all parameters as arguments (cell 9)
#
# The text says that JAX needs a *pure* function for a gradient, one that gets its inputs *and* its parameters
# as arguments. These are two different demands: `jax.grad` also differentiates a function that reads a constant from
# outside, and only what you differentiate with respect to must be an argument. [Reading from outside is fine, writing
# is not](../jax/gradients.py#reading-from-outside-is-fine-writing-is-not) shows how far that goes.

# %%
a = 2.0
print(jax.grad(lambda x: a * x**2)(3.0))

# %% [markdown]
# ### Haiku's modules are objects (cell 11)
#
# The text says that networks in Haiku are functions and not objects. What you transform is a function, but the
# modules in it are objects, with attributes and methods, and Haiku's README recommends the library for that.
# Unlike the modules of PyTorch or Keras, they [live for one
# call](../haiku/transform.py#modules-live-for-one-call), and the parameters live outside them.


# %%
def talking_linear(x):
    layer = hk.Linear(12)
    print(isinstance(layer, hk.Module), layer.name, layer.output_size, layer.input_size)
    return layer(x)


params = hk.transform(talking_linear).init(key, ones)

readme = importlib.metadata.metadata("dm-haiku").json["description"]


def quoted(start, length):
    text = " ".join(readme.replace(">", " ").split())
    return f"... {start}{text.partition(start)[2][:length]} ..."


print(quoted("enables users", 61))

# %% [markdown]
# ### `apply` does not need a key, unless something is drawn (cells 14, 15, 17)
#
# The original passes a random key to `apply` and says that it is needed there too. From then on it wraps every network
# in `hk.without_apply_rng`. But `None` is fine as a key here, where nothing is drawn, and if you leave the argument
# out, the error below names the signature. See [Keys: at init, at apply, or
# none](../haiku/transform.py#keys-at-init-at-apply-or-none).

# %%
with_key = hk.transform(lambda x: hk.Linear(12)(x))
print(with_key.apply(ez_linear_params, None, ones).shape)

# %% raises="ValueError" match="apply\\(params, rng"
with_key.apply(ez_linear_params, ones)

# %% [markdown]
# This network, which draws at `apply`, must keep its key:

# %% raises="MissingRNGError" match="must pass a non-None PRNGKey"
dropout = hk.without_apply_rng(
    hk.transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x))
)
dropout.apply({}, ones)

# %% [markdown]
# ### Parameters are a dictionary of dictionaries (cell 15)
#
# The text calls them a dictionary of tensors. There is one more level: module name, parameter name, array.

# %%
print(type(ez_linear_params).__name__, jax.tree.map(jnp.shape, ez_linear_params))

# %% [markdown]
# ### The loss of the first update has no minimum (cells 21 to 28)
#
# The first loss is the sum of the outputs. On one row of ones all entries of its gradient are 1, whatever the weights
# are. So each step lowers it by about the learning rate times the number of parameters. That makes it a good test of an
# update function, but not a loss to minimise.

# %%
grads = jax.tree.leaves(jax.grad(loss_fn)(ez_linear_params, ez_linear, ones))
print("gradient:", jnp.unique(jnp.concatenate([grad.ravel() for grad in grads])))

params, sums = ez_linear_params, []
for _ in range(5):
    total, params = update_fn(params, ez_linear, ones, 0.1)
    sums.append(float(total))
print("losses:", np.round(sums, 3), "\nchange:", np.round(np.diff(sums), 3))

# %% tags=["hidden"]
weights = sum(grad.size for grad in grads)
assert weights == 84
assert all((grad == 1).all() for grad in grads)
three = jax.grad(loss_fn)(ez_linear_params, ez_linear, jnp.ones((3, 6)))
assert all((grad == 3).all() for grad in jax.tree.leaves(three))  # not of three rows
assert np.allclose(np.diff(sums), -8.4, atol=1e-3)

# %% [markdown]
# There are {{ weights }} parameters, so a step with the rate 0.1 lowers the loss by {{ 0.1 * weights:.1f}}.
#
# ### `tree_map` does not work like `vmap` (cell 29)
#
# The text says that `tree_map` works like `vmap`, for lists, dictionaries and other nested structures. It is a Python
# loop over the leaves and calls the function for each leaf, with the whole leaf. `vmap` here calls it once in all, with
# tracers that look like one example. [`jax.tree.map` is not `vmap`](../jax/batching.py#jaxtreemap-is-not-vmap) shows
# what the function receives from each.

# %%
double = count_traces(lambda x: 2 * x)
jax.tree.map(double, {name: jnp.ones(1000) for name in "abcde"})
print("tree.map, 5 leaves of 1000:", double.traces, "calls")

double = count_traces(lambda x: 2 * x)
jax.vmap(double)(jnp.ones(1000))
print("vmap, 1000 rows:           ", double.traces, "call")

# %% tags=["hidden"]
assert double.traces == 1

# %% [markdown]
# ### "Square loss" and "L2 norm" are two things, or three (cells 31, 32)
#
# The function is called `square_loss`, and the text asks for the L2 norm. The norm, the sum of the squares and
# their mean each fit one of these words, and your choice decides [whether the regression
# trains](#the-regression-trains-with-one-reading-of-square-loss-cells-31-to-34). [Sum, mean and L2
# norm](../haiku/update.py#sum-mean-and-l2-norm) tells them apart. The test at the end of cell 32 gives these
# values before and after its step, with parameters made from key 0 and the ones of that cell:

# %%
my_haiku_net = hk.without_apply_rng(hk.transform(two_layer_net))


def errors(params, batch):
    x, target = batch
    return my_haiku_net.apply(params, x) - target  # (B, 6)


def mean_loss(params, batch):
    return jnp.mean(errors(params, batch) ** 2)


def sum_loss(params, batch):
    return jnp.sum(errors(params, batch) ** 2)


def norm_loss(params, batch):
    return jnp.sqrt(sum_loss(params, batch))


# %%
test_batch = jnp.ones((3, 12)), jnp.ones((3, 6))
test_params = initialise(my_haiku_net, key, test_batch[0])
for loss in (sum_loss, mean_loss, norm_loss):
    _, values = fit(loss, test_params, test_batch, 0.1, steps=2)
    print(f"{loss.__name__:9} {values[0]:7.4f} -> {values[1]:.4f}")

# %% [markdown]
# ### The "full linear regression" is not linear (cell 33)
#
# The model is a network with a ReLU. A linear model maps the point half-way between two inputs to the point
# half-way between their outputs, and a network with a ReLU usually does not. The difference matters, because the best *linear* model
# can be computed without training.

# %%
u, v = jax.random.normal(key, (2, 1, 12))
outputs = jax.jit(my_haiku_net.apply)(test_params, jnp.concatenate([u, v, (u + v) / 2]))
ends, middle = outputs[:2], outputs[2:]
print("half-way between the outputs:       ", ends.mean(axis=0)[:3])
print("output half-way between the inputs: ", middle[0, :3])

# %% [markdown]
# ### `jit` accepts a network that is static (cells 35 to 38)
#
# The text says that `jit` does not accept an `hk.Transformed` as an argument, and that a function without this
# argument is the way around. That is half true. A network cannot be *traced*:

# %% raises="TypeError" match="not marked as static"
jax.jit(update_fn)(ez_linear_params, ez_linear, ones, 0.1)

# %% [markdown]
# But it is a named tuple of two functions, so it is hashable and can be *static*, as the message suggests. A
# closure and a partial work as well:

# %%
by_number = jax.jit(update_fn, static_argnums=1)
by_name = jax.jit(update_fn, static_argnames="net")
closed = jax.jit(lambda params, x, rate: update_fn(params, ez_linear, x, rate))
filled = jax.jit(functools.partial(update_fn, net=ez_linear))
results = {
    "static_argnums": by_number(ez_linear_params, ez_linear, ones, 0.1),
    "static_argnames": by_name(
        ez_linear_params, net=ez_linear, x=ones, learning_rate=0.1
    ),
    "lambda": closed(ez_linear_params, ones, 0.1),
    "partial": filled(ez_linear_params, x=ones, learning_rate=0.1),
}
for name, (loss, _) in results.items():
    print(f"{name:16}{loss:.4f}")

# %% raises="TypeError" match="got multiple values for argument 'net'"
filled(ez_linear_params, ones, 0.1)

# %% [markdown]
# The last call shows where the partial can fail: you must pass what comes after `net` by name. [`jit` refuses a
# `Transformed` as an argument](../haiku/compiled_training.py#jit-refuses-a-transformed-as-an-argument) compares
# these ways.
#
# ### A wrapper helps only if you keep it (cells 37, 38)
#
# The original compiles its lambda once, before the loop, and does not say that this matters. If you make the network or
# the lambda again for each call, as below, each call traces again.

# %%
counted = count_traces(update_fn)
static = jax.jit(counted, static_argnames="net")


def fresh_network():
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(12)(x)))
    static(ez_linear_params, net, ones, 0.1)


def fresh_lambda():
    jax.jit(lambda params: counted(params, ez_linear, ones, 0.1))(ez_linear_params)


def one_network():
    static(ez_linear_params, ez_linear, ones, 0.1)


traces = {}
for call in (fresh_network, fresh_lambda, one_network):
    start = counted.traces
    for _ in range(5):
        call()
    traces[call.__name__] = counted.traces - start
print("traces in five calls:", traces)

# %% tags=["hidden"]
assert traces == {"fresh_network": 5, "fresh_lambda": 5, "one_network": 1}

# %% [markdown]
# [Count the traces](../haiku/compiled_training.py#count-the-traces) explains what `jit` looks for.
#
# ### How low the classifier's loss can go (cell 43)
#
# The text says that the loss alone falls to minus infinity, and that a regulariser gives it a minimum. Both are
# true, and you can also say how low the minimum is. With $s = 2y - 1$ the loss of one example is
# $0.01 (f - 50 s)^2 - 25$, a squared error with the targets $\pm 50$. So a batch of eight does not go below
# $-200$, and you can compare the printed losses with that. [A regulariser gives the loss a
# minimum](../haiku/classifier.py#a-regulariser-gives-the-loss-a-minimum) derives it, and [a cell
# below](#without-the-regulariser-training-ends-in-nan-cell-43) trains without the regulariser.

# %%
logits = jnp.linspace(-100.0, 100.0, 401)
for label in (0, 1):
    values = (1 - 2 * label) * logits + 0.01 * logits**2
    print(f"label {label}: lowest {values.min():.1f} at {logits[values.argmin()]:.0f}")

# %% [markdown]
# ### Keys give pseudo-random numbers (cell 44)
#
# A comment promises a truly random sequence. The numbers are pseudo-random: with the same packages and settings, the
# same key gives them in the next run, too. See [The same key gives the same
# numbers](../jax/random_keys.py#the-same-key-gives-the-same-numbers).

# %%
once = jax.random.normal(jax.random.split(key)[0], (3,))
again = jax.random.normal(jax.random.split(jax.random.PRNGKey(0))[0], (3,))
print(jnp.array_equal(once, again))

# %% [markdown]
# ## Bugs and numerical traps
#
# ### One key for inputs and noise (cells 7, 34, 40, 42)
#
# The original draws inputs and noise with the same key. Where the shapes are equal, so are the numbers. In the
# classifier $12x + \text{noise}$ is therefore $13x$, and the label is 1 if $\sum_j x_j > 6/13$, without any
# noise. The two arguments of `polynom` are equal for the same reason.


# %%
def draw(input_key, noise_key, examples=8):
    x = jax.random.normal(input_key, (examples, 36))
    noise = jax.random.normal(noise_key, (examples, 36))
    labels = jnp.sum(12 * x + noise, axis=1, keepdims=True) > 6
    return x, noise, labels.astype(jnp.int32)


x, noise, labels = draw(key, key, 2000)
rule = x.sum(axis=1, keepdims=True) > 6 / 13
print("noise equals inputs:", jnp.array_equal(noise, x))
print("labels by the rule: ", jnp.mean(rule == labels))

# %% [markdown]
# In the regression the shapes differ, and the result depends on the generator. With today's default, the first
# half of the noise consists of the inputs, two rows of inputs in each row of noise. With the older one it does
# not (a number or so may agree by chance). Either way, the columns of the noise are hardly correlated with
# those of the inputs, so the exercise works.

# %%
for partitionable in (True, False):
    with jax.threefry_partitionable(partitionable):
        x, noise = jax.random.normal(key, (128, 3)), jax.random.normal(key, (128, 6))
    near = np.abs(np.ravel(noise)[:, None] - np.ravel(x)) < 1e-6  # (768, 384)
    correlation = np.corrcoef(x.T, noise.T)[:3, 3:]  # (3, 6)
    print("default:" if partitionable else "older:  ", end=" ")
    print(f"{near.any(axis=1).sum()} of {noise.size} values are inputs,", end=" ")
    print(f"correlation at most {np.abs(correlation).max():.2f}")

# %% [markdown]
# [One key used twice: nothing fails](../jax/random_keys.py#one-key-used-twice-nothing-fails) examines both data
# sets, and the exercise after it repairs that of the classifier.
#
# ### Key 0 has three uses (cells 42, 44)
#
# The last exercise draws a sample batch from key 0, initialises the network with the same key, and splits all later
# keys off it. `jax.debug_key_reuse` reports that, and the noise as well, but only for typed keys, as `jax.random.key`
# makes them.


# %%
def three_uses(key):
    sample = jax.random.normal(key, (1, 6))
    ez_linear.init(key, sample)
    return jax.random.split(key)


# %% raises="KeyReuseError" match="Previously-consumed key"
with jax.debug_key_reuse(True):
    three_uses(jax.random.key(0))

# %% [markdown]
# The same with an old-style key:

# %%
with jax.debug_key_reuse(True):
    print("PRNGKey, three uses, no error:", three_uses(jax.random.PRNGKey(0)).shape)

# %% [markdown]
# [`debug_key_reuse` finds the second use](../jax/random_keys.py#debug_key_reuse-finds-the-second-use) and [What
# `debug_key_reuse` does not see](../jax/random_keys.py#what-debug_key_reuse-does-not-see) say more.
#
# ### The regression trains with one reading of "square loss" (cells 31 to 34)
#
# The exercise sets 5000 iterations at the learning rate 1e-2, and the loss is what you took "square loss" to
# mean. First the data, and the lowest error of a linear model, the floor, in four ways to reduce the errors to
# one number:

# %%
inputs = jax.random.normal(key, (128, 3))
rule = 12 * jnp.concatenate([inputs, inputs], axis=1) + 6
outputs = rule + jax.random.normal(key, (128, 6))  # the key of the inputs
batch = inputs, outputs

solve = jax.jit(least_squares)
fitted, floor = solve(inputs, outputs)
print(f"floor: mean {floor:.4f}, sum {floor * outputs.size:.1f},", end=" ")
print(f"norm {jnp.sqrt(floor * outputs.size):.2f}, mean of row sums {6 * floor:.3f}")
print(f"the mean of the targets instead of a line: {outputs.var(axis=0).mean():.1f}")
off = jnp.abs(fitted["w"] - 12 * jnp.tile(jnp.eye(3), 2)).max()
print(f"weights off from 12 and 0 by at most {off:.2f}")

# %% [markdown]
# The linear model finds the 12s. Now train the network from five initialisations, for each of nine pairs of
# loss and rate, with 5000 iterations. The columns say how many runs stayed finite, how many ended within twice
# the floor, and the median of the mean squared error on the training data and on fresh data.


# %%
def row_loss(params, batch):
    return jnp.mean(jnp.sum(errors(params, batch) ** 2, axis=1))


@jax.jit
def mean_squared_errors(params):
    return mean_loss(params, batch), mean_loss(params, fresh)


fresh = regression_data(jax.random.key(1), 10_000)
starts = [initialise(my_haiku_net, jax.random.PRNGKey(i), inputs) for i in range(5)]
ends = {}
for loss, rates in {
    mean_loss: (1e-2, 1e-1),
    sum_loss: (1e-2, 1e-3, 1e-4),
    norm_loss: (1e-2, 1e-3),
    row_loss: (1e-2, 1e-3),
}.items():
    for rate in rates:
        trained = [fit(loss, start, batch, rate, steps=5000)[0] for start in starts]
        ends[loss.__name__, rate] = np.array([mean_squared_errors(p) for p in trained])

print("loss      rate   finite  near the floor  training   fresh")
for (name, rate), pairs in ends.items():
    finite, near = np.isfinite(pairs[:, 0]).sum(), (pairs[:, 0] < 2 * floor).sum()
    train, test = np.median(pairs, axis=0)
    print(
        f"{name:9} {rate:.0e}  {finite} of 5  {near} of 5      {train:12.3f}{test:8.3f}"
    )

# %% [markdown]
# At the rate of the exercise, only the mean over all entries came near the floor in all five runs; the sum ended in
# `nan`, and the literal L2 norm came near in none. At a smaller rate the norm did. [Minimise the mean, the sum and the
# norm](../haiku/regression.py#minimise-the-mean-the-sum-and-the-norm) compares them at nine rates.
#
# ### The sum is `nan` after a few steps (cells 31 to 34)
#
# With the sum of squares at 1e-2, the notebook prints `nan` fifty times. The run is lost much earlier:

# %%
_, exploding = fit(sum_loss, starts[0], batch, 1e-2, steps=7)
print(exploding)

# %% [markdown]
# For a linear model the inputs decide how large the rate may be. Let $X$ be the inputs with a column of ones. To
# settle, gradient descent on the sum needs a rate below $1 / \lambda_{\max}(X^\top X)$, and on the mean below $N$ times
# that, where $N$ is the number of entries of the targets.

# %%
X = jnp.concatenate([inputs, jnp.ones((128, 1))], axis=1)  # (128, 4)
limit = 1 / jnp.linalg.eigvalsh(X.T @ X)[-1]
print(f"linear model: sum below {limit:.5f}, mean below {limit * outputs.size:.2f}")


def linear_error(params, batch):
    x, target = batch
    return x @ params["w"] + params["b"] - target


def linear_sum(params, batch):
    return jnp.sum(linear_error(params, batch) ** 2)


def linear_mean(params, batch):
    return jnp.mean(linear_error(params, batch) ** 2)


zeros = jax.tree.map(jnp.zeros_like, fitted)
for loss, rate in ((linear_sum, 1e-2), (linear_mean, 1e-2), (linear_mean, 1e-1)):
    _, values = fit(loss, zeros, batch, rate, steps=5000)
    print(f"{loss.__name__:11} at {rate}: {values[-1]:.5f}")

# %% [markdown]
# The rate of the exercise is above the first limit and far below the second. A network has limits of its own,
# which change during training: see [Read the largest rate off the
# curvature](../haiku/regression.py#read-the-largest-rate-off-the-curvature).
#
# ### The norm does not settle (cells 31 to 34)
#
# Near the floor, the gradient of the norm hardly shrinks with the error, so at a fixed rate the steps stay long. At the
# rate of the exercise they jumped over the minimum, and the loss oscillated far above its floor.

# %%
_, norms = fit(norm_loss, starts[0], batch, 1e-2, steps=5000)
late = norms[-1000:]
print(f"floor {jnp.sqrt(floor * outputs.size):.1f},", end=" ")
print(f"last 1000 steps between {late.min():.1f} and {late.max():.1f}")

# %% [markdown]
# ### What the regression prints when it works (cells 34, 40)
#
# With the mean and key 0 throughout, your run should print losses close to these (one step late, see below). At
# the end the training loss is *below* the floor of the linear model, but on fresh data the network is worse
# than the linear model, because it has fitted noise. The original looks at the training loss only. [Below the
# floor, and worse on fresh data](../haiku/regression.py#below-the-floor-and-worse-on-fresh-data) finds out
# where it goes wrong.

# %%
params, losses = fit(mean_loss, starts[0], batch, 1e-2, steps=5000)
for i in (0, 99, 999, 4999):
    print(f"iteration {i:4}: loss {losses[i]:.4f}")
line_on_fresh = jnp.mean(linear_error(fitted, fresh) ** 2)
network_on_fresh = mean_loss(params, fresh)
print(f"floor {floor:.4f}; on fresh data: linear {line_on_fresh:.3f},", end=" ")
print(f"network {network_on_fresh:.3f}")

# %% [markdown]
# With noise from a key of its own the floor is much the same. For each output a linear model has 4 free
# numbers, so in 128 rows it absorbs 4/128 of the noise on average:

# %%
drawn = map(jax.jit(regression_data), jax.random.split(jax.random.key(2), 50))
average = np.mean([solve(*data)[1] for data in drawn])
print(f"average floor of 50 data sets {average:.3f}; 1 - 4/128 = {1 - 4 / 128:.3f}")

# %% [markdown]
# ### The loop prints a loss one step late (cells 34, 40)
#
# The loop prints *before* it updates, so the line for iteration $i$ shows the loss that iteration $i - 1$
# computed. In this loop of the same form, the "loss" is the number of the step that computed it. With a period
# of 1, nothing has been computed at the first print.

# %%
LOOP = """
for i in range(9):
    if i % period == period - 1:
        print("iteration", i, "prints the loss of step", loss)
    loss = i
"""
exec(LOOP, {"period": 3})

# %% raises="NameError" match="name 'loss' is not defined"
exec(LOOP, {"period": 1})

# %% [markdown]
# The time at the end includes the compilation, and the clock may be read while the last step still runs: see
# [Time it: warm up, and wait](../jax/compilation.py#time-it-warm-up-and-wait). [Compile all of the step, not a part of
# it](../haiku/compiled_training.py#compile-all-of-the-step-not-a-part-of-it) measures what compiling the loop gains.
#
# ### The stopwatch of `polynom` times other things (cell 7)
#
# The cell compares `polynom` with its compiled form, but it also times a split of the key, two draws and the
# compilation, and it does not wait for the results. That hides much of the gain. Below, the first two lines are
# measured as in the original, with 300 calls instead of 1000. For the others the inputs are made beforehand,
# the first call does not count, and the clock waits for the result.


# %% tags=["varies"]
def as_in_the_original(f, calls=300):
    now = key
    start = time.perf_counter()
    for _ in range(calls):
        drawn, now = jax.random.split(now)
        x, y = (jax.random.normal(drawn, (128, 12)) for _ in range(2))
        f(x, y)
    return (time.perf_counter() - start) / calls


x, large = (jax.random.normal(key, (rows, 12)) for rows in (128, 20_000))
compiled_polynom = jax.jit(polynom)
seconds = {
    "as in the original": as_in_the_original(polynom),
    "as in the original, compiled": as_in_the_original(compiled_polynom),
    "one split of a key": benchmark(jax.random.split, key),
    "two draws": 2 * benchmark(lambda: jax.random.normal(key, (128, 12))),
    "polynom": benchmark(polynom, x, x, repeats=30),
    "polynom, compiled": benchmark(compiled_polynom, x, x, repeats=100),
    "polynom in NumPy": benchmark(polynom, np.array(x), np.array(x), repeats=30),
    "20,000 rows": benchmark(polynom, large, large),
    "20,000 rows, compiled": benchmark(compiled_polynom, large, large, repeats=30),
}
for name, duration in seconds.items():
    print(f"{name:32}{1e6 * duration:8.0f} µs")

# %% tags=["hidden", "varies"]
assert seconds["polynom, compiled"] < seconds["polynom"] / 2

# %% [markdown]
# Compare the ratio between the two lines for `polynom` alone with the one that the original measures. With 128 rows
# plain JAX mostly dispatches operations; with 20,000 rows the work itself takes more of the time. [What do you
# gain?](../jax/compilation.py#what-do-you-gain) plots times against sizes. [Time it: warm up, and
# wait](../jax/compilation.py#time-it-warm-up-and-wait) shows a call that returns long before its result is computed.
#
# ### The classifier trains, but its accuracy is flattering (cell 44)
#
# With the sum as loss, batches of eight and the rate 1e-2, the exercise works as it is set. Here it is, with
# the keys of the original. The accuracy that the loop prints is measured *after* the update, on the eight
# examples just trained on. For comparison, `before` is the accuracy on the same batch before the update, when
# it was new to the network.


# %%
def net_fn(x):
    for width in (12, 12):
        x = jax.nn.relu(hk.Linear(width)(x))
    return hk.Linear(1)(x)


net = hk.without_apply_rng(hk.transform(net_fn))
example = jnp.ones((8, 36))


def regularised_sum(f, y):
    return jnp.sum((1 - 2 * y) * f + 0.01 * f**2)


@jax.jit
def iteration_keys(key):
    """The keys of 1000 iterations: each splits the next one off, as in the original."""

    def split_off(key, _):
        now, key = jax.random.split(key)
        return key, now

    return jax.lax.scan(split_off, key, length=1000)[1]


@jax.jit
def batches_of(input_keys, noise_keys):
    x, _, labels = jax.vmap(draw)(input_keys, noise_keys)
    return x, labels  # (1000, 8, 36), (1000, 8, 1)


# %%
@jax.jit(static_argnames="loss")
def train(params, batches, rate, loss):
    def loss_of(params, batch):
        x, y = batch
        return loss(net.apply(params, x), y)

    def step(params, batch):
        x, y = batch
        before = accuracy(net.apply(params, x), y)
        params, value = sgd_step(loss_of, params, batch, rate)
        after = accuracy(net.apply(params, x), y)
        return params, (value, before, after)

    return jax.lax.scan(step, params, batches)


start, keys = initialise(net, key, example), iteration_keys(key)
batches = batches_of(keys, keys)
_, (losses, before, after) = train(start, batches, 1e-2, regularised_sum)
for i in range(0, 1000, 100):
    print(f"{i:3}: loss {losses[i]:7.1f}, accuracy {after[i]:.3f}", end=" ")
    print(f"(before {before[i]:.3f})")

# %% [markdown]
# Five seeds, averaged over the second half, and 8000 held-out examples that no step has seen:

# %%
seeds = [jax.random.PRNGKey(seed) for seed in range(5)]
chains = [iteration_keys(seed) for seed in seeds]
data = [batches_of(keys, keys) for keys in chains]
test_keys = iteration_keys(jax.random.PRNGKey(99))
held_out = jax.tree.map(jnp.concatenate, batches_of(test_keys, test_keys))


@jax.jit
def evaluate(params, data):
    x, y = data
    f = net.apply(params, x)
    return accuracy(f, y), regularised_sum(f, y) / len(y)


def five_runs(rate, loss, data=data, held_out=held_out):
    rows = []
    for seed, batches in zip(seeds, data, strict=True):
        params = initialise(net, seed, example)
        params, (_, before, after) = train(params, batches, rate, loss)
        row = after[500:].mean(), before[500:].mean(), *evaluate(params, held_out)
        rows.append(row)
    return np.array(rows)


runs = five_runs(1e-2, regularised_sum)
after, before, fair, loss = runs.mean(axis=0)
share = held_out[1].mean()
print(f"on the batch after the update  {after:.3f}")
print(f"on the batch before the update {before:.3f}")
print(f"held out                       {fair:.3f} ({runs[:, 2].min():.3f}", end="")
print(f" to {runs[:, 2].max():.3f}), loss per example {loss:.1f}")
print(f"always the same answer         {max(share, 1 - share):.3f}")

# %% [markdown]
# The first accuracy is too good. The second is fair, and close to the third. The loss per example is still
# above its floor of $-25$. [An accuracy that is too good](../haiku/classifier.py#an-accuracy-that-is-too-good)
# has an exercise on this, and [Measure on held-out data](../haiku/classifier.py#measure-on-held-out-data) the
# curves.
#
# ### A linear model is better (cells 42 to 44)
#
# The label depends on whether the sum of the inputs exceeds a threshold, and one linear layer can represent
# that. Here is a logistic regression on 8000 examples, as many as the network sees:

# %%
linear = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
x, labels = jax.tree.map(jnp.concatenate, data[0])


def logistic_loss(params, batch):
    return sigmoid_cross_entropy(linear.apply(params, batch[0]), batch[1])


zeros = {"linear": {"w": jnp.zeros((36, 1)), "b": jnp.zeros(1)}}
params, _ = fit(logistic_loss, zeros, (x, labels), 10.0, steps=200)
linear_accuracy = accuracy(linear.apply(params, held_out[0]), held_out[1])
print(f"linear model {linear_accuracy:.4f}, network {fair:.4f}")

# %% [markdown]
# [Compare with the simplest model](../haiku/classifier.py#compare-with-the-simplest-model) does the same for
# labels with noise.
#
# ### With real noise, the best accuracy is lower (cell 42)
#
# When the noise has a key of its own, it flips a share of about $\arctan(1/12) / \pi$ of the labels, and no
# classifier can be expected to get those right. [The data, and the Bayes
# accuracy](../haiku/classifier.py#the-data-and-the-bayes-accuracy) computes the limit exactly. The network ends
# lower, too.

# %%
other_keys = iteration_keys(jax.random.PRNGKey(98))
noisy_data = [batches_of(keys, other_keys) for keys in chains]
noisy_held_out = jax.tree.map(jnp.concatenate, batches_of(test_keys, other_keys))
noisy = five_runs(1e-2, regularised_sum, noisy_data, noisy_held_out)
print(f"best {1 - np.arctan(1 / 12) / np.pi:.4f}, network {noisy[:, 2].mean():.3f}")

# %% [markdown]
# ### The rate belongs to the sum (cell 44)
#
# The loss is a sum over the batch, and the rate 1e-2 suits this loss and batches of eight. With ten times the rate the
# network did not learn, and with a hundredth of it not within 1000 iterations. The mean worked at 1e-2 too, while the
# cross-entropy, the usual loss, needed a larger rate. These are the accuracies on held-out data, of five seeds:


# %%
def regularised_mean(f, y):
    return regularised_sum(f, y) / len(y)


held = {}
for loss, rates in {
    regularised_sum: (1e-1, 1e-2, 1e-4),
    regularised_mean: (1e-2,),
    sigmoid_cross_entropy: (1e-2, 1e-1),
}.items():
    for rate in rates:
        found = five_runs(rate, loss)[:, 2]
        held[loss.__name__, rate] = found.mean()
        print(f"{loss.__name__:22}{rate:7}: {found.min():.3f} to {found.max():.3f}")

# %% [markdown]
# ### Without the regulariser, training ends in `nan` (cell 43)
#
# Minus infinity is where the loss would go on a fixed batch. On fresh batches it fell, jumped up when large outputs
# were on the wrong side, and soon was `nan`. Here is every tenth loss:


# %%
def without_regulariser(f, y):
    return jnp.sum((1 - 2 * y) * f)


_, (losses, *_) = train(start, batches, 1e-2, without_regulariser)
print("losses:", [f"{loss:.1f}" for loss in losses[:81:10]])
print("the first nan is at iteration", int(np.isnan(losses).argmax()))

# %% [markdown]
# ### Without `[:, None]`, the accuracy is that of 64 pairs (cells 42, 44)
#
# The labels have the shape `(8, 1)` because of the `[:, None]` at the end of a line. If you leave it out, nothing fails
# here: the predictions `(8, 1)` and the labels `(8,)` broadcast to `(8, 8)`, so each prediction is compared with all
# labels.

# %%
x, _, labels = draw(key, key)
perfect = 50.0 * (2 * labels - 1)  # (8, 1)
for y in (labels, labels[:, 0]):
    correct = (perfect >= 0) == (y == 1)
    print(y.shape, "->", correct.shape, "accuracy", correct.mean())

# %% tags=["hidden"]
assert correct.shape == (8, 8)
assert correct.mean() < 1

# %% [markdown]
# [Check shapes and dtypes of labels](../haiku/classifier.py#check-shapes-and-dtypes-of-labels) has the line
# that prevents it.
#
# ### Only the update is compiled (cell 44)
#
# The loop compiles the update. Drawing the data and measuring the accuracy are not compiled, so JAX dispatches
# their operations one by one. Count the operations of each part, where a compiled part counts as one.


# %%
def update(params, x, y):
    def loss(params):
        return regularised_sum(net.apply(params, x), y)

    value, grads = jax.value_and_grad(loss)(params)
    return jax.tree.map(lambda p, g: p - 1e-2 * g, params, grads), value


def measure(params, x, y):
    return accuracy(net.apply(params, x), y)


parts = {
    "data": jax.make_jaxpr(draw)(key, key),
    "update": jax.make_jaxpr(update)(start, x, labels),
    "accuracy": jax.make_jaxpr(measure)(start, x, labels),
}
counts = {name: len(jaxpr.eqns) for name, jaxpr in parts.items()}
print("operations:", counts)

# %% tags=["hidden"]
assert counts["data"] + counts["accuracy"] > 10

# %% [markdown]
# Drawing and measuring take {{ counts["data"] + counts["accuracy"] }} operations, and would take 2 if they were
# compiled too. [Compile all of the step, not a part of
# it](../haiku/compiled_training.py#compile-all-of-the-step-not-a-part-of-it) measures the time.
#
# ### "Run all" stops in the middle (cell 36)
#
# The cell that shows how `jit` fails also stops a run of the whole notebook. Jupyter continues after an error
# if the cell has the tag `raises-exception`. On these pages such a cell names the error that it must raise: see
# [Write a tutorial](../../docs/write-a-page.md#marker-lines). The failing call is
# [above](#jit-accepts-a-network-that-is-static-cells-35-to-38).
#
# ## Outdated calls
#
# ### Haiku does not need Acme (cell 1)
#
# The first cell installs the library Acme from its repository, with three sets of extras, and Haiku comes with
# it. The extras ask for nightly builds of TensorFlow, an emulator of Atari games, and repositories at
# `git+git://`, a protocol that GitHub has turned off. Haiku itself needs little besides JAX:

# %%
print(*importlib.metadata.requires("dm-haiku"), sep="\n")

# %% [markdown]
# `pip install dm-haiku jax chex matplotlib` is enough for the whole notebook.
#
# ### Two names have newer forms (cells 7 to 44)
#
# All calls of JAX and Haiku in the original worked when we ran it. Two of them have a newer form, `jax.tree.map` and
# `jax.random.key`, and a third spelling, `jax.tree_map`, was removed.
# [The page about old code](../porting/old_code.py#names-that-still-work-jaxrandomprngkey-jaxpmap) says more, and has a
# program that finds such lines in a file.

# %%
print(jax.tree_util.tree_map(jnp.negative, {"w": jnp.arange(3)}))
print(jax.tree.map(jnp.negative, {"w": jnp.arange(3)}))

# %% raises="AttributeError" match="no attribute 'tree_map'"
jax.tree_map(jnp.negative, ez_linear_params)

# %% [markdown]
# A key of `jax.random.key` has a dtype of its own. Here it gives the same numbers, and Haiku accepts it:

# %%
typed = jax.random.key(0)
typed_params = initialise(ez_linear, typed, ones)
same = jax.tree.map(jnp.array_equal, typed_params, ez_linear_params)
print(key.dtype, typed.dtype, same)

# %% tags=["hidden"]
assert jax.tree.all(same)

# %% [markdown]
# ### The order of a split (cells 7, 44)
#
# The original writes `cur_rng, rng = split(rng)`, where JAX's documentation writes `key, subkey = split(key)`.
# Both new keys are equally good, so this is not a mistake, and `debug_key_reuse` has no complaint. The usual
# order is easier to recognise, because the key that you keep comes first.

# %%
with jax.debug_key_reuse(True):
    rng = jax.random.key(0)
    for _ in range(3):
        cur_rng, rng = jax.random.split(rng)
        print(f"{jax.random.normal(cur_rng):.3f}", end=" ")

# %% [markdown]
# ### Addresses have moved (cells 1, 18, 25, 29)
#
# The links lead to `jax.readthedocs.io`. JAX's documentation is at `docs.jax.dev` now, as the last line of many
# of its errors shows. On GitHub, the repositories of `deepmind` belong to `google-deepmind` now, and JAX to
# `jax-ml`.

# %% raises="UnexpectedTracerError" match="docs.jax.dev"
leaked = []
jax.jit(leaked.append)(1.0)
leaked[0] + 1

# %% [markdown]
# ### Haiku is in maintenance mode (cell 9)
#
# The original introduces Haiku at a time when its future was open. Today its authors keep it working, add no
# features, and recommend Flax for new projects, as Haiku's README says. [Who should learn
# it](../../docs/start.md#who-should-learn-it) says for whom it is still worth learning.

# %%
print(quoted("recommends", 48))
print(quoted("the project will enter", 19))

# %% [markdown]
# ### Run the original today
#
# Two changes make it run. We tried it with the packages of this page: with them, and with the exercises
# written, there was no error and no warning.
#
# 1. In cell 1, install `dm-haiku jax chex matplotlib`.
# 2. Give cell 36, which fails on purpose, the tag `raises-exception`.
#
# Three more make its results trustworthy.
#
# 1. Take the *mean* of the squared errors as `square_loss`.
# 2. Split a key before you draw twice: `input_key, noise_key = jax.random.split(key)`. Make it with
#    `jax.random.key`.
# 3. Measure the accuracy before the update, or on examples that you do not train on.
#
# ## Teaching
#
# These points are not errors, but things that a learner may miss in the original, with links to where the
# course has them.
#
# ### No targets, no checks, no figures
#
# The exercises of the original say what to write, but not which result to expect, and nothing checks an answer,
# so a loss that settles far above the floor looks like success. Matplotlib is imported but never used. In the
# course each exercise has a check, listed in [all exercises](../../docs/exercises.md), and each page that
# teaches has a figure.
#
# ### Three questions without answers (cells 15, 22)
#
# - Why does `init` need a key? To give hidden units different weights. [What the key of `init` is
#   for](../haiku/transform.py#what-the-key-of-init-is-for-breaking-the-symmetry) trains one network from zeros, from
#   0.1 everywhere, and from drawn numbers. Only the last one learned; from 0.1 all hidden units stayed the same.
# - Why are the parameters the first argument? By convention, as
#   [above](#the-parameters-need-not-come-first-cells-20-22).
# - Which shape does a loss have, and why? It is one number, of shape `()`: see [When `grad`
#   refuses](../jax/gradients.py#when-grad-refuses).
#
# ### One seed, and no fresh data (cells 34, 44)
#
# Both exercises use key 0 alone, and measure on the data just trained on. Other seeds and fresh data tell more:
# see [what the regression prints](#what-the-regression-prints-when-it-works-cells-34-40) and [the
# classifier](#the-classifier-trains-but-its-accuracy-is-flattering-cell-44) above.
#
# ### A sum ties the rate to the batch size (cells 21, 31, 43)
#
# The losses of cells 21 and 43 are sums, and `square_loss` may become one. If you double the batch, the gradient of a
# sum doubles on average, and with it the steps of gradient descent: see [One direction, three lengths of
# step](../haiku/update.py#one-direction-three-lengths-of-step).


# %%
def gradient(reduce, examples):
    target = jnp.ones(examples)
    return jax.grad(lambda b: reduce((b - target) ** 2))(0.0)


for reduce in (jnp.sum, jnp.mean):
    print(
        f"{reduce.__name__:4}: {gradient(reduce, 8)} for 8, {gradient(reduce, 16)} for 16"
    )

# %% tags=["hidden"]
assert (gradient(jnp.sum, 16), gradient(jnp.mean, 16)) == (-32, -2)

# %% [markdown]
# ### The error of `jit` is the lesson (cells 36, 37)
#
# The original only shows that the cell fails. Its message names the argument, the place in it, and a way out, and so
# leads to a distinction that you need for `jit`: what is traced, and what is static. [`jit` refuses a `Transformed` as
# an argument](../haiku/compiled_training.py#jit-refuses-a-transformed-as-an-argument) reads the message in three parts.
#
# ### What a lambda captures is frozen (cells 37, 38)
#
# JAX arrays and numbers that the lambda captures keep the values that they had when it was traced, which the original
# does not mention. [Captured values are frozen](../haiku/compiled_training.py#captured-values-are-frozen) shows where
# that goes wrong.

# %%
w = jnp.float32(3.0)
times_w = jax.jit(lambda x: w * x)
print(times_w(1.0))
w = 10 * w
print(times_w(1.0), "and in truth", w * 1.0)

# %% [markdown]
# ### Retracing is not mentioned (cells 35 to 44)
#
# A call with a new shape or dtype is usually traced again. The original does not meet this, since its
# shapes stay the same and its rate is a Python float. A smaller last batch would be, and so would a rate of another
# type: see [When `jit` traces again](../jax/compilation.py#when-jit-traces-again).

# %%
counted = count_traces(lambda x, rate: rate * x)
step = jax.jit(counted)
for what, x, rate in [
    ("first call", jnp.ones(128), 0.1),
    ("another float", jnp.ones(128), 0.2),
    ("64 rows", jnp.ones(64), 0.1),
    ("32 rows", jnp.ones(32), 0.1),
    ("a float32 rate", jnp.ones(128), jnp.float32(0.1)),
    ("an integer", jnp.ones(128), 1),
]:
    start = counted.traces
    step(x, rate)
    print(f"{what:19}{'traced' if counted.traces > start else '-'}")

# %% tags=["hidden"]
assert counted.traces == 5
step(np.ones(128, np.float32), jnp.asarray(0.1))  # a weak type, as a Python float has
assert counted.traces == 5

# %% [markdown]
# Next: [Gradients of anything: `jax.grad`](../jax/gradients.py), where the course begins.
