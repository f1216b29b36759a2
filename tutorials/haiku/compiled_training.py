# %% [markdown]
# # Compile the whole step with `jax.jit`
#
# `jax.jit` turns a whole training step into a single program. Some mistakes undo the gain without an error, so you
# have to know them and count.

# %% tags=["short"]
import haiku as hk
import jax

net = hk.transform(lambda x: (hk.Linear(1)(x) ** 2).mean())
x = jax.random.normal(jax.random.key(1), (8, 3))
p = net.init(jax.random.key(0), x)


@jax.jit
def update(p, _):
    mse, g = jax.value_and_grad(net.apply)(p, None, x)
    return jax.tree.map(lambda p, g: p - 0.1 * g, p, g), mse


print(jax.lax.scan(update, p, length=4)[1])

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - compile a whole update, and say what in it is traced, static or captured;
# - count the traces of a step, and repair a training loop that retraces;
# - compile the loop with `jax.lax.scan`, and donate what you no longer need.
#
# You need: [`jax.jit`](../jax/compilation.py), and a [training loop](../haiku/regression.py).
#
# </div>

# %% [markdown]
# ## Put `@jax.jit` on the whole update
#
# The folded cell brings back the data, the network of two layers, `square_loss` and `my_update` of the last pages.

# %%
import functools

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% tags=["recap"]
from snippets.data import regression_data
from snippets.networks import two_layer_net

inputs, outputs = regression_data(jax.random.key(0))  # (128, 3), (128, 6)
my_haiku_net = hk.without_apply_rng(hk.transform(two_layer_net))
my_haiku_params = my_haiku_net.init(jax.random.key(1), inputs)
learning_rate = 3e-2


def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return loss, new_params


# %% [markdown]
# The next cell has [the form of much Haiku code](update.py#return-new-parameters-and-metrics): a loss of
# `(params, batch)` that closes over the network, and an update that returns the new parameters first, then what you
# want to log. `jax.lax.scan` and many examples of Optax and Flax use the same order.

# %%
from snippets.losses import mean_squared_error

batch = inputs, outputs


def loss_fn(params, batch):
    x, y = batch
    return mean_squared_error(my_haiku_net.apply(params, x), y)


@jax.jit
def update(params, batch):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, loss


params = my_haiku_params
for _ in range(1500):
    params, loss = update(params, batch)
print("loss after 1500 steps:", loss)

# %% tags=["hidden"]
assert 0.7 < loss < 1.4

# %% [markdown]
# For many projects you can stop here. The rest of the page shows what can undo the gain, and how to go one step
# further.
#
# ## Compile all of the step, not a part of it
#
# `update.__wrapped__` is the function without `jit`. Compare both with a version in between: `part` compiles the
# loss and its gradient, and updates the parameters outside. The *jaxpr*, JAX's record of a traced function, shows the
# difference: it lists the operations of a step, and counts a compiled function as one.

# %%
not_compiled = update.__wrapped__
loss_and_gradient = jax.jit(jax.value_and_grad(loss_fn))


def part(params, batch):
    loss, grads = loss_and_gradient(params, batch)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, loss


versions = {
    "not compiled": not_compiled,
    "gradient compiled": part,
    "step compiled": update,
}
for name, step in versions.items():
    operations = jax.make_jaxpr(step)(params, batch).eqns
    print(f"{name:18} {len(operations):2} operations")

# %% [markdown]
# Uncompiled, Haiku runs the network in Python at every call, JAX records it for the gradient, and each operation is
# *dispatched*, or sent to the device, on its own. `part` still dispatches a multiplication and a subtraction for each
# of the four arrays of the parameters. Only `update` is a single program, for which Python runs once, in the first
# call. The times below leave that call out and are the shortest of the fifty that follow.

# %% tags=["varies"]
from snippets.timing import benchmark

microseconds = {
    name: 1e6 * benchmark(step, params, batch, repeats=50)
    for name, step in versions.items()
}
for name, duration in microseconds.items():
    print(f"{name:18} {duration:6.0f} µs a step")

# %% tags=["hidden", "varies"]
assert microseconds["not compiled"] > 3 * microseconds["step compiled"]

# %% [markdown]
# ## `jit` refuses a `Transformed` as an argument
#
# `my_update` of the last pages takes the network as an argument. Compiled as it is, it fails:

# %% raises="TypeError" match="not marked as static"
jax.jit(my_update)(my_haiku_params, my_haiku_net, inputs, outputs, learning_rate)

# %% [markdown]
# Read the message in three parts. *As an abstract array*: unless told otherwise, `jit` traces each argument that you
# pass, and puts a tracer with a shape and a dtype in the place of each array and number. *At path `net.init`*: an
# `hk.Transformed` is a named tuple of two functions, so JAX looked inside it, and found a function, which is not an
# array. *Not marked as static*: this hints at a way out. (`jax.grad` did not mind the network, because by default it
# looks at the first argument only.)
#
# There are two common repairs. You can take the network from outside in a **closure**, as `loss_fn` does, so that it is
# not an argument at all. Or you declare the argument **static**: then `jit` does not trace it, and looks for a program
# that was compiled for its value.


# %%
@jax.jit
def with_closure(params, x, y, lr):
    return my_update(params, my_haiku_net, x, y, lr)


with_static = jax.jit(my_update, static_argnames="net")

loss, _ = with_closure(my_haiku_params, inputs, outputs, learning_rate)
same, _ = with_static(my_haiku_params, my_haiku_net, inputs, outputs, learning_rate)
print("closure", loss, " static", same)

# %% [markdown]
# `jit` looks static values up in a dictionary, so they must be hashable. A named tuple of functions is; arrays,
# lists and dictionaries are not. Types are compared too, so 1, 1.0 and `True`, which are equal in Python, are three
# values.
#
# <details>
# <summary>Two more ways: a lambda, and functools.partial</summary>
#
# A lambda does the same in one line:
# `jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))`. `functools.partial` fills in an
# argument: `jax.jit(functools.partial(my_update, net=my_haiku_net))`. Here the second position still belongs to
# `net`, so a call by position stops with `got multiple values for argument 'net'`. Pass what comes after `net`
# by name: `step(params, input=inputs, target=outputs, learning_rate=0.1)`.
#
# </details>


# %% [markdown]
# ## Captured values are frozen
#
# A closure may capture anything, data included. Below, the targets change between two calls. What will `after`
# be?
#
# - [{{ abs(after - truth) < 1 }}] The loss with the new targets: each call reads the name.
# - [{{ after == before }}] The loss with the old targets: the program holds their values.
# - [{{ after > 2 * before }}] The loss with the new targets: new values make `jit` trace again.

# %% tags=["predict"]
targets = outputs


@jax.jit
def loss_now(params):
    return mean_squared_error(my_haiku_net.apply(params, inputs), targets)


before = loss_now(my_haiku_params)
targets = 10 * outputs
after = loss_now(my_haiku_params)
truth = mean_squared_error(my_haiku_net.apply(my_haiku_params, inputs), targets)
print(f"before {before:.1f}, after {after:.1f}, in truth {truth:.1f}")

# %% [markdown]
# The compiled function does not see the new targets, because the values of `targets` became constants of the program
# while it was traced. Python looks the name up at the next trace, which arguments of another shape would cause, and you
# get no warning.
#
# You will meet the same trap in many repositories, as a method with `static_argnums=0`. Does the second update move
# the parameters?
#
# - [{{ moved > 0 }}] Yes: for `jit`, `self` is the same value as before.
# - [{{ moved < 1e-9 }}] No: for `jit`, a `self` with another rate is another value.
# - [{{ moved == 0 }}] No: the program reads `self.lr` in each call.


# %% tags=["predict"]
class Trainer:
    def __init__(self, net, lr):
        self.net = net
        self.lr = lr

    @functools.partial(jax.jit, static_argnums=0)
    def update(self, params, x, y):
        return my_update(params, self.net, x, y, self.lr)


trainer = Trainer(my_haiku_net, lr=3e-2)
_, first = trainer.update(my_haiku_params, inputs, outputs)
trainer.lr = 0.0
_, second = trainer.update(my_haiku_params, inputs, outputs)
moved = jnp.abs(second["linear"]["w"] - my_haiku_params["linear"]["w"]).max()
print("rate 0, and the weights move by up to", moved)


# %% [markdown]
# It does, with the old rate. `static_argnums=0` makes `self` static, and an ordinary object is equal only to itself.
# So for `jit` the trainer with its new rate is the same static value as before, and the program that it already has
# runs. (A frozen dataclass is compared by its fields, so a second one with another rate gets a program of its own.)
#
# So decide, for everything that your step uses, which of three kinds it is. Parameters, data and often the learning
# rate change from call to call: pass them as *arguments*. The network stays as it is, so you may *capture* it. A
# number of layers, or a flag like `is_training`, selects one of a few programs: make it *static*.

# %% [markdown]
# ## Exercise: the compiled update
#
# One missing target is enough to ruin a network in a single step:

# %%
with_a_gap = outputs.at[5, 2].set(jnp.nan)
gap_loss, ruined = with_closure(my_haiku_params, inputs, with_a_gap, learning_rate)
print("loss", gap_loss)
jax.tree.map(lambda p: f"{jnp.isnan(p).sum()} of {p.size} nan", ruined)

# %% [markdown]
# Define `my_jitted_update(params, x, y, lr)`, a step of `my_update` on `my_haiku_net` that *skips* such a batch.
# It returns a pair: the loss before the step, as it is, and the new parameters. If the loss or any new parameter
# is nan or infinite, the second of the pair is all the parameters as they came in. The whole step is one
# compiled program, which is traced once for each number of rows and works for other data and for any `float` as
# the learning rate. The arguments stay usable.
#
# <details>
# <summary>Hint</summary>
#
# What does an `if` need that a traced array does not have? Which function of `jnp` takes a condition and two
# arrays? All parameters share one condition.
#
# </details>


# %% exercise="compiled-loop" kind="build" minutes="10"
### BEGIN SOLUTION
@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new_params = my_update(params, my_haiku_net, x, y, lr)
    leaves = jax.tree.leaves((loss, new_params))
    finite = jnp.all(jnp.array([jnp.isfinite(leaf).all() for leaf in leaves]))  # ()
    kept = jax.tree.map(lambda n, p: jnp.where(finite, n, p), new_params, params)
    return loss, kept


### END SOLUTION

# %% [markdown]
# The check asks first whether the numbers are right. Then it counts traces and programs, without a clock, by
# `jax.monitoring`.

# %% check="compiled-loop"
from jax import monitoring

from publishing.teaching.checking import Check, differing

_check = Check(
    globals(),
    "my_jitted_update",
    "Captured values are frozen",
    {
        "not marked as static": 'What is a network to jit? Read "`jit` refuses a `Transformed` as an argument" again.',
        "traced array": "While it is traced, the loss has no value for `if` or float. Which function chooses between two arrays?",
        "Non-hashable": "Its second argument is x; a network does not come from the caller.",
        "RuntimeWarning": "That is a warning of NumPy, which computes a part of the step.",
        "": "It takes params, x, y and lr, in this order, for any number of rows.",
    },
)


_many = int(np.random.default_rng(6).integers(129, 200))


def _some(seed, rows=_many):
    """Random parameters and data."""
    draw = np.random.default_rng(seed)
    params = jax.tree.map(lambda p: p + draw.normal(size=p.shape), my_haiku_params)
    data = draw.normal(size=(rows, 3)), draw.normal(0, 5, (rows, 6))
    return jax.tree.map(jnp.float32, (params, *data))


def _reported(kind, *calls):
    """The last result, and what JAX traces or compiles for it."""
    names, minor = [], ("convert_element_type", "copy", "stage")

    def listen(event, seconds, fun_name="", **_):
        names.extend([fun_name] * (kind in event))

    monitoring.register_event_duration_secs_listener(listen)
    try:
        *_, result = [_check.call(*call) for call in calls]
    finally:
        monitoring.unregister_event_duration_listener(listen)
    return result, [name for name in names if not any(part in name for part in minor)]


_draws = [_some(seed) for seed in range(4)]
jax.clear_caches()  # so that each program of the step is compiled again, and reported
_result, _programs = _reported("backend_compile", (*_draws[0], 0.03))
_, _new_rates = _reported("jaxpr_trace", *((*_draws[i], 0.01 * i) for i in (1, 2)))
_, _known_rates = _reported("jaxpr_trace", *((*_draws[i], 0.01) for i in (2, 3)))
_old, _x, _y = _some(9, 5)
_step = jax.jit(lambda params, *data: my_update(params, my_haiku_net, *data))
_loss = jax.jit(lambda params, *data: square_loss(params, my_haiku_net, *data))


_huge = {**_old, "linear": {**_old["linear"], "w": jnp.full((3, 5), 2e38)}}


def _with(array, value):
    changed = np.array(array)
    changed[2, 1] = value
    return jnp.array(changed)


for _when, _case in {
    "": (*_draws[0], 0.03),
    "With a rate that leads to parameters of 1e25, ": (*_draws[1], 1e25),
    "With one row, ": (*_some(8, 1), 0.05),
    "With nan among the targets, ": (_old, _x, _with(_y, np.nan), 0.1),
    "With an infinite input, ": (_old, _with(_x, np.inf), _y, 0.1),
    "With targets whose squares are infinite, ": (_old, _x, 1e25 * _y, 0.1),
    "With infinity in three of four arrays, ": (_old, 1e-9 * _x, 1e3 * _y, 1e38),
    "With targets of 1e16, ": (_old, _x, 1e16 * jnp.sign(_y), 0.1),
    "With weights of 2e38 and inputs of 0, ": (_huge, 0 * _x, _y, 0.1),
}.items():
    _pair = _check.call(*_case, when=_when)
    _pair = tuple(_pair) if isinstance(_pair, list) else _pair
    with jax.default_matmul_precision("highest"):
        (_before, _new), _after = _step(*_case), _loss(_step(*_case)[1], *_case[1:3])
        _captured = {
            "params are those of the page.": _step(my_haiku_params, *_case[1:]),
            "the data are those of the page.": _step(
                _case[0], inputs, outputs, _case[3]
            ),
            "the rate is that of the page.": _step(*_case[:3], learning_rate),
        }
    _fine = all(np.isfinite(leaf).all() for leaf in jax.tree.leaves((_before, _new)))
    _mixed = jax.tree.map(lambda n, p: np.where(np.isfinite(n), n, p), _new, _case[0])
    _uphill = jax.tree.map(lambda n, p: np.subtract(2 * p, n), _new, _case[0])
    _zeroed = jax.tree.map(lambda n, p: np.where(np.isfinite(n), p, n), _new, _case[0])
    _mistakes = _captured | {
        "first in the pair belongs the loss, then the parameters.": (_new, _before),
        "the loss is missing.": _new,
        "the loss is the one after the step.": (_after if _fine else 0.0, _new),
        "the step leads uphill.": (_before, _uphill),
        "": "Where does each number come from, and what comes back if the step is skipped?",
    }
    if _fine:
        _mistakes["the step is skipped, though all is finite."] = _before, _case[0]
    else:
        _mistakes["the step is taken, though not all is finite."] = _before, _new
        if differing(_mixed, _new):
            _told = "some entries take the step, and others do not."
            _mistakes[_told] = _before, _mixed
            _mistakes["a rate of 0 leaves nan: 0 * nan is nan."] = _before, _zeroed
        _first = _pair[0] if isinstance(_pair, tuple) else np.nan
        _hides = all(differing(_first, number) for number in (np.nan, np.inf))
        _told = "the loss of these data is not finite. Return it as it is."
        _check.require(np.isfinite(_before) or not _hides, _when + _told)
    _right = _before, _new if _fine else _case[0]
    _check.agrees(_pair, _right, _mistakes, _when, rtol=1e-4)
_check.require(
    _known_rates or not _new_rates,
    'Each new learning rate is traced and compiled again. Static or traced? Read "Count the traces" below.',
)
_check.require(
    not _known_rates,
    "It is traced again in calls after the first. What is made again at each call, or depends on the data?",
)
_check.require(
    len(_programs) == 1
    and all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(_result[1])),
    f"One call runs {len(_programs)} programs, or leaves a part to NumPy. Which part of the step is"
    ' not compiled with the rest? Read "Compile all of the step, not a part of it" again.',
)
print("One program for all data and rates; a step that is not finite is skipped.")

# %% [markdown]
# As long as it skips nothing, your step is the one of the last page:

# %%
params = my_haiku_params
for _ in range(1500):
    loss, params = my_jitted_update(params, inputs, outputs, 3e-2)
print("loss after 1500 steps:", loss)

# %% tags=["hidden"]
assert 0.7 < loss < 1.4

# %% [markdown]
# ## Count the traces
#
# `jit` looks for a compiled program from an earlier call. It compares:
#
# - the function itself, the values of its static arguments, and options of `jit` such as `donate_argnums`;
# - for each traced argument the tree structure, and the shape, dtype and weak type of each leaf (a Python
#   number is weakly typed);
# - which arguments were passed by position, which by keyword, and which were left out;
# - the context: settings such as `jax.default_matmul_precision`, and how the arrays are placed on devices.
#
# If one of these is new, the function is usually traced and compiled again: it
# [*retraces*](../jax/compilation.py#when-jit-traces-again). The results rarely show it, but a count does:
# `count_traces` wraps a function so that `.traces` says how often Python ran it, and under `jit` Python runs it only to
# trace it.

# %%
from snippets.timing import count_traces

counted_update = count_traces(my_update)
kept = jax.jit(counted_update, static_argnames="net")


def traces_in_three_calls(call):
    before = counted_update.traces
    for rate in (0.01, 0.02, 0.03):
        call(rate)
    return counted_update.traces - before


def one_network(rate):
    return kept(my_haiku_params, my_haiku_net, inputs, outputs, rate)


def fresh_network(rate):
    network = hk.without_apply_rng(hk.transform(two_layer_net))
    return kept(my_haiku_params, network, inputs, outputs, rate)


one, fresh = map(traces_in_three_calls, (one_network, fresh_network))
print("one network:  ", one)
print("fresh network:", fresh)

# %% [markdown]
# Three rates need one trace, because the rate is a traced argument, whose value does not matter. With a fresh network
# there is a trace in each call, because `hk.transform` makes two new functions, and a function is equal only to
# itself.
#
# For the same reason a `jax.jit(lambda ...)` inside the loop traces at each call. A static rate does so for each new
# value:


# %%
def fresh_lambda(rate):
    step = jax.jit(lambda p: counted_update(p, my_haiku_net, inputs, outputs, rate))
    return step(my_haiku_params)


rate_is_static = jax.jit(counted_update, static_argnames=("net", "learning_rate"))


def static_rate(rate):
    return rate_is_static(
        my_haiku_params, my_haiku_net, inputs, outputs, learning_rate=rate
    )


lambdas, static = map(traces_in_three_calls, (fresh_lambda, static_rate))
print("fresh lambdas:", lambdas)
print("static rate:  ", static)

# %% [markdown]
# It is not a mistake, though, to call `hk.transform` *inside* a compiled update, as some of Haiku's own
# examples do. There it runs only while the update is traced, and is not part of what `jit` looks up:


# %%
@jax.jit
def transform_inside(params, x, y, lr):
    network = hk.without_apply_rng(hk.transform(two_layer_net))
    return counted_update(params, network, x, y, lr)


before = counted_update.traces
for rate in (0.01, 0.02, 0.03, 0.04, 0.05):
    transform_inside(my_haiku_params, inputs, outputs, rate)
print("transform inside:", counted_update.traces - before, "trace in 5 calls")

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A static argument may be the wrong choice. Which of these is a good one?
#
# - [{{ static == 1 }}] The learning rate, a plain number with a hash
# - [{{ one == 1 }}] The network, or its number of layers
# - [{{ fresh == 1 }}] A network that is made in each step, and has a hash
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is wrong for what takes many values, since `jit` compiles a program for each of them, and for an object that is
# made again at each call and equal only to itself. Arrays, which are not hashable, cannot be static. It is right for
# what selects the program: a network, the name of an activation, a number of layers.
#
# The learning rate selects nothing, because the step multiplies by it as by any other input. As a traced argument it
# may change at each step, and one program works for all Python floats.
#
# </details>
#
# ## Exercise: predict the traces
#
# Each of these functions compiles the function `f` that it is given and calls it several times.


# %%
def five_rates(f):
    step = jax.jit(f)
    for rate in (0.1, 0.2, 0.3, 0.4, 0.5):
        step(my_haiku_params, batch, rate)


def two_epochs(f):
    step = jax.jit(f)
    for _ in range(2):
        for rows in (slice(0, 48), slice(48, 96), slice(96, 128)):
            step(my_haiku_params, (inputs[rows], outputs[rows]), 0.1)


def falling_rate(f):
    step = jax.jit(f)
    for rate in (1, 0.5, 0.25, 0.125):
        step(my_haiku_params, batch, rate)


# %%
def tuples_and_lists(f):
    step = jax.jit(f)
    step(my_haiku_params, (inputs, outputs), 0.1)
    step(my_haiku_params, [inputs, outputs], 0.1)
    step(my_haiku_params, (outputs[:, :3], outputs), 0.1)
    step(my_haiku_params, [inputs, 2 * outputs], 0.1)


def lambda_in_each_epoch(f):
    for _ in range(3):
        step = jax.jit(lambda params, batch: f(params, batch, 0.1))
        for _ in range(4):
            step(my_haiku_params, batch)


def jit_in_each_epoch(f):
    for _ in range(3):
        step = jax.jit(f)
        for _ in range(4):
            step(my_haiku_params, batch, 0.1)


# %% [markdown]
# Replace each `...` in `traces` by a number: how often does JAX trace `f` in this function? Decide before you
# run anything.
#
# <details>
# <summary>Hint</summary>
#
# Go through the list under "Count the traces" for each call. In the last function, is `f` a new function in
# each epoch?
#
# </details>

# %% exercise="count-traces" kind="predict" minutes="8"
# traces = {
#     "five_rates": ...,
#     "two_epochs": ...,
#     "falling_rate": ...,
#     "tuples_and_lists": ...,
#     "lambda_in_each_epoch": ...,
#     "jit_in_each_epoch": ...,
# }
### BEGIN SOLUTION
traces = {
    "five_rates": 1,
    "two_epochs": 2,
    "falling_rate": 2,
    "tuples_and_lists": 2,
    "lambda_in_each_epoch": 3,
    "jit_in_each_epoch": 1,
}
### END SOLUTION

# %% check="count-traces"
from publishing.teaching.checking import predicted

_scenarios = (
    five_rates,
    two_epochs,
    falling_rate,
    tuples_and_lists,
    lambda_in_each_epoch,
    jit_in_each_epoch,
)
_counts = {}
for _scenario in _scenarios:
    _counted = count_traces(lambda params, batch, lr: lr * batch[0].sum())
    _scenario(_counted)
    _counts[_scenario.__name__] = _counted.traces
predicted(
    globals(),
    "traces",
    _counts,
    {
        "five_rates": "Is the rate traced or static, and are its values part of what jit looks up?",
        "two_epochs": "How many different shapes do the batches have, and does the second epoch bring a new one?",
        "falling_rate": "Look at the types of the four rates: are all of them weakly typed floats?",
        "tuples_and_lists": "Which of the four batches differ in structure, shape or dtype, and which in their values only?",
        "lambda_in_each_epoch": "How many lambdas are made, and how often is each of them called with something new?",
        "jit_in_each_epoch": "jit is called in each epoch. Is what it compiles another function each time?",
    },
)
print("All six agree with the number of traces counted just now.")

# %% [markdown]
# ## Exercise: repair a loop that retraces
#
# This function trains on one batch after the other, each with a learning rate of its own. Its results are right,
# but it is slow. Below, it gets four batches, the last of them smaller.


# %%
def slow_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates, strict=True):
        network = hk.without_apply_rng(hk.transform(two_layer_net))
        step = jax.jit(counted_update, static_argnames=("net", "learning_rate"))
        loss, params = step(params, network, x, y, learning_rate=rate)
        losses.append(float(loss))
    return params, losses


batches = [(inputs[i : i + 40], outputs[i : i + 40]) for i in range(0, 128, 40)]
rates = [0.03 * 0.9**i for i in range(len(batches))]
before = counted_update.traces
_, slow_losses = slow_training(my_haiku_params, batches, rates)
print("losses:", np.round(slow_losses, 1))
print("traces:", counted_update.traces - before)

# %% tags=["hidden"]
assert counted_update.traces - before == len(batches) == 4

# %% [markdown]
# Define `quick_training(params, batches, rates)`, which returns the same parameters and losses, for one batch
# or more, and traces the step *once for each shape of batch*: for any number of batches and any floats as
# rates, and not again when you call `quick_training` a second time. It does not change its arguments.
#
# <details>
# <summary>Hint</summary>
#
# Two things in the loop are new to `jit` in each iteration. Which? And what has to be made outside the
# function, so that its second call finds it again?
#
# </details>

# %% exercise="retracing-loop" kind="repair" minutes="10"
### BEGIN SOLUTION
quick_step = jax.jit(my_update, static_argnames="net")


def quick_training(params, batches, rates):
    losses = []
    for (x, y), rate in zip(batches, rates, strict=True):
        loss, params = quick_step(params, my_haiku_net, x, y, rate)
        losses.append(float(loss))
    return params, losses


### END SOLUTION

# %% [markdown]
# The check counts how often the layers of the network run in Python. Compiled code does not run them.

# %% check="retracing-loop"
from publishing.teaching.checking import Check

_stops = {
    "not marked as static": 'What is a network to jit? Read "`jit` refuses a `Transformed` as an argument" again.',
    "": "It gets a list of pairs (x, y) and a list of as many rates, as slow_training does.",
}
_check = Check(globals(), "quick_training", "Count the traces", _stops)
_step = jax.jit(lambda *given: my_update(*given), static_argnums=1)


def _note(method, args, kwargs, context):  # that a layer runs in Python
    _ran.append(context.method_name)
    return method(*args, **kwargs)


_draw, _ran = np.random.default_rng(5), []
_many, _often = _draw.integers((5, 5), (9, 9)).tolist()
_many = 7 * _many + 3  # rows
_others = [1, 2, 3, 5 * _many]
for _rows in (
    [1, 7],
    [_many, _many, _many, 7, *_others],
    [_many, 7] * _often + 2 * _others,
):
    _begin = jax.tree.map(lambda p: p + _draw.normal(size=p.shape), my_haiku_params)
    _begin = jax.tree.map(jnp.float32, _begin)
    _data = [np.float32(_draw.normal(size=(n, 9))) for n in _rows]
    _batches = [(jnp.array(xy[:, :3]), jnp.array(5 * xy[:, 3:])) for xy in _data]
    _rates = _draw.uniform(0.001, 0.05, len(_rows)).tolist()
    _when = f"With batches of {_rows} rows, "
    _ran.clear()
    with hk.intercept_methods(_note):
        _result = _check.call(_begin, _batches, _rates, when=_when)
    _is_pair = isinstance(_result, tuple | list) and len(_result) == 2
    _told = f"quick_training returns a {type(_result).__name__}, not the pair (parameters, losses)."
    _check.require(_is_pair, _told)
    _params, _losses, _after = _begin, [], []
    with jax.default_matmul_precision("highest"):
        for (_x, _y), _rate in zip(_batches, _rates, strict=True):
            _first_rate = _step(_params, my_haiku_net, _x, _y, _rates[0])[1]
            _before, _params = _step(_params, my_haiku_net, _x, _y, _rate)
            _losses.append(float(_before))
            _after.append(float(_step(_params, my_haiku_net, _x, _y, 0.0)[0]))
        _alone = [float(_step(_begin, my_haiku_net, *xy, 0.0)[0]) for xy in _batches]
    _others = {
        "each is the loss after its step; slow_training gives the one before.": _after,
        "each loss is that of the first parameters. What does the next step start from?": _alone,
        "that is the last loss only.": _losses[-1],
        "those are the parameters; the losses come after them.": _params,
        "": "Does each step use its own batch and rate, and the parameters of the step before?",
    }
    _given, _what = _result[1], "the second of the pair"
    _is_array = isinstance(_given, tuple) or getattr(_given, "ndim", 0) == 1
    _given = list(_given) if _is_array else _given
    _one_each = not isinstance(_given, list) or len(_given) == len(_rows)
    _check.require(_one_each, f"{_when}there is not one loss for each batch.")
    _check.agrees(_given, _losses, _others, _when, _what, rtol=1e-4)
    _others = {"the last step does not have its own rate, but the first.": _first_rate}
    _others[""] = "The losses are right. Which parameters does the last step give?"
    _what = "the first of the pair"
    _check.agrees(_result[0], _params, _others, _when, _what, rtol=1e-4)
_told = "The results are right, but the network runs in Python again and again. What is new to jit at each round?"
_check.require(_ran.count("__call__") <= 4, _told)
_told = "The loop traces once for each shape, but a second call of quick_training traces again. What does each call make?"
_check.require(not _ran, _told)
print("Agrees with a plain loop; a call with known shapes of batches traces nothing.")

# %% [markdown]
# ## Compile the loop with `jax.lax.scan`
#
# Between two steps control returns to Python, which makes the next call, and JAX checks the argument types and
# launches one program. For a step this small, that takes much of the time, so `jax.lax.scan` puts the loop itself
# into the program. It expects a step that takes what is *carried* from one iteration to the next, and that returns
# the new *carry* and something to keep. `sgd_step` is the update of this page with the loss as an argument; it
# returns the new parameters and the loss, in that order.

# %%
from snippets.training import sgd_step


def python_scan(step, carry, length):
    kept = []
    for _ in range(length):
        carry, result = step(carry, None)
        kept.append(result)
    return carry, jnp.stack(kept)


def mse(params, batch):
    x, y = batch
    return mean_squared_error(my_haiku_net.apply(params, x), y)


def scan_step(params, _):
    return sgd_step(mse, params, (inputs, outputs), 3e-2)


_, slow = python_scan(scan_step, my_haiku_params, length=4)
_, fast = jax.lax.scan(scan_step, my_haiku_params, length=4)
print(np.round(slow, 2), np.round(fast, 2))

# %% tags=["plot", "cover"] alt="Params pass from step to step inside one program and come out at the end; the loss of each step is kept."
# Caption: The loop is inside the program: parameters are carried from step to step, and
# losses are kept.
from snippets.drawing import PARAMETERS, RUNS, array, arrow, box, canvas, note

trained, kept = jax.lax.scan(scan_step, my_haiku_params, length=4)
axes, cell, program = canvas(15.6), 3.6, "jax.lax.scan"


def draw_carry(left, tree, of):
    for top, module in ((2.4, "linear"), (5, "linear_1")):
        array(axes, left, top, tree[module]["w"], (), PARAMETERS, 0.5, of=of)
    note(axes, left + 1.6, 9.6, "carry:\nparams", of=of, color=PARAMETERS)


box(axes, 18, 4.6, "\n" * 3, width=24, of=program)
note(axes, 18, 1, "one program", of=program, color=RUNS)
draw_carry(0.6, my_haiku_params, "my_haiku_params")
before, carried = (4.2, 4.6), "def scan_step(params, _)"
losses = f"fast | {np.round(kept, 2)}"
for i in range(4):
    step = box(axes, 9.6 + 5.6 * i, 4.6, "step", of="sgd_step(mse, params")
    arrow(axes, before, step, color=PARAMETERS, of=carried)
    middle = 18 + (i - 1.5) * cell
    arrow(axes, step, (middle, 10.4), of=losses)
    before = step
arrow(axes, before, (31.6, 4.6), color=PARAMETERS, of=carried)
array(axes, 18 - 2 * cell, 10.6, kept, cell=cell, form=".0f", of=losses)
note(axes, 18, 15, f"losses {kept.shape}", of=losses)
draw_carry(32, trained, "_, fast")
plt.show()

# %% [markdown]
# The losses agree, because `python_scan` does what `jax.lax.scan` does here. (`scan` also insists that the carry keeps
# its structure and shapes.) The parameters are the carry, and the losses are kept. If the loop went over data, the
# second argument of the step would be the slice of the data for its iteration; this loop needs none.
#
# `fit`, which you used on the last page, is such a scan under `jit`, with the loss and the number of steps as
# static arguments. Count how often Python runs the loss:

# %%
from snippets.training import fit

counted_loss = count_traces(mse)
for rate in (0.03, 0.01):
    _, losses = fit(counted_loss, my_haiku_params, (inputs, outputs), rate, steps=1500)
    print(f"rate {rate}: loss {losses[0]:.1f} -> {losses[-1]:.3f}")
print("traces of the loss:", counted_loss.traces)

# %% tags=["hidden"]
assert losses.shape == (1500,)
assert counted_loss.traces == 1

# %% [markdown]
# In two runs of 1500 steps at different rates, Python ran the loss once. The price is that plain Python can't
# print, stop early or save in the middle of the program. ([Callbacks](../training/training_loops.py) can print and
# save.) A common compromise is to scan over a hundred steps or so, and return to Python in between.
#
# The comparison that began at the top of the page still lacks one time: that of a step inside the scan.

# %% tags=["varies"]
hundred_steps = functools.partial(
    fit, mse, my_haiku_params, (inputs, outputs), 3e-2, steps=100
)
microseconds["loop compiled (scan)"] = 1e6 * benchmark(hundred_steps, repeats=50) / 100
for name, duration in microseconds.items():
    print(f"{name:20}{duration:8,.0f} µs a step")

# %% tags=["hidden", "varies"]
assert microseconds["not compiled"] > 3 * microseconds["loop compiled (scan)"]

# %% [markdown]
# From top to bottom, Python and JAX have less to do for each step; the arithmetic is the same. In a large network,
# where the arithmetic takes longer than the dispatch, there is less to gain.
#
# ## Donate the old parameters
#
# While a step runs, old and new parameters exist side by side. With millions of them you may want to *donate*
# the old ones, so that the program may reuse their memory for the new ones:

# %%
donating = jax.jit(scan_step, donate_argnums=0)
old = jax.tree.map(jnp.copy, my_haiku_params)
new, loss = donating(old, None)

# %% raises="RuntimeError" match="Array has been deleted"
print(old["linear"]["w"])

# %% [markdown]
# This suits a loop that continues with the new parameters. Do not donate what you still need, to compare or to save.
# Nor should you donate a state that holds one array twice, as when the first average is the parameters themselves: that
# is usually an error. At the size of this network donation saves next to nothing.
#
# ## What can go wrong
#
# - `TypeError: Error interpreting argument to <function my_update ...> as an abstract array. The problematic
#   value is of type <class 'function'> and was passed to the function at path net.init.` A network was
#   traced: capture it, or make it static.
# - `TypeError: my_update() got multiple values for argument 'net'` After a partial that fills in `net=`, pass
#   what follows by name.
# - `ValueError: Non-hashable static arguments are not supported.` A static argument has no hash: trace arrays, make a
#   list a tuple and a dataclass frozen. Or `static_argnums` counts wrongly; it counts from 0.
# - `RuntimeError: Array has been deleted` Usually, the array was donated.
# - No message, and slow: perhaps a lambda, a network or a static value is new at each call. Count the traces.
# - No message, and wrong: perhaps data, a rate or an attribute of `self` was captured and has changed since. Make it an
#   argument.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - `@jax.jit` on an update that closes over the network compiles the whole step. A network as an argument is
#   refused, unless it is static.
# - Numbers and JAX arrays that a compiled function captures are frozen until it is traced again, attributes of a static
#   `self` included.
# - A step usually retraces when its function, a static value, or the structure, shapes, dtypes or weak types of its
#   arguments are new. The results rarely show it, but counting traces does.
# - `jax.lax.scan` compiles the loop too, and donation lets a step reuse the memory of its input.
#
# Next: [State and randomness in a network](state.py), for networks that remember, and for networks that draw
# random numbers.
