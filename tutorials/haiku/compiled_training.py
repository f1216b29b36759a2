# %% [markdown]
# # Compile the whole step
#
# The loop of the last page takes its time: fifteen hundred steps on 128 rows of three numbers, and you
# wait. The arithmetic is not to blame, there is hardly any. `jax.jit` would remove most of the rest, but it
# refuses your update, because one of its arguments is a network. Here you find out what it objects to, get
# round it in four ways, meet the mistakes that undo the gain without a word, and compile the loop itself.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - compile an update that takes a network, and say which of its arguments are traced, static or captured;
# - find out whether your step is compiled once or again and again, and whether it works with old data;
# - turn a training loop into one compiled program with `jax.lax.scan`, and say when that pays.
#
# You need: tracing and `jax.jit` from [jit, and how to time it honestly](../jax/compilation.py), and the
# training loop of [A regression, and how low it can go](../haiku/regression.py).
#
# </div>

# %%
import functools
import time

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

learning_rate = 3e-2  # as on the last page

# %% [markdown]
# The folded cell brings back what you have: the network of two layers, the mean square loss, the update, the
# noisy linear data, and `benchmark`, which leaves out the first call and waits for results.

# %% tags=["recap"]
from snippets.data import regression_data
from snippets.losses import square_loss
from snippets.networks import my_haiku_net_func
from snippets.timing import benchmark
from snippets.training import my_update

inputs, outputs = regression_data(jax.random.key(0))  # (128, 3), (128, 6)
my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(1), inputs)

# %% [markdown]
# ## Most of a step is not arithmetic
#
# How long does one step take, and how many operations is it made of? The jaxpr lists them.

# %% tags=["varies"]
eager_seconds = benchmark(
    my_update, my_haiku_params, my_haiku_net, inputs, outputs, learning_rate
)
jaxpr = jax.make_jaxpr(
    lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate)
)(my_haiku_params)
print(f"one step: {1e3 * eager_seconds:.1f} ms, {len(jaxpr.eqns)} operations")
print(f"1500 steps: about {1500 * eager_seconds:.0f} s")

# %% tags=["hidden"]
assert 25 <= len(jaxpr.eqns) <= 45
assert eager_seconds > 5e-4

# %% [markdown]
# A few dozen operations on arrays of at most 768 numbers need microseconds. The step takes milliseconds: each
# time, Haiku runs your network in Python, JAX records it for the gradient, and every operation is sent off on
# its own. Compiled, all that happens once.
#
# ## `jit` refuses the network

# %% raises="TypeError" match="not marked as static"
jax.jit(my_update)(my_haiku_params, my_haiku_net, inputs, outputs, learning_rate)

# %% [markdown]
# Read it in three parts. *As an abstract array*: `jit` traces your function, so it replaces the arrays in
# its arguments by stand-ins, which have a shape and a type but no values. *At path `net.init`*: JAX looked
# inside the second argument, and found something that has no stand-in. *Not marked as static*: the message
# names a way out. What did it look into?

# %%
print("a tuple:", isinstance(my_haiku_net, tuple), my_haiku_net._fields)
print("hashable:", isinstance(hash(my_haiku_net), int))

# %% [markdown]
# `hk.Transformed` is a named tuple of two functions. A tuple is a pytree, so JAX takes it apart; a function
# is not an array, so it stops. `jax.grad` had no such trouble on the last pages, since it replaces only the
# argument that it differentiates by. The second line is the key to one of the repairs: the tuple has a hash,
# so it can be looked up in a dictionary.
#
# ## Four ways to keep the network out of the trace
#
# The network is no quantity that the step computes with; it decides *which* computation the step is. So
# either `jit` never gets to see it as an argument, or you tell `jit` not to trace it.


# %%
def closure(params, x, y, lr):
    return my_update(params, my_haiku_net, x, y, lr)


four_ways = {
    "closure": jax.jit(closure),
    "lambda": jax.jit(
        lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr)
    ),
    "partial": jax.jit(functools.partial(my_update, net=my_haiku_net)),
    "static": jax.jit(my_update, static_argnums=1),
}

# %% [markdown]
# - A **closure** is a function that reads the network from outside. Its own arguments are arrays, or trees of
#   arrays.
# - A **lambda** is the same without a name. Note that it is made once and kept.
# - **`functools.partial`** fills in one argument beforehand.
# - A **static** argument is not traced. `jit` keeps one compiled program for each value of it, in a
#   dictionary, and for that needs the hash. You may also name it: `static_argnames="net"`.
#
# Static keeps the signature of `my_update`; the first two lack `net`. Partial lacks it too, but look what
# happens if you call it like them:

# %% raises="TypeError" match="multiple values for argument 'net'"
four_ways["partial"](my_haiku_params, inputs, outputs, learning_rate)

# %% [markdown]
# The second position still belongs to `net`, so the inputs land there as well. Whatever stands behind an
# argument that you fill in by name must be passed by name too:

# %%
rest = {"input": inputs, "target": outputs, "learning_rate": learning_rate}
results = {
    "closure": four_ways["closure"](my_haiku_params, inputs, outputs, learning_rate),
    "lambda": four_ways["lambda"](my_haiku_params, inputs, outputs, learning_rate),
    "partial": four_ways["partial"](my_haiku_params, **rest),
    "static": four_ways["static"](
        my_haiku_params, my_haiku_net, inputs, outputs, learning_rate
    ),
}
expected, _ = my_update(my_haiku_params, my_haiku_net, inputs, outputs, learning_rate)
for name, (loss, _) in results.items():
    print(f"{name:8} loss {loss:.3f}")
    assert jnp.isclose(loss, expected, rtol=1e-2)

# %% [markdown]
# All four give the loss of the uncompiled step. Which one you take is a matter of taste.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The practical from which this course grew says that compiling the update directly "won't work", since a
# network "is not an acceptable argument for jit". Why did it say so, and is it true?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Half of it. Every argument is traced unless you say otherwise, and as a *traced* argument a network is
# refused: that is the error above, which reads like a ban. As a *static* argument it is acceptable, because
# it has a hash. A wrapper that hides the network is one way, not the only one.
#
# </details>
#
# ## A fresh function is compiled afresh
#
# Compiled code is kept for the next call, but under which label? Under the function, the values of its static
# arguments, and the shapes and types of all others. A line of Python in your function runs only while it is
# traced, so let such a line count.

# %%
traces = []


def counted_update(params, net, x, y, lr):
    traces.append("traced")
    return my_update(params, net, x, y, lr)


def traces_in_three_calls(call, rates=(0.01, 0.02, 0.03)):
    traces.clear()
    for rate in rates:
        call(rate)
    return len(traces)


one_lambda = jax.jit(
    lambda params, x, y, lr: counted_update(params, my_haiku_net, x, y, lr)
)


def with_one_lambda(rate):
    return one_lambda(my_haiku_params, inputs, outputs, rate)


def with_a_fresh_lambda(rate):
    fresh_lambda = jax.jit(
        lambda params, x, y, lr: counted_update(params, my_haiku_net, x, y, lr)
    )
    return fresh_lambda(my_haiku_params, inputs, outputs, rate)


print(
    "one lambda:    traced", traces_in_three_calls(with_one_lambda), "time in 3 calls"
)
print(
    "fresh lambdas: traced",
    traces_in_three_calls(with_a_fresh_lambda),
    "times in 3 calls",
)

# %% tags=["varies"]
fresh_seconds = benchmark(with_a_fresh_lambda, learning_rate, repeats=3)
print(
    f"fresh lambda: {1e3 * fresh_seconds:.0f} ms a step, not compiled: {1e3 * eager_seconds:.1f} ms"
)

# %% tags=["hidden"]
assert traces_in_three_calls(with_a_fresh_lambda) == 3
assert traces_in_three_calls(with_one_lambda) == 0
assert fresh_seconds > 2 * eager_seconds

# %% [markdown]
# Two lambdas with the same text are two functions. If you write `jax.jit(lambda ...)(...)` inside the loop,
# every step traces and compiles, which takes longer than not compiling at all. Nothing fails, so only the
# count or the clock tells you. (A function defined once, like `my_update`, is found again, even if you write
# `jax.jit(my_update, static_argnums=1)` anew.)
#
# Static arguments have the same weakness. Make the network anew at each call, or declare the rate static as
# well, and count again.


# %%
static_net = jax.jit(counted_update, static_argnums=1)
static_net_and_rate = jax.jit(counted_update, static_argnums=(1, 4))


def with_one_network(rate):
    return static_net(my_haiku_params, my_haiku_net, inputs, outputs, rate)


def with_a_fresh_network(rate):
    network = hk.without_apply_rng(hk.transform(my_haiku_net_func))
    return static_net(my_haiku_params, network, inputs, outputs, rate)


def with_a_static_rate(rate):
    return static_net_and_rate(my_haiku_params, my_haiku_net, inputs, outputs, rate)


for call in (with_one_network, with_a_fresh_network, with_a_static_rate):
    print(f"{call.__name__:21} {traces_in_three_calls(call)}")

# %% tags=["hidden"]
assert traces_in_three_calls(with_one_network) == 0
assert traces_in_three_calls(with_a_fresh_network) == 3
assert traces_in_three_calls(with_a_static_rate, (0.04, 0.05, 0.06)) == 3
assert traces_in_three_calls(with_one_network, (1, jnp.float32(0.01))) == 2
assert hk.transform(my_haiku_net_func) != hk.transform(my_haiku_net_func)
assert not traces_in_three_calls(
    lambda rate: jax.jit(counted_update, static_argnums=1)(
        my_haiku_params, my_haiku_net, inputs, outputs, rate
    )
)

# %% [markdown]
# One network: one trace. A fresh network: three, because each `hk.transform` makes two new functions, and
# functions are equal only to themselves. A static rate: three, one program for each rate.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# When is a static argument wrong? And why is the learning rate not static, although it is a plain number with
# a hash?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is wrong for whatever takes many values, since each is compiled anew; for whatever is made anew at each
# call and equal only to itself; and impossible for arrays, which have no hash. It is right for what selects
# the program: a network, the name of an activation, a number of layers.
#
# The learning rate selects nothing. The step multiplies by it, as it does by any input, and you may want to
# change it at each step. As a traced argument it costs nothing, and one program serves all values. Stay with
# one type, though: the integer `1` after `0.01`, or an array after a Python float, is another type, and means
# one more trace.
#
# </details>
#
# ## What a compiled step captured, it keeps
#
# A closure may read anything from outside, so why not the data? Below, the targets change between two calls.
# Guess what `after` will be.

# %%
current_targets = outputs
captured = jax.jit(
    lambda params, lr: my_update(params, my_haiku_net, inputs, current_targets, lr)
)
before, _ = captured(my_haiku_params, learning_rate)
current_targets = 10 * outputs
after, _ = captured(my_haiku_params, learning_rate)
truth, _ = my_update(
    my_haiku_params, my_haiku_net, inputs, current_targets, learning_rate
)
print(f"before {before:.1f}, after {after:.1f}, in truth {truth:.1f}")

# %% tags=["hidden"]
assert after == before
assert truth > 50 * before

# %% [markdown]
# The compiled step knows nothing of the new targets. While it was traced, the values of `current_targets`
# were written into the program as constants; Python does not look the name up again. There is no error and no
# warning: training goes on, with old data. A learning rate that you capture and then lower stays as high as
# it was.
#
# So sort what your step uses. What changes from call to call is an *argument*. What never changes, like the
# network, may be *captured*. What chooses among a few programs is *static*.
#
# ## Compile half, and you wait for the other half
#
# One more way to lose: you compile only the part that looks like work. Below, `loss_compiled` differentiates
# a compiled loss, `gradient_compiled` compiles loss and gradient together, and in both the parameters are
# updated outside.


# %%
def loss_of_net(params, x, y):
    return square_loss(params, my_haiku_net, x, y)


def step_with(loss_and_gradient):
    def step(params, x, y, lr):
        loss, gradient = loss_and_gradient(params, x, y)
        return loss, jax.tree.map(lambda p, g: p - lr * g, params, gradient)

    return step


loss_compiled = step_with(jax.value_and_grad(jax.jit(loss_of_net)))
gradient_compiled = step_with(jax.jit(jax.value_and_grad(loss_of_net)))
for step in (loss_compiled, gradient_compiled, four_ways["closure"]):
    program = jax.make_jaxpr(step)(my_haiku_params, inputs, outputs, learning_rate)
    print("operations sent off:", len(program.eqns))

# %% [markdown]
# In a jaxpr, all that is compiled together counts as one operation. The first two still convert the rate,
# multiply and subtract for each of the four arrays, one by one. The compiled loss comes in two pieces as
# well, forwards and backwards, and JAX works out how they fit together at each call. Only the whole step is
# a single operation. The figure below shows what that is worth.

# %% tags=["hidden"]
counts = [
    len(jax.make_jaxpr(step)(my_haiku_params, inputs, outputs, learning_rate).eqns)
    for step in (loss_compiled, gradient_compiled, four_ways["closure"])
]
assert counts[0] > counts[1] > counts[2] == 1

# %% [markdown]
# ## Exercise: the compiled update
#
# Define `my_jitted_update(params, x, y, lr)`, one step of `my_update` on `my_haiku_net`. It returns what
# `my_update` returns: the loss before the step, and the new parameters. The whole step is compiled, once, and
# serves other data of the same shapes and any learning rate. The parameters that it is given stay usable.
#
# <details>
# <summary>Hint</summary>
#
# All four ways lead there. The shortest answer is one line. If you take a static argument or a partial, their
# arguments are others than `(params, x, y, lr)`: wrap the compiled function, which you make once, in one that
# calls it.
#
# </details>

# %% exercise="compiled-loop" kind="build" minutes="5"
### BEGIN SOLUTION
my_jitted_update = jax.jit(
    lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr)
)
### END SOLUTION

# %% [markdown]
# The check asks first whether the numbers are right, then whether they come from compiled code. JAX announces
# each trace to whoever listens through `jax.monitoring`, so it can count the traces of any answer.

# %% check="compiled-loop"
from jax import monitoring

FOUR_WAYS = 'Read "Four ways to keep the network out of the trace" again.'
FRESH = 'Read "A fresh function is compiled afresh" again.'
CAPTURED = 'Read "What a compiled step captured, it keeps" again.'
HALF = 'Read "Compile half, and you wait for the other half" again.'


def uncompiled_step(params, x, y, lr):
    loss, gradient = jax.value_and_grad(square_loss)(params, my_haiku_net, x, y)
    return loss, jax.tree.map(lambda p, g: p - lr * g, params, gradient)


def answer(*arguments):
    try:
        result = my_jitted_update(*arguments)
    except NotImplementedError:
        raise
    except Exception as problem:
        hint = (
            f"Does it take these four, and get the network in another way? {FOUR_WAYS}"
        )
        if isinstance(problem, jax.errors.ConcretizationTypeError):
            hint = 'While traced, nothing has a value: leave the loss an array. Read "`jit` refuses the network" again.'
        raise AssertionError(
            f"my_jitted_update(params, x, y, lr) stops with {type(problem).__name__}: {str(problem)[:200]} ... {hint}"
        ) from problem
    is_pair = isinstance(result, (tuple, list)) and len(result) == 2
    assert is_pair, (
        f"It returns no pair (loss, new parameters), but a {type(result).__name__}. {FOUR_WAYS}"
    )
    loss, new = result
    is_number = (
        isinstance(loss, (jax.Array, np.ndarray, np.generic, float))
        and np.shape(loss) == ()
    )
    assert is_number, (
        f"First in the pair belongs the loss, of shape (), then the new parameters: are they swapped? {FOUR_WAYS}"
    )
    assert jax.tree.map(np.shape, new) == shapes, (
        f"Second in the pair belong the new parameters, a tree like the old ones, and these differ from it. {FOUR_WAYS}"
    )
    return loss, new


def agree(mine, right, tolerance=1e-5):
    return all(
        np.allclose(a, b, rtol=tolerance, atol=tolerance)
        for a, b in zip(jax.tree.leaves(mine), jax.tree.leaves(right), strict=True)
    )


def traces_of(params, rates):
    seen = []

    def listen(event, seconds, **_):
        if "jaxpr_trace" in event:
            seen.append(event)

    monitoring.register_event_duration_secs_listener(listen)
    try:
        for rate in rates:
            _, params = answer(params, inputs, outputs, rate)
    finally:
        monitoring.unregister_event_duration_listener(listen)
    return len(seen)


def seconds_of(step):
    begin = time.perf_counter()
    jax.block_until_ready(step(my_haiku_params, inputs, outputs, 0.02))
    return time.perf_counter() - begin


assert callable(my_jitted_update), (
    f"my_jitted_update is no function but a {type(my_jitted_update).__name__}: has it been called already? {FOUR_WAYS}"
)
shapes = jax.tree.map(np.shape, my_haiku_params)
with jax.default_matmul_precision(
    "highest"
):  # so that accelerators do not round differently, compiled and not
    start = my_haiku_net.init(jax.random.key(5), inputs)
    kept = jax.tree.map(np.array, start)
    right = uncompiled_step(start, inputs, outputs, learning_rate)
    mine = answer(start, inputs, outputs, learning_rate)
    assert not any(leaf.is_deleted() for leaf in jax.tree.leaves(start)), (
        "The parameters that it is given are gone afterwards, because they were donated, and here they must stay"
        ' usable. Read "Let go of the old parameters" below.'
    )
    assert agree(start, kept, 0), (
        f"It changes the parameters that it is given; whoever still needs them gets others. Let my_update build new"
        f" ones. {FOUR_WAYS}"
    )
    assert not agree(
        mine[0], uncompiled_step(right[1], inputs, outputs, 0.0)[0], 1e-4
    ), (
        f"It returns the loss after the step; my_update returns the one before. {FOUR_WAYS}"
    )
    assert agree(mine[0], right[0]), (
        f"With other parameters than my_haiku_params, the loss is not that of my_update. Is `params` used, or are"
        f" parameters from outside, frozen when the step was traced? {CAPTURED}"
    )
    assert agree(mine[1], right[1]), (
        f"The loss is right, the new parameters are not: they should be those of my_update, a step of `lr` against the"
        f" gradient. {FOUR_WAYS}"
    )
    x, y = regression_data(jax.random.key(6))
    assert agree(
        answer(start, x, y, learning_rate), uncompiled_step(start, x, y, learning_rate)
    ), (
        f"With other data it does not compute what my_update computes: are x and y used, or is it data from outside,"
        f" frozen when the step was traced? {CAPTURED}"
    )
    mine = right = 0.0, start
    for rate in (0.01, 0.05, 0.02, 0.0):
        mine, right = (
            answer(mine[1], inputs, outputs, rate),
            uncompiled_step(right[1], inputs, outputs, rate),
        )
        assert agree(mine, right), (
            f"With the learning rate {rate} the parameters are not those of the uncompiled loop: is `lr` used, or a"
            f" rate from outside, frozen when the step was traced? {CAPTURED}"
        )
    answer(start, inputs, outputs, 0.01)
    rates = (0.011, 0.012, 0.013)
    traced, traced_again = traces_of(start, rates), traces_of(start, rates)
    assert traced == 0 or traced_again > 0, (
        f"Each new learning rate is compiled anew, {traced} times in three calls: it is static, and should be an"
        f" ordinary argument. {FRESH}"
    )
    assert traced == 0, (
        f"It is traced {traced} times in three calls, after one to warm up. Is a lambda, a compiled function or a"
        f" network made inside of it, at each call? Make it once, outside. {FRESH}"
    )
    try:
        program = jax.make_jaxpr(my_jitted_update)(start, inputs, outputs, 0.01)
        alone = {e.primitive.name for e in program.eqns} & {
            "mul",
            "sub",
            "add",
            "dot_general",
        }
    except (
        Exception
    ):  # some compiled functions cannot be traced again; the clock has the last word
        alone = set()
    assert not alone, (
        f"Not all of it is compiled: {', '.join(sorted(alone))} are still sent off one by one. Compile the function"
        f" that does the whole step, not a part of it. {HALF}"
    )
    seconds = [
        (seconds_of(uncompiled_step), seconds_of(my_jitted_update)) for _ in range(12)
    ]
    ratio = min(slow for slow, _ in seconds) / min(fast for _, fast in seconds)
    assert ratio >= 10, (
        f"It is only {ratio:.1f} times as fast as the uncompiled step, which means that some of it is not compiled, or"
        f" that it waits for something. {HALF}"
    )
print(
    "The parameters of the uncompiled loop, at least ten times as fast: the whole step is compiled, once, for all"
)
print(
    "learning rates and other data of these shapes, and the parameters it is given are left alone."
)

# %% [markdown]
# Now run the loop of the last page with it, and wait for the result before you stop the clock.

# %% tags=["varies"]
params, begin = my_haiku_params, time.perf_counter()
for _ in range(1500):
    loss, params = my_jitted_update(params, inputs, outputs, learning_rate)
jax.block_until_ready(params)
loop_seconds = time.perf_counter() - begin
print(
    f"loss {loss:.3f} after {loop_seconds:.2f} s; not compiled, about {1500 * eager_seconds:.0f} s"
)

# %% tags=["hidden"]
assert loop_seconds < 1500 * eager_seconds / 3
assert 0.8 < loss < 1.2
loop_params, loop_loss = params, loss

# %% [markdown]
# The wait is gone, and the loss ends near 1, which is the variance of the noise in the targets.
#
# ## Compile the loop as well
#
# Between two steps Python still comes round: it calls, JAX checks types and sends off one operation. For a
# step this small that is most of what is left. `jax.lax.scan` puts the loop itself into the program. It wants
# a step that takes what is *carried* from round to round, and returns the new carry and a result to be kept.
# What `scan` computes is this:


# %%
def python_scan(step, carry, length):
    kept = []
    for _ in range(length):
        carry, result = step(carry, None)
        kept.append(result)
    return carry, jnp.stack(kept)


def carry_step(params, _):
    loss, new_params = my_update(params, my_haiku_net, inputs, outputs, learning_rate)
    return new_params, loss  # the carry first, then what is kept


_, slow_losses = python_scan(carry_step, my_haiku_params, length=4)
_, fast_losses = jax.lax.scan(carry_step, my_haiku_params, length=4)
print(np.array(slow_losses).round(2), np.array(fast_losses).round(2))

# %% tags=["hidden"]
assert np.allclose(slow_losses, fast_losses, rtol=2e-2)

# %% [markdown]
# The same losses. Here the parameters are the carry, and the loss before each step is kept. The second
# argument of the step is for data, one slice for each round; this loop needs none. Mind the order: `scan`
# wants the carry first, `my_update` returns it last. Wrapped up as a function, that is a whole training run:

# %%
from snippets.training import fit

# %% tags=["varies"]
for call in ("first", "second"):
    begin = time.perf_counter()
    params, losses = jax.block_until_ready(
        fit(my_haiku_params, my_haiku_net, inputs, outputs, learning_rate, steps=1500)
    )
    fit_seconds = time.perf_counter() - begin
    print(f"{call} call: {fit_seconds:.2f} s, loss {losses[0]:.1f} -> {losses[-1]:.3f}")

# %% tags=["hidden"]
assert losses.shape == (1500,)
assert np.isclose(losses[-1], loop_loss, rtol=2e-2)

# %% [markdown]
# All 1500 losses come back as one array. But the second call takes about as long as the first.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `fit` writes `jax.jit(lambda params: ...)` and calls it on the same line. Is that not the mistake from
# above?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It is the same trade, made on purpose. Each call of `fit` compiles anew, and most of the time that you saw
# is spent on that. One compilation for 1500 steps is cheap; one for each step is not. In return `fit`
# reads its data and its rate afresh at each call, so it cannot work with stale ones, although it captures
# them. If you call it often, compile it once from outside: `jax.jit(fit, static_argnums=(1, 5))`, where the
# network and the number of steps are static, since both decide what the program is. The next cell does so.
#
# </details>
#
# Time all five ways, with a few steps of each and a few runs of 500 for the scan, whose time is divided by
# 500. Other programs can only make a step slower, so the best of five rounds is the fairest figure.

# %% tags=["varies"]
compiled_fit = jax.jit(fit, static_argnums=(1, 5))
one_step = my_haiku_params, inputs, outputs, learning_rate
whole_run = my_haiku_params, my_haiku_net, inputs, outputs, learning_rate, 500


def best_of_five(f, *args, repeats):
    return min(benchmark(f, *args, repeats=repeats) for _ in range(5))


per_step = {
    "not compiled": best_of_five(closure, *one_step, repeats=4),
    "loss compiled": best_of_five(loss_compiled, *one_step, repeats=10),
    "gradient compiled": best_of_five(gradient_compiled, *one_step, repeats=20),
    "step compiled": best_of_five(my_jitted_update, *one_step, repeats=50),
    "loop compiled (scan)": best_of_five(compiled_fit, *whole_run, repeats=2) / 500,
}
for name, seconds in per_step.items():
    print(f"{name:21} {1e6 * seconds:8.1f} µs a step")

# %% tags=["varies"] alt="Log scale: milliseconds uncompiled, under a tenth with the step compiled, least in a scan."
figure, axes = plt.subplots(figsize=(7.6, 3.4), layout="constrained")
microseconds = [1e6 * seconds for seconds in per_step.values()]
bars = axes.barh(list(per_step), microseconds, color="C0")
axes.bar_label(bars, [f"{value:,.0f} µs" for value in microseconds], padding=4)
axes.invert_yaxis()
axes.grid(visible=False, axis="y")
axes.set(
    xscale="log",
    xlim=(min(microseconds) / 4, 10 * max(microseconds)),
    xlabel="time per step in µs (log scale)",
)
axes.set_title("The more is compiled together, the less a step takes")
plt.show()

# %% tags=["hidden"]
assert per_step["not compiled"] > 10 * per_step["step compiled"]
assert per_step["not compiled"] > 20 * per_step["loop compiled (scan)"]
assert 1500 * per_step["loop compiled (scan)"] < fit_seconds / 2
assert (
    per_step["loss compiled"]
    > per_step["step compiled"]
    > per_step["loop compiled (scan)"]
)

# %% [markdown]
# Each bar sends off fewer operations than the one above. The arithmetic is the same in all of them: what
# shrinks is the part that Python has in it. For a large network, where the arithmetic takes longer than
# Python, the lower bars come closer to each other.
#
# ## Let go of the old parameters
#
# While a step runs, old and new parameters exist side by side. With millions of them you may want to
# *donate* the old: `donate_argnums=0` allows the program to write the new parameters over them.

# %%
donating = jax.jit(my_update, static_argnums=1, donate_argnums=0)
old = jax.tree.map(jnp.copy, my_haiku_params)
loss, new = donating(old, my_haiku_net, inputs, outputs, learning_rate)

# %% raises="RuntimeError" match="Array has been deleted"
print(old["linear"]["w"])

# %% [markdown]
# In a loop that goes on with the new parameters, nobody misses the old. If you still need them, to compare,
# do not donate. At the size of this network it saves next to nothing.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TypeError: Error interpreting argument to <function my_update ...> as an abstract array. The problematic
#   value is of type <class 'function'> and was passed to the function at path net.init.` A network was
#   traced: capture it, or make it static.
# - `TypeError: my_update() got multiple values for argument 'net'` After a partial that fills in `net=`, pass
#   what follows by name.
# - `ValueError: Non-hashable static arguments are not supported.` An array was declared static: leave it
#   traced. Or `static_argnums` counts wrongly; it counts from 0.
# - `RuntimeError: Array has been deleted` The array was donated.
# - No message, and slow: a lambda, a network or a static value is new at each call. Count the traces.
# - No message, and wrong: data or a rate was captured and has changed since. Make it an argument.
#
# </div>


# %% tags=["hidden"]
def message_of(call):
    try:
        call()
    except ValueError as problem:
        return str(problem)


assert "Non-hashable static arguments are not supported" in message_of(
    lambda: jax.jit(my_update, static_argnums=(1, 2))(
        my_haiku_params, my_haiku_net, inputs, outputs, 0.1
    )
)

# %% [markdown]
# ## What you learned
#
# - `jax.jit` traces its arguments, and a network is two functions, which cannot be traced. Capture it in a
#   closure, a lambda or a partial, or declare it static.
# - Compiled code is kept under the function, the values of static arguments, and the shapes and types of the
#   others. Whatever of these is new means a new compilation.
# - What a compiled function captures is frozen. What changes belongs among the arguments.
# - Compile the whole step; `jax.lax.scan` compiles the loop too.
#
# Next: [Application: a classifier](../haiku/classifier.py) puts data, loss, update and a compiled loop
# together.
