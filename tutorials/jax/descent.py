# %% [markdown]
# # Gradient descent by hand
#
# You have the parts: gradients, batches, a compiler, and random keys. This page puts them together into a
# program that learns from data. It needs no library, so nothing is hidden, and the problem is small enough that
# you can work out the answer another way. So you can check how low the loss can get and how close you came, and
# see why one learning rate creeps while another explodes.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - train a model whose parameters are a pytree: a loss, a step with `jax.tree.map`, a loop, minibatches;
# - compute the lowest loss that a linear model can reach, and notice when a run stops above it;
# - predict from the data which learning rates diverge, for a linear model.
#
# You need: `jax.value_and_grad` and pytrees from [Gradients of anything: `jax.grad`](../jax/gradients.py),
# `jax.vmap` from [`vmap`: write for one example, run on a batch](../jax/batching.py), `jax.jit` from
# [`jit`, what it refuses, and how to time it](../jax/compilation.py), and `split` and `fold_in` from
# [Random keys, not seeds](../jax/random_keys.py).
#
# </div>

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## A model is a function and a pytree of parameters
#
# Hang a load on a spring and measure how long the spring gets: 5 cm at rest, 2 cm more for every newton, and
# a ruler that is off by half a centimetre or so. The program below sees only the measurements.

# %%
load_key, ruler_key = jax.random.split(jax.random.key(0))
loads = jax.random.uniform(load_key, (64, 1), maxval=4.0)  # (B, 1), newton
error = 0.5 * jax.random.normal(ruler_key, (64, 1))
lengths = 2 * loads + 5 + error  # (B, 1), centimetre

# %% [markdown]
# The model is a straight line, written with a matrix so that it serves for several inputs and outputs too:
#
# $$\hat y = x w + b$$
#
# Its **parameters**, the numbers to be found, are $w$ of shape $(D, K)$ and $b$ of shape $(K,)$, here with
# $D = K = 1$. They travel together in a dictionary, which is a pytree, as the first argument of every
# function that needs them. The **loss** says how wrong they are. Here it is the mean of the squared error
# over all $N = B K$ entries:
#
# $$L(w, b) = \frac{1}{N} \sum_{i,j} \left( \hat y_{ij} - y_{ij} \right)^2$$


# %%
def predict(params, x):
    return x @ params["w"] + params["b"]  # (B, K)


def mean_squared_error(params, x, y):
    return jnp.mean((predict(params, x) - y) ** 2)  # ()


start = {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}
loss, gradient = jax.value_and_grad(mean_squared_error)(start, loads, lengths)
print("loss    ", loss)
print("gradient", gradient)

# %% [markdown]
# With both parameters at zero the line is off by nine or ten centimetres, and the loss is the square of that.
# Both slopes are negative: a larger `w` and a larger `b` would lower the loss.
#
# ## Update every leaf with `jax.tree.map`
#
# The gradient points uphill, so step the other way. The **learning rate** $\eta$ says how far:
#
# $$w' = w - \eta \, \frac{\partial L}{\partial w}, \qquad b' = b - \eta \, \frac{\partial L}{\partial b}$$
#
# Both lines have the same form, so try to write them as one:

# %% raises="TypeError" match="unsupported operand type"
start - 0.1 * gradient

# %% [markdown]
# Python can do arithmetic with arrays, but not with dictionaries of arrays. You could write a line for each
# parameter, and do so again whenever the model changes. Or you use `jax.tree.map`: it takes a function and
# one or more trees of the same structure, calls the function on the leaves that stand in the same place, and
# builds a tree from the results.

# %%
spelled_out = {
    "w": start["w"] - 0.1 * gradient["w"],
    "b": start["b"] - 0.1 * gradient["b"],
}
mapped = jax.tree.map(lambda p, g: p - 0.1 * g, start, gradient)
print(mapped)
print("same:", jax.tree.map(jnp.array_equal, mapped, spelled_out))
print("loss:", mean_squared_error(mapped, loads, lengths))

# %% [markdown]
# Both ways give the same tree, and one step has removed most of the loss. The leaves of the first tree arrive
# as `p`, those of the second as `g`. The line names no parameter, so it works for any tree of floats.
#
# ## Repeat the step: the training loop
#
# Now do it again and again:

# %%
params, losses = start, []
for _ in range(100):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, loads, lengths)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)
    losses.append(float(loss))
print("losses:", np.round(losses[::20], 3), "...", round(losses[-1], 3))
print("w:", params["w"], " b:", params["b"])

# %% [markdown]
# The parameters are close to 2 and 5, which the program was never told. But the loss has stopped falling well
# above zero. Is that a failure?
#
# ## Least squares: how low the loss can get
#
# The errors of the ruler cannot be predicted, so no line goes through all 64 points. Finding the line with the
# smallest squared error is called **least squares**, and for a linear model it needs no descent. Append a
# column of ones to the inputs and call the result $X$; put $w$ and under it $b$ into one matrix $\theta$. At
# the lowest point every slope is zero, and that is where
#
# $$X^\top (X \theta - y) = 0$$
#
# These are linear equations for $\theta$. (The function below solves them without forming $X^\top X$, which would
# lose digits: it subtracts the means, which takes care of $b$, and leaves $w$ to `jnp.linalg.lstsq`.)

# %%
from snippets.linear import least_squares

# %%
best, floor = least_squares(loads, lengths)
print("w:", best["w"], " b:", best["b"])
print(
    f"floor {floor:.5f}, reached {losses[-1]:.5f}: {losses[-1] / floor - 1:.2%} above"
)
print("slopes at the best:", jax.grad(mean_squared_error)(best, loads, lengths))

# %% [markdown]
# Call this lowest loss the **floor**: no straight line does better on these measurements. The slopes there
# are zero up to rounding, and the loop came within half a per cent of it. So the loss stopped falling because
# training was almost done; a flat curve alone could not have told you that.
#
# Why descend at all, if one call solves the problem? Because few models have equations that you can solve.
# For a network all you have is a loss and its gradient.

# %% tags=["hidden"]
assert 9 < float(jnp.sqrt(mean_squared_error(start, loads, lengths))) < 10
assert mean_squared_error(mapped, loads, lengths) < 0.5 * mean_squared_error(
    start, loads, lengths
)
assert abs(float(params["w"][0, 0]) - 2) < 0.2
assert abs(float(params["b"][0]) - 5) < 0.4
assert losses[-1] > 0.2
nested = (
    {"w": jnp.ones(2), "mask": None},
    [jnp.zeros(()), jnp.ones((2, 2), jnp.bfloat16)],
)
moved = jax.tree.map(lambda p, g: p - 0.1 * g, nested, nested)
assert jax.tree.structure(moved) == jax.tree.structure(nested)
assert moved[1][1].dtype == jnp.bfloat16
assert least_squares(loads[:2], lengths[:2])[1] < 1e-6  # two points do fit exactly
doubled = jnp.concatenate([loads, loads], axis=1)  # X^T X is singular
assert abs(least_squares(doubled, lengths)[1] / floor - 1) < 1e-3
for scale in (0.5, 0.9, 0.99, 1.01, 1.1, 2.0):
    near = jax.tree.map(lambda p, scale=scale: scale * p, best)
    assert mean_squared_error(near, loads, lengths) >= floor * (1 - 1e-5)
assert abs(losses[-1] / float(floor) - 1) < 5e-3

# %% [markdown]
# ## Exercise: a loss that stalls too high
#
# Here are 64 taxi rides: kilometres, minutes of waiting, and what each ride cost. The fares have shape
# `(64,)`, as a column has when you read it from a file. `train` is the loop from above, for any number of
# inputs.


# %%
ride_key, fare_key = jax.random.split(jax.random.key(1))
rides = jax.random.uniform(ride_key, (64, 2), maxval=4.0)  # (B, D), km and minutes
noise = 0.3 * jax.random.normal(fare_key, (64,))
fares = 4 + 2 * rides[:, 0] + 0.5 * rides[:, 1] + noise  # (B,), euros


def train(x, y, learning_rate, steps):
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses


taxi, taxi_losses = train(rides, fares, 0.08, 200)
print("w:", taxi["w"].ravel(), " b:", taxi["b"])
print(f"loss {taxi_losses[0]:.2f} -> {taxi_losses[-2]:.4f} -> {taxi_losses[-1]:.4f}")
print(f"floor {least_squares(rides, fares[:, None])[1]:.4f}")

# %% [markdown]
# There is no error and no warning. The loss falls and stalls, at sixty times the floor, with a model that says
# a ride costs 9 euros wherever it goes. (The rule is 4 euros, 2 more for a kilometre, 0.5 more for a minute.)
#
# Find out why, and define `train(x, y, learning_rate, steps)` again, repaired: `y` may have shape `(B,)` or
# `(B, 1)`, and both must give the same result. As above, it starts from zeros and takes `steps` steps down
# the mean squared error. It returns the trained parameters, a dictionary with `D` weights under `"w"` and one
# bias under `"b"`, and the list of losses, each taken *before* its step.
#
# <details>
# <summary>Hint</summary>
#
# Print the shapes of `predict(params, x)`, of `y`, and of their difference, once for each shape of `y`.
#
# </details>

# %% tags=["hidden"]
assert abs(taxi_losses[-2] - taxi_losses[-1]) < 1e-3
assert 55 < taxi_losses[-1] / float(least_squares(rides, fares[:, None])[1]) < 65
assert jnp.abs(taxi["w"]).max() < 0.1
assert 8.5 < float(taxi["b"][0]) < 9.5


# %% exercise="silent-broadcast" kind="repair" minutes="15"
def train(x, y, learning_rate, steps):
    """Fit y = x w + b from zeros: the trained parameters, and the loss before each step."""
    ### BEGIN SOLUTION
    y = y.reshape(-1, 1)  # (B, 1), the shape of the predictions
    params = {"w": jnp.zeros((x.shape[1], 1)), "b": jnp.zeros(1)}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
    ### END SOLUTION


# %% [markdown]
# The check compares a few steps with NumPy, for several numbers of rows and inputs and for both shapes of
# `y`. Then it trains on the taxi rides.

# %% check="silent-broadcast"
assert callable(globals().get("train")), (
    "Exercise silent-broadcast: define the function train in the cell above and run it, then run this check."
)
LOOK_MODEL = 'Read "A model is a function and a pytree of parameters" again.'
LOOK_LOOP = 'Read "Repeat the step: the training loop" again.'
LOOK_FLOOR = 'Read "Least squares: how low the loss can get" again.'


def run_in_numpy(
    x, y, rate, steps, *, all_pairs=False, start_again=False, uphill=False
):
    """The weights, the bias and the losses of a run in 64 bits; the options are mistakes."""
    x, y = np.asarray(x, float), np.asarray(y, float).reshape(-1, 1)
    targets = (
        y.mean() if all_pairs else y
    )  # with all pairs, each prediction meets every target
    w, b, losses = np.zeros((x.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        error = x @ w + b - targets
        losses.append((error**2).mean() + (y.var() if all_pairs else 0))
        if not start_again:
            step = -rate if uphill else rate
            w = w - step * 2 / len(x) * x.T @ error
            b = b - step * 2 * error.mean(keepdims=True)[0]
    return w.ravel(), b, np.array(losses)


def trained(x, y, rate, steps):
    """What `train` returns, as flat weights, bias and losses, or a sentence that says what is wrong with it."""
    shape = "(B,)" if y.ndim == 1 else "(B, 1)"
    try:
        with jax.default_matmul_precision("highest"):
            result = train(x, y, rate, steps)
    except NotImplementedError:
        raise
    except Exception as problem:
        told = " ".join(f"{type(problem).__name__}: {problem}".split())[:200]
        raise AssertionError(
            f"With y of shape {shape}, here {y.shape}, and x of shape {x.shape}, train stops with {told} ..."
            f" Does it use only its arguments, and which shapes do the predictions and y have there? {LOOK_MODEL}"
        ) from problem
    try:
        params, losses = result
        w, b = (np.asarray(params[name], float).ravel() for name in ("w", "b"))
        losses = np.array([float(loss) for loss in losses])
    except Exception as problem:
        raise AssertionError(
            "train must return a pair: the parameters, a dictionary with the arrays w and b, and a list of one loss"
            f" for each step; it returns a {type(result).__name__} that is not of this form. {LOOK_LOOP}"
        ) from problem
    assert (w.size, b.size) == (x.shape[1], 1), (
        f"With {x.shape[1]} inputs and y of shape {shape} there should be {x.shape[1]} weights and 1 bias, but train"
        f" returns {w.size} and {b.size}: has a parameter been broadcast? {LOOK_MODEL}"
    )
    assert losses.shape == (steps,), (
        f"After {steps} steps there should be {steps} losses, one for each step, but train returns {losses.size}."
        f" {LOOK_LOOP}"
    )
    return w, b, losses


def what_went_wrong(losses, x, y, rate, steps):
    mistakes = {
        "Each prediction is still compared with the targets of all rows: for this shape of y, what is the shape of"
        f" their difference? {LOOK_MODEL}": run_in_numpy(
            x, y, rate, steps, all_pairs=True
        )[2],
        f"The loss never changes: each step must go on from the parameters of the one before. {LOOK_LOOP}": run_in_numpy(
            x, y, rate, steps, start_again=True
        )[2],
        'The loss grows: the steps lead uphill. Read "Update every leaf with jax.tree.map" again.': run_in_numpy(
            x, y, rate, steps, uphill=True
        )[2],
        f"These are the losses after each step, not before it. {LOOK_LOOP}": run_in_numpy(
            x, y, rate, steps + 1
        )[2][1:],
    }
    for sentence, theirs in mistakes.items():
        if np.allclose(losses, theirs, rtol=1e-3):
            return sentence
    if np.isclose(losses[0], run_in_numpy(x, y, rate, 1)[2][0], rtol=1e-3):
        return f"The first loss is right, so look at the step: its direction, its length, and where it starts. {LOOK_LOOP}"
    if np.isclose(losses[0], len(x) * run_in_numpy(x, y, rate, 1)[2][0], rtol=1e-3):
        return f"The losses are sums of squared errors, not means. {LOOK_MODEL}"
    return f"Even the first loss differs: it should be the mean squared error with all parameters zero. {LOOK_MODEL}"


numbers = np.random.default_rng(0)
for rows, inputs_, rate, scale in (
    (7, 3, 0.1, 1.0),
    (5, 1, 0.02, -300.0),
):
    trial_x = jnp.float32(numbers.normal(size=(rows, inputs_)))
    column = 2 * trial_x.sum(axis=1, keepdims=True) + numbers.normal(size=(rows, 1))
    column = jnp.float32(scale * column)
    expected = run_in_numpy(trial_x, column, rate, 12)
    for trial_y in (column[:, 0], column):
        w, b, losses_ = trained(trial_x, trial_y, rate, 12)
        assert np.allclose(losses_, expected[2], rtol=2e-3), (
            f"With y of shape {trial_y.shape} and x of shape {trial_x.shape} the first losses should be"
            f" {expected[2][0]:.4g} and {expected[2][1]:.4g}, but train returns {losses_[0]:.4g} and {losses_[1]:.4g}."
            f" {what_went_wrong(losses_, trial_x, trial_y, rate, 12)}"
        )
        both = np.concatenate([w, b]), np.concatenate(expected[:2])
        assert np.allclose(*both, rtol=2e-3, atol=2e-3 * np.abs(both[1]).max()), (
            f"The losses agree, but with y of shape {trial_y.shape} the parameters returned are not those after the"
            f" last step. {LOOK_LOOP}"
        )

w, b, losses_ = trained(rides, fares, 0.08, 200)
taxi_floor = least_squares(rides, fares[:, None])[1]
assert losses_[-1] < 1.02 * taxi_floor, (
    f"A few steps agree, but 200 on the taxi rides end at {losses_[-1]:.4f}, above the floor {taxi_floor:.4f}."
    f" {LOOK_FLOOR}"
)
print(
    f"Both shapes of y agree with NumPy. On the taxi rides the loss is {losses_[-1]:.4f},"
)
print(
    f"the floor {taxi_floor:.4f}; a ride costs {b[0]:.2f} + {w[0]:.2f} per km + {w[1]:.2f} per minute."
)

# %% [markdown]
# ## Return new parameters, do not change the old
#
# Now give the step a function of its own. Much Python code would write the new values into the dictionary
# that the function was given. Use such a step to compare two learning rates, twenty steps each, from the same
# start.


# %%
def careless_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    for name in params:
        params[name] = params[name] - learning_rate * gradient[name]
    return loss


shared = {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}
for rate in (0.1, 0.02):
    run = [float(careless_step(shared, loads, lengths, rate)) for _ in range(20)]
    print(f"rate {rate:4}: loss {run[0]:7.4f} -> {run[-1]:.4f}")

# %% [markdown]
# The slow rate seems to win. But look at where it began: the second run continued where the first had
# stopped, because both hold the same dictionary. Now compile the function and call it four times. Which
# losses will it report, and what will the dictionary hold afterwards?

# %% tags=["predict"]
compiled = jax.jit(careless_step)
shared = {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}
reported = [float(compiled(shared, loads, lengths, 0.1)) for _ in range(4)]
print(np.round(reported, 3))
print(shared)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why should a step return new parameters instead of changing those it was given? And why did the compiled
# step learn nothing at all?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The caller may still need the old parameters: to start again, to compare, or to go back when the loss gets
# worse. If they are changed in place, a result depends on what ran before, and you look for the fault in the
# wrong function.
#
# A compiled function does not even manage to change them. `jax.jit` takes your dictionary apart into arrays and
# hands your function a fresh dictionary of tracers. What the function writes into that one is lost when the
# trace ends: of arrays, only what it returns comes out. So it reports the first loss four times, and the
# dictionary still holds zeros. Return the new tree, and let the caller decide which one to keep.
#
# (A dictionary of *refs* can be changed, even by a compiled function;
# [Refs: the exception](../jax/gradients.py#refs-the-exception) shows how.)
#
# </details>

# %% tags=["hidden"]
assert run[0] < 10
assert len(set(reported)) == 1
assert abs(reported[0] / mean_squared_error(start, loads, lengths) - 1) < 1e-2
assert not any(leaf.any() for leaf in jax.tree.leaves(shared))


@jax.jit
def step_of_refs(refs, x, y, learning_rate):
    params = jax.tree.map(lambda ref: ref[...], refs)
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    for name, ref in refs.items():
        ref[...] = params[name] - learning_rate * gradient[name]
    return loss


refs = jax.tree.map(jax.new_ref, start)
in_place = [float(step_of_refs(refs, loads, lengths, 0.1)) for _ in range(4)]
assert in_place[0] > 3 * in_place[3]
assert abs(float(refs["w"][0, 0]) - float(start["w"][0, 0])) > 0.5

# %% [markdown]
# ## Exercise: one step of gradient descent
#
# Write the step as it should be. Define `sgd_step(params, x, y, learning_rate)`, which takes one step down
# the gradient of `mean_squared_error` (the function above; use it) and returns a pair: the loss *before* the
# step, and the new parameters, a tree like the old. It must work for inputs and outputs of any width and when
# it is compiled, and must leave its arguments as they are.
#
# Here is the same in NumPy, without a gradient. It nudges one entry at a time up by a half and down by a half,
# and takes the difference of the two losses as the slope. For a quadratic loss that is exact, but it needs
# two losses for each entry, where `jax.value_and_grad` needs one call.


# %%
def nudged_loss(params, x, y, name, place, nudge):
    nudged = {key: value.copy() for key, value in params.items()}
    nudged[name][place] += nudge
    return np.mean((x @ nudged["w"] + nudged["b"] - y) ** 2)


def step_in_numpy(params, x, y, learning_rate):
    new_params = {key: value.copy() for key, value in params.items()}
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            up = nudged_loss(params, x, y, name, place, 0.5)
            down = nudged_loss(params, x, y, name, place, -0.5)
            new_params[name][place] -= learning_rate * (up - down)
    loss = np.mean((x @ params["w"] + params["b"] - y) ** 2)
    return loss, new_params


small = {"w": np.array([[1.0], [0.0]]), "b": np.array([1.0])}
small_x, small_y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[1.0], [2.0]])
print(step_in_numpy(small, small_x, small_y, 0.1))

# %% [markdown]
# By hand: the predictions are 2 and 4, the errors 1 and 2, the loss $(1 + 4) / 2$. With the slopes 7, 2 and 3
# the parameters move from 1, 0 and 1 to 0.3, -0.2 and 0.7.
#
# <details>
# <summary>Hint</summary>
#
# One call gives you the loss and all slopes, and another builds the new tree. Which numbers and names in the
# training loop have to become arguments?
#
# </details>

# %% tags=["hidden"]
small_loss, small_new = step_in_numpy(small, small_x, small_y, 0.1)
assert small_loss == 2.5
np.testing.assert_allclose(small_new["w"], [[0.3], [-0.2]], atol=1e-12)
np.testing.assert_allclose(small_new["b"], [0.7], atol=1e-12)


# %% exercise="descend" kind="build" minutes="10"
def sgd_step(params, x, y, learning_rate):
    """One step down the gradient of mean_squared_error: the loss before it, and the new parameters."""
    ### BEGIN SOLUTION
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params
    ### END SOLUTION


# %% [markdown]
# The check takes steps on random problems of several sizes and compares them with `step_in_numpy`. Then it
# compiles yours and takes 500 steps on the spring.

# %% check="descend"
assert callable(globals().get("sgd_step")), (
    "Exercise descend: define the function sgd_step in the cell above and run it, then run this check."
)
READ_LOOP = 'Read "Repeat the step: the training loop" again.'
READ_MODEL = 'Read "A model is a function and a pytree of parameters" again.'
READ_MAP = 'Read "Update every leaf with jax.tree.map" again.'
READ_PLACE = 'Read "Return new parameters, do not change the old" again.'


def first_words(problem):
    return " ".join(f"{type(problem).__name__}: {problem}".split())[:200]


def what_is(value):
    if isinstance(value, (tuple, list)):
        return (
            f"{type(value).__name__} of {', '.join(map(what_is, value)) or 'nothing'}"
        )
    return (
        f"array of shape {np.shape(value)}"
        if hasattr(value, "shape")
        else type(value).__name__
    )


def why_it_stops(message):
    known = {
        "callable value": f"jax.grad takes the function itself, not a loss that is computed already. {READ_MODEL}",
        "positional argument": f"It must take these four arguments, in this order. {READ_LOOP}",
        "scalar-output": f"The loss to differentiate is one number, the mean over all entries. {READ_MODEL}",
        "pytree": f"jax.tree.map needs trees of one structure: is that the gradient, with respect to params? {READ_MAP}",
        "dict": f"Python cannot do arithmetic with dictionaries, but jax.tree.map can reach their leaves. {READ_MAP}",
        "deleted": f"Leave the arguments as they are: the caller may still need them. {READ_PLACE}",
    }
    for words, sentence in known.items():
        if words in message:
            return sentence
    return f"Does it use only its own arguments, and differentiate with respect to params? {READ_LOOP}"


def step_of(given, x, y, rate):
    """What sgd_step returns, if it is a loss and a tree like the given one."""
    before, arrays = dict(given), [*given.values(), x, y]
    try:
        with jax.default_matmul_precision("highest"):
            result = sgd_step(given, x, y, rate)
    except NotImplementedError:
        raise
    except Exception as problem:
        raise AssertionError(
            f"When the check calls sgd_step(params, x, y, learning_rate) with x of shape {x.shape} and y of shape {y.shape},"
            f" it stops with {first_words(problem)} ... {why_it_stops(str(problem))}"
        ) from problem
    assert not any(array.is_deleted() for array in arrays), (
        "sgd_step donates an argument to the compiled function: after the call the array is deleted, and a caller"
        f" that still needs it gets an error. {READ_PLACE}"
    )
    unchanged = given.keys() == before.keys()
    unchanged = unchanged and all(given[name] is before[name] for name in before)
    assert unchanged, (
        f"sgd_step changes the dictionary that it is given, where it should build a new tree. {READ_PLACE}"
    )
    is_pair = isinstance(result, (tuple, list)) and len(result) == 2
    numeric = (jax.Array, np.ndarray, np.generic, float)
    is_pair = is_pair and isinstance(result[0], numeric) and np.shape(result[0]) == ()
    assert is_pair, (
        "sgd_step must return a pair, first the loss of shape (), then the new parameters, but it returns:"
        f" {what_is(result)}. {READ_LOOP}"
    )
    loss, new = result
    is_tree = isinstance(new, dict) and new.keys() == given.keys()
    assert is_tree, (
        f"The new parameters must be a dictionary with the names w and b, but sgd_step returns a {type(new).__name__}"
        f"{f' with {sorted(map(str, new))}' if isinstance(new, dict) else ''}. {READ_MAP}"
    )
    shapes, wanted = (
        {name: getattr(tree[name], "shape", None) for name in given}
        for tree in (new, given)
    )
    assert shapes == wanted, (
        f"The new parameters must be arrays with the shapes of the old, {wanted}, but they have {shapes}. {READ_MAP}"
    )
    try:
        return float(loss), {
            name: np.asarray(leaf, float) for name, leaf in new.items()
        }
    except Exception as problem:
        raise AssertionError(
            f"The check cannot read the numbers that sgd_step returns: {first_words(problem)} ... {READ_LOOP}"
        ) from problem


def why_this_loss(loss, expected, after, entries):
    known = {
        after: "Yours is the loss after the step, at the new parameters.",
        entries * expected: "Yours is the sum over the entries, not their mean.",
        expected / 2: "Yours is half of it.",
    }
    for value, reason in known.items():
        if np.isclose(loss, value, rtol=1e-3):
            return reason
    return "Which loss is it, at which parameters?"


def why_these_parameters(new, old, slopes, rate, outputs, entries):
    """The sentence of the first known mistake that gives these parameters."""

    def moved(step):
        return {name: old[name] - step(slopes[name]) for name in old}

    whole = np.sqrt(sum((slope**2).sum() for slope in slopes.values()))
    known = [
        (
            moved(lambda s: -rate * s),
            "They moved uphill: the loss grows along the gradient, so subtract it.",
        ),
        (
            {name: slopes[name] - rate * old[name] for name in old},
            "They are the gradient minus learning_rate times the parameters: jax.tree.map gets its two trees in the"
            " other order than its function gets their leaves.",
        ),
        (slopes, "They are the gradient itself, and not the parameters after a step."),
        (
            old,
            "They are the old ones: the result of jax.tree.map is a new tree, to be returned.",
        ),
        (
            moved(lambda s: s),
            "They moved by the whole gradient: learning_rate is not used.",
        ),
        (
            moved(lambda s: 0.1 * s),
            "They moved by 0.1 times the gradient, whatever learning_rate is.",
        ),
        (
            moved(lambda s: rate * rate * s),
            "The learning rate is applied twice.",
        ),
        (
            moved(lambda s: rate * s / 2),
            "They moved half as far as they should: the derivative of e² is 2 e.",
        ),
        (
            moved(lambda s: rate * s * entries),
            "They moved along the gradient of the sum, not of the mean.",
        ),
        (
            moved(lambda s: rate * s * outputs),
            "They moved too far: the mean is over the outputs too, not only over rows.",
        ),
        (
            moved(lambda s: rate * s / whole),
            "The gradient is divided by its length, which makes the step as long as the learning rate.",
        ),
        (moved(lambda s: rate * np.sign(s)), "Only the sign of the gradient is used."),
        (
            moved(lambda s: rate * s.mean()),
            "All entries of a leaf moved by one number: each has a slope of its own.",
        ),
    ]
    right = moved(lambda s: rate * s)

    def near(one, other, part):
        close = (
            1e-3 * part * max(np.abs(rate * slope).max() for slope in slopes.values())
        )
        return all(
            np.allclose(one[name], other[name], rtol=1e-6, atol=close) for name in one
        )

    for theirs, sentence in known:
        if near(new, theirs, 1) and not near(theirs, right, 5):
            return sentence
    still = [
        name for name in new if np.allclose(new[name], old[name], rtol=0, atol=1e-7)
    ]
    if still:
        return f"{still[0]} did not move at all."
    along = [(old[name] - new[name]) * np.sign(slopes[name]) for name in new]
    if all(
        (a <= 1.001 * rate * np.abs(slopes[name])).all()
        for a, name in zip(along, new, strict=True)
    ):
        return "Some entries move less than learning_rate times their slope, or the other way: is the gradient clipped?"
    return "Each entry moves by learning_rate times its own slope at the parameters given, and by nothing else."


numbers = np.random.default_rng(0)
# rows, inputs, outputs, size of the parameters, size of the errors, learning rate
for rows, inputs_, outputs_, size, residual, rate in (
    (7, 4, 3, 1.0, 1.0, 0.4),
    (7, 4, 3, 1.0, 1.0, 0.02),
    (1, 1, 1, 1.0, 1.0, 0.3),
    (6, 3, 2, 1.0, 3000.0, 0.01),
    (5, 2, 1, 30.0, 0.1, 0.5),
):
    trial_x, w, b, errors = (
        np.float32(numbers.normal(size=shape))
        for shape in ((rows, inputs_), (inputs_, outputs_), outputs_, (rows, outputs_))
    )
    trial = {"w": size * w, "b": size * b}
    trial_y = np.float32(trial_x @ trial["w"] + trial["b"] - residual * errors)
    exact = [jax.tree.map(np.float64, part) for part in (trial, trial_x, trial_y)]
    expected, target = step_in_numpy(*exact, rate)
    slopes = {name: (exact[0][name] - target[name]) / rate for name in trial}
    after = np.mean((exact[1] @ target["w"] + target["b"] - exact[2]) ** 2)
    given = jax.tree.map(jnp.asarray, (trial, trial_x, trial_y))
    loss, new = step_of(dict(given[0]), *given[1:], rate)
    entries = rows * outputs_
    assert np.isclose(loss, expected, rtol=1e-3), (
        f"At the parameters given, before the step, the mean squared error over all {entries} entries is {expected:.5g},"
        f" but sgd_step returns {loss:.5g}. {why_this_loss(loss, expected, after, entries)} {READ_MODEL}"
    )
    for name in new:
        step = np.abs(target[name] - exact[0][name]).max()
        assert np.allclose(new[name], target[name], rtol=5e-7, atol=1e-3 * step), (
            f"With learning rate {rate} and parameters of shapes {inputs_, outputs_} and {(outputs_,)}, the new {name} is"
            f" not where the step should end. {why_these_parameters(new, exact[0], slopes, rate, outputs_, entries)}"
            f" {READ_MAP}"
        )
    again = step_of(dict(given[0]), *given[1:], rate)
    repeated = np.isclose(again[0], loss, rtol=1e-4) and all(
        np.allclose(again[1][name], new[name], rtol=1e-5, atol=1e-4 * size)
        for name in new
    )
    assert repeated, (
        "The same call gives another result the second time: a step must depend on its arguments only, and keep nothing"
        f" from one call to the next. {READ_PLACE}"
    )


def why_not_compiled(problem):
    if isinstance(problem, jax.errors.TracerBoolConversionError):
        return "a Python if, and, or while needs a number, and a tracer has none: leave such a test out"
    if isinstance(problem, jax.errors.UnexpectedTracerError):
        return "something is kept from one call to the next, outside the function"
    return "compute with jnp, and use neither NumPy nor float() on a tracer"


try:
    compiled_step, spring = (
        jax.jit(sgd_step),
        {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)},
    )
    for _ in range(500):
        loss, spring = compiled_step(spring, loads, lengths, 0.1)
    loss = float(loss)
except Exception as problem:
    raise AssertionError(
        f"One step is right, but compiled by jax.jit it stops with {first_words(problem)} ... The reason:"
        f" {why_not_compiled(problem)}. {READ_PLACE}"
    ) from problem
assert abs(loss / floor - 1) < 0.01, (
    f"500 compiled steps with learning rate 0.1 on the spring reach {loss:.4f}, not the floor {floor:.4f}, though one"
    f" step is right: does it depend on anything but its arguments? {READ_PLACE}"
)
print(
    "Five steps of several sizes agree with step_in_numpy, and the arguments are left as they were."
)
print(f"500 compiled steps on the spring reach {loss:.5f}; the floor is {floor:.5f}.")

# %% [markdown]
# ## Try three learning rates
#
# Compile your step and wrap it in a loop that keeps every loss and every tree on the way. Three learning
# rates can now share a start, since the step changes nothing in place.

# %%
step = jax.jit(sgd_step)


def descend(params, x, y, learning_rate, steps):
    losses, path = [], [params]
    for _ in range(steps):
        loss, params = step(params, x, y, learning_rate)
        losses.append(float(loss))
        path.append(params)
    return np.array(losses), path


runs = {rate: descend(start, loads, lengths, rate, 400) for rate in (0.02, 0.13, 0.15)}
for rate, (losses, _) in runs.items():
    print(f"rate {rate}: {losses[0]:.2f} -> {losses[-1]:.4g}")

# %% alt="Loss by step: rate 0.02 nears the floor after 400 steps, 0.13 within 100; 0.15 leaves the picture at the top." tags=["plot"]
figure, axes = plt.subplots(layout="constrained")
for losses, _ in runs.values():
    axes.semilogy(losses)
axes.axhline(float(floor), color="C3", linestyle="--")
axes.text(390, float(floor) * 0.9, "floor", color="C3", ha="right", va="top")
axes.text(150, 0.75, "rate 0.02", color="C0")
axes.text(13, 14, "rate 0.13", color="C1")
axes.text(22, 600, "rate 0.15", color="C2")
axes.set(
    xlabel="step",
    ylabel="mean squared error (cm²)",
    ylim=(0.1, 2000),
    title="Rate 0.13 converges, rate 0.15 diverges",
)
plt.show()

# %% [markdown]
# With the slow rate the loss falls at once, then creeps. The middle one overtakes it. With a rate only a
# little larger the loss explodes: at the end it is {{ runs[0.15][0][-1]:.0f }}, more than `float32` can hold.
#
# ## Draw the path over the loss surface
#
# With two parameters, the loss is a surface over the plane of $w$ and $b$, and a run is a path on it. Compute
# the surface on a grid with `vmap` over one axis, then over the other.


# %%
def loss_at(w, b):
    return mean_squared_error({"w": w[None, None], "b": b[None]}, loads, lengths)


w_axis, b_axis = jnp.linspace(-1.0, 6.0, 141), jnp.linspace(-1.0, 7.0, 161)
along_w = jax.vmap(loss_at, in_axes=(0, None))
surface = jax.vmap(along_w, in_axes=(None, 0))(w_axis, b_axis)  # (161, 141)

# %% alt="In a long narrow valley, rate 0.02 turns and creeps along the bottom; rate 0.13 jumps from side to side." tags=["plot", "cover"]
figure, (slow, fast) = plt.subplots(
    1, 2, figsize=(8.4, 4.4), sharey=True, layout="constrained"
)
levels = float(floor) + np.array([0.1, 0.5, 2, 8, 32, 128])
for axes, rate, colour in ((slow, 0.02, "C0"), (fast, 0.13, "C1")):
    path = runs[rate][1][:41]
    axes.contour(w_axis, b_axis, surface, levels=levels, colors="C2", linewidths=0.9)
    axes.plot(
        [p["w"].item() for p in path],
        [p["b"].item() for p in path],
        f"{colour}.-",
        linewidth=1,
    )
    axes.plot(best["w"].item(), best["b"].item(), "C3*", markersize=12)
    axes.annotate(
        "start", (0, 0), xytext=(-4, -12), textcoords="offset points", ha="center"
    )
    axes.annotate(
        "best",
        (best["w"].item(), best["b"].item()),
        xytext=(8, 4),
        textcoords="offset points",
    )
    axes.set(
        xlabel="w (cm per newton)", title=f"40 steps at rate {rate}", aspect="equal"
    )
slow.set(ylabel="b (cm)")
plt.show()

# %% [markdown]
# The surface is a long, narrow valley. The gradient is at right angles to the contour lines, so it points
# across the valley rather than along it to the star. The slow rate runs down the side, turns, and creeps
# along the bottom, where the slope is small. With the fast rate each step lands on the opposite side, a
# little lower.
#
# ## Which learning rates diverge?
#
# Take a single parameter and a loss that is a parabola around its best value $\theta^*$:
#
# $$L(\theta) = \frac{\lambda}{2} (\theta - \theta^*)^2 + \text{constant}, \qquad
# L'(\theta) = \lambda \, (\theta - \theta^*)$$
#
# The number $\lambda$, the second derivative, is the **curvature**: how fast the slope changes.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# By what factor does one step with learning rate $\eta$ multiply the distance $\theta - \theta^*$? For which
# $\eta$ does the distance grow?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# A step gives $\theta' - \theta^* = \theta - \theta^* - \eta \lambda (\theta - \theta^*) =
# (1 - \eta \lambda) (\theta - \theta^*)$, so the factor is $1 - \eta \lambda$. The distance grows if
# $|1 - \eta \lambda| > 1$, and for positive $\eta$ and $\lambda$ this means $\eta > 2 / \lambda$. Between
# $1 / \lambda$ and $2 / \lambda$ the factor is negative: $\theta$ changes sides at each step and still comes
# closer.
#
# </details>
#
# ## Exercise: predict which rates diverge
#
# A line through the origin has one parameter, its slope `w`. Two measurements, (1, 2) and (3, 6), lie on the
# line with `w = 2`:


# %%
def line_loss(w, x, y):
    return jnp.mean((w * x - y) ** 2)


line_x, line_y = jnp.array([1.0, 3.0]), jnp.array([2.0, 6.0])

# %% [markdown]
# Predict with pencil and paper, before you run anything:
#
# - `factors`: by what one step of gradient descent on `line_loss` multiplies the distance `w - 2`, sign
#   included, for the learning rates 0.05, 0.15 and 0.25.
# - `limits`: above which learning rate gradient descent diverges, for `line_loss` as it is (`"as it is"`), and
#   after one change each: `jnp.sum` in the place of `jnp.mean` (`"sum"`), every `x` ten times as large
#   (`"x times 10"`), every `y` ten times as large (`"y times 10"`), each of the two measurements listed twice
#   (`"rows twice"`).

# %% exercise="diverging-rates" kind="predict" minutes="15"
# In this form, with numbers in the place of the dots:
# factors = {0.05: ..., 0.15: ..., 0.25: ...}
# limits = {"as it is": ..., "sum": ..., "x times 10": ..., "y times 10": ..., "rows twice": ...}
### BEGIN SOLUTION
# The slope is the mean of 2 x (w x - y) = 2 x² (w - 2), so λ = 2 · (1 + 9) / 2 = 10.
factors = {0.05: 0.5, 0.15: -0.5, 0.25: -1.5}
limits = {
    "as it is": 0.2,
    "sum": 0.1,
    "x times 10": 0.002,
    "y times 10": 0.2,
    "rows twice": 0.2,
}
### END SOLUTION

# %% [markdown]
# The check takes these steps and compares.

# %% check="diverging-rates"
READ_RATES = 'Read "Which learning rates diverge?" again.'


def line_settings():
    def total(w, x, y):
        return jnp.sum((w * x - y) ** 2)

    twice = jnp.concatenate([line_x, line_x]), jnp.concatenate([line_y, line_y])
    return {  # the loss, its data, and the best w
        "as it is": (line_loss, (line_x, line_y), 2.0),
        "sum": (total, (line_x, line_y), 2.0),
        "x times 10": (line_loss, (10 * line_x, line_y), 0.2),
        "y times 10": (line_loss, (line_x, 10 * line_y), 20.0),
        "rows twice": (line_loss, twice, 2.0),
    }


def factor_of(setting, rate):
    """By what one step, taken from a distance of 1, multiplies the distance to the best w."""
    loss_of, data, best_w = line_settings()[setting]
    return float(best_w + 1 - rate * jax.grad(loss_of)(best_w + 1, *data) - best_w)


def predicted(name, keys):
    assert name in globals(), (
        f"Exercise diverging-rates: define {name} in the cell above and run it, then run this check."
    )
    given = globals()[name]
    is_filled = isinstance(given, dict) and given.keys() == set(keys)
    assert is_filled, (
        f"{name} must be a dictionary with the keys {list(keys)}, but it is"
        f" {f'one with {list(given)}' if isinstance(given, dict) else f'a {type(given).__name__}'}. {READ_RATES}"
    )
    values = {}
    for key in keys:
        try:
            values[key] = float(np.asarray(given[key]).item())
        except Exception:
            values[key] = np.nan
        assert np.isfinite(values[key]), (
            f"{name}[{key!r}] must be a number, but it is {given[key]!r}: write one that you worked out. {READ_RATES}"
        )
    return values


HINTS = {
    "as it is": "Write the slope of line_loss as λ (w - 2); what is λ?",
    "sum": "What does the sum do to the slope, compared with the mean?",
    "x times 10": "How does λ depend on x?",
    "y times 10": "Does λ depend on y?",
    "rows twice": "What does the mean become when each measurement is there twice?",
}

for rate, value in predicted("factors", (0.05, 0.15, 0.25)).items():
    truth = factor_of("as it is", rate)
    if np.isclose(value, truth, rtol=0.01):
        continue
    if np.isclose(value, -truth, rtol=0.01):
        why = (
            "The size is right, but not the sign: on which side of 2 does the step end?"
        )
    elif np.isclose(1 - value, (1 - truth) / 2, rtol=0.01):
        why = "Your λ is half of what it should be: the derivative of e² is 2 e."
    elif np.isclose(1 - value, (1 - truth) * 2, rtol=0.01):
        why = "Your λ is twice what it should be: line_loss takes the mean of the two, not the sum."
    elif np.isclose(value, 1 - truth, rtol=0.01):
        why = "That is the part by which the distance changes: what is left of it?"
    else:
        why = HINTS["as it is"]
    raise AssertionError(
        f"factors[{rate}]: a step does not multiply the distance by {value:g}. {why} {READ_RATES}"
    )
for setting, value in predicted("limits", HINTS).items():
    factor = factor_of(setting, value)
    assert np.isclose(factor, -1, atol=0.02), (
        f"limits[{setting!r}]: with the learning rate {value:g} one step multiplies the distance by {factor:.3g}, and at"
        f" the limit that factor is -1. {HINTS[setting]} {READ_RATES}"
    )
print(
    "Your predictions agree with the steps that the check took: three factors and five limits."
)

# %% [markdown]
# ## Read the limit off the curvature
#
# With several parameters there is a curvature in every direction, and for a linear model with a mean squared
# error the largest one sets the limit, $2 / \lambda_{\max}$. Its curvatures are the **eigenvalues** of the
# matrix of second derivatives, the **Hessian**, which is the same wherever the parameters are. With the $X$
# from above it is, for each output,
#
# $$H = \frac{2}{N} X^\top X$$
#
# <details>
# <summary>Why the eigenvalues, and what to do for another loss</summary>
#
# The squared error is a quadratic function of all parameters $\theta$, and its gradient is
# $H (\theta - \theta^*)$. So a step gives $\theta' - \theta^* = (I - \eta H) (\theta - \theta^*)$. If
# $\theta - \theta^*$ is an eigenvector of $H$ with eigenvalue $\lambda$, that is
# $(1 - \eta \lambda) (\theta - \theta^*)$: in each of these directions a step does what it does for one
# parameter.
#
# Where you have no formula, `jax.hessian(loss)` computes $H$. For a dictionary of parameters it returns a
# dictionary of dictionaries. To get a matrix, first turn the tree into one vector: `ravel_pytree` from
# `jax.flatten_util` returns that vector and a function that turns it back into the tree, so that you can take
# the Hessian of `lambda theta: mean_squared_error(unravel(theta), x, y)`. For large networks it is too big.
#
# </details>


# %%
def curvatures(x, outputs=1):
    columns = jnp.concatenate([x, jnp.ones((len(x), 1))], axis=1)  # (B, D + 1)
    return jnp.linalg.eigvalsh(2 / (len(x) * outputs) * columns.T @ columns)


eigenvalues = curvatures(loads)
print("curvatures", eigenvalues)
print("factor per step  along  across")
for rate in runs:
    along, across = 1 - rate * eigenvalues
    print(f"rate {rate:<4}       {along:6.3f}  {across:6.3f}")

# %% [markdown]
# The curvature across the valley is about thirty times that along it, and the figures show these factors.
# Rate 0.02 keeps 99 % of the distance along the valley at each step: it creeps. At 0.13 the factor across is
# negative and smaller than one in size: it zigzags and arrives. At 0.15 it is below $-1$, and each step ends
# farther out than it began. Now try three per cent below the limit, and three above.

# %%
limit = 2 / eigenvalues[-1]
print(f"limit {limit:.4f}")
for share in (0.97, 1.03):
    losses, _ = descend(start, loads, lengths, share * limit, 300)
    print(f"rate {share * limit:.4f}: loss {losses[0]:.2f} -> {losses[-1]:.4g}")

# %% [markdown]
# Below the limit the run reaches the floor; above it the loss grows without end. The inputs decided that before
# the first step. (Unless it starts exactly at the best parameters.)

# %% tags=["hidden"]
from jax.flatten_util import ravel_pytree

wave_x = jnp.linspace(-1.0, 1.0, 20)[:, None]  # (B, 1)
hidden_key, out_key = jax.random.split(jax.random.key(1))
units = {"w": jax.random.normal(hidden_key, (1, 20)), "b": jnp.zeros(20)}
last = {"w": jax.random.normal(out_key, (20, 1)) / 20**0.5, "b": jnp.zeros(1)}
theta_start, unravel = ravel_pytree((units, last))  # (61,)


def wave_loss(theta):
    units, last = unravel(theta)
    return mean_squared_error(
        last, jnp.tanh(predict(units, wave_x)), jnp.sin(3 * wave_x)
    )


@jax.jit
def largest_curvature(theta):
    return jnp.linalg.eigvalsh(jax.hessian(wave_loss)(theta))[-1]


@jax.jit
def hundred_steps(theta, rate):
    def one_step(theta, _):
        return theta - rate * jax.grad(wave_loss)(theta), None

    return jax.lax.scan(one_step, theta, length=100)[0]


sharpness, final = {}, {}
for rate in (0.2, 0.4):
    theta, sharpness[rate] = theta_start, []
    for _ in range(40):
        sharpness[rate].append(float(largest_curvature(theta)))
        theta = hundred_steps(theta, rate)
    final[rate] = float(wave_loss(theta))

# %% [markdown]
# In a network the curvature changes on the way. When we trained 20 tanh units on a sine wave, the loss was
# {{ wave_loss(theta_start):.1f}} at the start. With rate 0.2 the largest curvature climbed from
# {{ sharpness[0.2][0]:.1f}} to the limit, 10, and stayed there; after 4000 steps the loss was {{ final[0.2]:.3f}}. With
# rate 0.4 the run *began* above its limit of 5, and large steps threw it to a flatter place (loss
# {{ final[0.4]:.3f}}). This is known as the *edge of stability*. From other starts, or at much larger rates, a network
# does diverge.

# %% tags=["hidden"]
assert 1.005 < runs[0.02][0][-1] / float(floor) < 1.02
assert abs(runs[0.13][0][100] / float(floor) - 1) < 0.01
assert not np.isfinite(runs[0.15][0][-1])
assert 25 < eigenvalues[1] / eigenvalues[0] < 35
assert 0.985 < 1 - 0.02 * eigenvalues[0] < 0.995
assert -1 < 1 - 0.13 * eigenvalues[1] < 0
assert 1 - 0.15 * eigenvalues[1] < -1
assert losses[-1] > 1e6
assert abs(descend(start, loads, lengths, 0.97 * limit, 300)[0][-1] / floor - 1) < 5e-3
for rate, path in sharpness.items():
    settled = np.array(path[20:]) * rate / 2  # in units of the limit
    assert 0.8 < settled.mean() < 1.2
    assert settled.max() < 1.5
assert sharpness[0.2][0] < 0.9 * 10
assert sharpness[0.4][0] > 1.2 * 5
for rate in (0.2, 0.4):
    end = theta_start
    for _ in range(40):
        end = hundred_steps(end, rate)
    assert wave_loss(end) < 0.05 * wave_loss(theta_start)
assert not jnp.isfinite(wave_loss(hundred_steps(theta_start, 4.0)))
hidden_key, out_key = jax.random.split(jax.random.key(0))
units["w"] = jax.random.normal(hidden_key, (1, 20))
last["w"] = jax.random.normal(out_key, (20, 1)) / 20**0.5
other = hundred_steps(ravel_pytree((units, last))[0], 0.4)
assert not jnp.isfinite(wave_loss(hundred_steps(other, 0.4)))
exact = {"w": jnp.array([[2.0]]), "b": jnp.zeros(1)}
assert descend(exact, line_x[:, None], line_y[:, None], 10.0, 100)[0][-1] == 0.0
flat, unravel_line = ravel_pytree(start)
by_jax = jax.hessian(
    lambda theta: mean_squared_error(unravel_line(theta), loads, lengths)
)
np.testing.assert_allclose(jnp.linalg.eigvalsh(by_jax(flat)), eigenvalues, rtol=2e-2)
tree_of_trees = jax.hessian(mean_squared_error)(start, loads, lengths)
assert {name: set(inner) for name, inner in tree_of_trees.items()} == {
    "w": {"w", "b"},
    "b": {"w", "b"},
}

# %% [markdown]
# ## Minibatches: the S in SGD
#
# So far every step has used all the data, which with a million examples is a lot of work.
# **Stochastic gradient descent** takes each step on a **minibatch**, a few examples drawn at random, whose
# gradient estimates the full one. A pass through all examples is an **epoch**.
#
# Write it as research code does: the batch is one argument, the whole step is compiled, and it returns the
# new parameters *first*, then the metrics, whatever you want reported. (Your `sgd_step` has the other order.)


# %%
def loss_fn(params, batch):
    x, y = batch
    return mean_squared_error(params, x, y)


@jax.jit
def update(params, batch, learning_rate):
    loss, grads = jax.value_and_grad(loss_fn)(params, batch)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, {"loss": loss}


# %% [markdown]
# The data have three inputs $x$, and six outputs that are $12 x + 6$, twice over, plus noise. `minibatches`
# yields the shuffled batches of one epoch, and each epoch gets a key of its own.

# %%
from snippets.data import minibatches, regression_data

# %%
inputs, outputs = regression_data(jax.random.key(1))  # (128, 3), (128, 6)
_, wide_floor = least_squares(inputs, outputs)


def train_in_epochs(batch_size, learning_rate, epochs=25):
    params, history = {"w": jnp.zeros((3, 6)), "b": jnp.zeros(6)}, []
    for epoch in range(epochs):
        key = jax.random.fold_in(jax.random.key(2), epoch)
        for batch in minibatches(key, (inputs, outputs), batch_size):
            params, _ = update(params, batch, learning_rate)
        history.append(mean_squared_error(params, inputs, outputs) / wide_floor)
    return params, np.array(history)


histories = {}
print("batch  rate   loss / floor after epoch 1, 5, 25")
for size, rate in ((128, 1.0), (16, 1.0), (16, 0.1)):
    fitted, histories[size, rate] = train_in_epochs(size, rate)
    print(f"{size:5} {rate:5}  ", histories[size, rate][[0, 4, 24]].round(4))
print(fitted["w"].round(1))

# %% [markdown]
# A batch of 128 is all the data, so an epoch is one step. With batches of 16 it is eight steps, each with an
# eighth of the work, and at the same rate they are far ahead after one epoch. But the full batch ends on the
# floor, and these minibatches {{ histories[16, 1.0][-1] - 1:.1% }} above it: even at the best parameters the
# gradients of the batches [cancel only on average](../jax/batching.py), so each step moves away again, and
# farther at a larger rate. A tenth of the rate starts more slowly and ends better, so the rate is often lowered
# during training.
#
# The fitted matrix holds about 12 where an output follows an input, and about 0 elsewhere. The rate 1 is
# {{ 1 / limit:.0f }} times the limit for the spring, so "0.1 is a good learning rate" says nothing by itself:
# it depends on the data, and on how the loss is averaged.

# %% tags=["hidden"]
full, noisy, slower = histories.values()
assert 5 * noisy[0] < full[0]
assert abs(full[-1] - 1) < 1e-3
assert noisy[-1] > 1.01
assert slower[4] > noisy[4]
assert slower[-1] < 1.005
assert jnp.abs(fitted["w"] - jnp.tile(12 * jnp.eye(3), (1, 2))).max() < 0.5
assert sum(leaf.size for leaf in jax.tree.leaves(fitted)) == 24
assert 6.5 < 1.0 / limit < 7.5
assert 2 / curvatures(inputs, outputs=6)[-1] > 3

# %% [markdown]
# ## What becomes tedious by hand
#
# Now try a model that is not linear: two layers with a $\tanh$ between them. You write the function, and then
# a tree that fits it.


# %%
def two_layers(params, x):
    hidden = jnp.tanh(x @ params["first"]["w"] + params["first"]["b"])  # (B, 5)
    return hidden @ params["second"]["w"] + params["second"]["b"]  # (B, 6)


first_key, second_key = jax.random.split(jax.random.key(2))
deeper = {
    "first": {"w": jax.random.normal(first_key, (3, 5)), "b": jnp.zeros(5)},
    "second": {"w": jax.random.normal(second_key, (5, 6)), "b": jnp.zeros(6)},
}
print(two_layers(deeper, inputs).shape)

# %% [markdown]
# Train them, with the update that you have:

# %% raises="KeyError" match="'w'"
update(deeper, (inputs, outputs), 0.1)

# %% [markdown]
# `tree.map` would take this tree as it is. What fails is the loss, whose `predict` looks for `"w"`: it is tied
# to one model. And each layer has its name in two places that must agree, its width in several shapes, and a
# key of its own. This bookkeeping grows with the network, and Haiku does it for you: you write the function,
# and Haiku finds out which parameters it needs, makes them in their shapes, and names them. The gradient,
# `tree.map` and the loop stay as they are here.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TypeError: unsupported operand type(s) for *: 'float' and 'dict'` A tree is not an array: use
#   `jax.tree.map`.
# - `ValueError: pytree structure error: different pytree metadata` The trees given to `jax.tree.map` differ in
#   structure, for example because the gradient belongs to another model.
# - The loss grows, becomes `inf` and then `nan`: the learning rate is too large, in a linear model above
#   $2 / \lambda_{\max}$. Divide it by ten.
# - No message, and the loss stalls far too high: targets of shape `(64,)` and predictions of shape
#   `(64, 1)` are broadcast to `(64, 64)`, so each prediction meets all targets and the fit is flat.
# - No message, and the loss stays the same: the loop does not go on with the new parameters, or the gradient is
#   zero.
#
# These and more: [Error messages of JAX and Haiku, explained](../reference/errors.py).
#
# </div>

# %% tags=["hidden"]
assert (predict(start, loads) - lengths[:, 0]).shape == (64, 64)
try:
    jax.tree.map(lambda p, g: p - g, {"first": 1.0}, {"second": 1.0})
except ValueError as mismatch:
    told = str(mismatch)
assert "pytree structure error: different pytree metadata" in told
try:
    print(0.1 * {})
except TypeError as mismatch:
    told = str(mismatch)
assert told == "unsupported operand type(s) for *: 'float' and 'dict'"

# %% [markdown]
# ## What you learned
#
# - Training is a loss with the parameters as its first argument, `jax.value_and_grad`, one `jax.tree.map`,
#   and a loop.
# - A step returns new parameters and leaves the old ones alone. What a compiled step writes into a dictionary is lost.
# - Least squares computes the floor of a linear model. Compare with it before you trust a flat curve.
# - In a linear model gradient descent diverges above $2 / \lambda_{\max}$, where $\lambda_{\max}$ is the largest
#   eigenvalue of the Hessian, and creeps where the eigenvalues are small. In a network the largest curvature itself
#   moves, often to that limit. Minibatches make the steps cheap and noisy.
#
# Next: [`hk.transform`: from module to pure function](../haiku/transform.py), where Haiku does the
# bookkeeping.
