# %% [markdown]
# # Gradient descent by hand
#
# Train a model with `jax.grad` and a loop, and compute how close it came to the best possible fit.

# %% tags=["short"]
import jax


def loss(p, x, y):
    return (p["w"] * x + p["b"] - y) ** 2


p = {"w": 0.0, "b": 0.0}
for x in [0.0, 1.0, 2.0, 3.0] * 100:
    g = jax.grad(loss)(p, x, 2 * x + 5)
    p = jax.tree.map(lambda p, g: p - 0.05 * g, p, g)
print(f"w = {p['w']:.2f}, b = {p['b']:.2f}")

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - train a model whose parameters are a pytree: loss, step, loop, minibatches;
# - compute the lowest loss of a linear model, and notice a run that stops above it;
# - predict from the data which learning rates diverge, for a linear model and the squared error.
#
# You need: [gradients](../jax/gradients.py), [`vmap`](../jax/batching.py), [`jit`](../jax/compilation.py),
# [keys](../jax/random_keys.py).
#
# </div>

# %% [markdown]
# ## A model is a function and a pytree of parameters
#
# Hang a load on a spring and measure how long the spring gets: it is 5 cm at rest and 2 cm longer for every newton, and
# your ruler is off by half a centimetre or so. The program below sees only 64 measurements.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %%
loads = jnp.linspace(0.0, 4.4, 64)[:, None]  # (B, 1), newton
error = 0.5 * jax.random.normal(jax.random.key(0), (64, 1))
lengths = 2 * loads + 5 + error  # (B, 1), centimetre

# %% [markdown]
# The model is a straight line, written with a matrix so that it also works for several inputs and outputs:
#
# $$\hat y = x w + b$$
#
# Its **parameters**, the numbers to be found, are $w$ of shape $(D, K)$ and $b$ of shape $(K,)$, here with $D = K = 1$.
# They travel together in a dictionary, which is a pytree, as the first argument of every function that needs them. The
# **loss** measures how wrong they are, here as the mean of the squared error over all $N = B K$ entries:
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
# With both parameters at zero the line is off by nearly ten centimetres, and the loss is the square of that. Both
# derivatives are negative, so a slightly larger `w` or `b` would lower the loss.
#
# ## Update every leaf with `jax.tree.map`
#
# The gradient points uphill, so step the other way. The **learning rate** $\eta$ says how far:
#
# $$w' = w - \eta \, \frac{\partial L}{\partial w}, \qquad b' = b - \eta \, \frac{\partial L}{\partial b}$$
#
# Both formulas have the same form, so try to write them as one:

# %% raises="TypeError" match="unsupported operand type"
start - 0.1 * gradient

# %% [markdown]
# Python can do arithmetic with arrays, but not with dictionaries of arrays. You could write a line of code for each
# parameter, and new lines whenever the model changes. `jax.tree.map` saves you that work. It takes a function and one
# or more trees of the same structure, calls the function on corresponding leaves, and builds a tree from the results.

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
# Both ways give the same tree, and one step has removed most of the loss. The function gets a leaf of the first tree
# as `p` and its counterpart in the second as `g`. The call names no parameter, so it works for a larger tree of JAX's
# floats too.
#
# ## Repeat the step: the training loop
#
# Take a hundred such steps:

# %%
params, losses = start, []
for _ in range(100):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, loads, lengths)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)
    losses.append(float(loss))
print("losses:", np.round(losses[::20], 3), "...", round(losses[-1], 3))
print("w:", params["w"], " b:", params["b"])

# %% [markdown]
# The parameters are close to 2 and 5, which the program was never told. But the loss has stopped falling well above
# zero. Did training fail?
#
# ## Least squares: how low the loss can get
#
# The errors of the ruler cannot be predicted, so no line goes through all 64 points. Finding the line with the smallest
# squared error is called **least squares**, and for a linear model it needs no descent. Append a column of ones to the
# inputs and call the result $X$; stack $w$ on $b$ in one matrix $\theta$. At the lowest point the gradient is
# zero, which gives linear equations for $\theta$:
#
# $$X^\top (X \theta - y) = 0$$
#
# `least_squares` subtracts the means, which takes care of $b$, and leaves $w$ to `jnp.linalg.lstsq`, with an `rcond`
# below the default, which for thousands of rows drops inputs that vary far less than others.

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
# Call this lowest loss the **floor**: no straight line does better on these measurements. The gradient there is zero up
# to rounding, and the loss of the loop came within half a per cent of the floor. So the loss stopped falling because
# training was almost done, which a flat curve alone could not have told you.
#
# Why descend at all, if one call solves the problem? Because few models lead to equations that you can solve directly,
# and for a network all you have is a loss and its gradient.

# %% tags=["hidden"]
assert abs(float(params["w"][0, 0]) - 2) < 0.3
assert abs(float(params["b"][0]) - 5) < 0.6
assert losses[-1] < 1.005 * floor
assert mean_squared_error(mapped, loads, lengths) < 0.3 * losses[0]

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
# There is no error and no warning, but the loss stalls at
# {{ taxi_losses[-1] / least_squares(rides, fares[:, None])[1]:.0f }} times the floor, with a model that charges
# {{ taxi["b"][0]:.1f }} euros for every ride. (The true fare is 4 euros, plus 2 per kilometre and 0.5 per minute.)
#
# Find out why, and define `train(x, y, learning_rate, steps)` again, so that this cannot happen. With `x` of shape
# `(B, D)`, `y` may have the shape `(B, K)` for any number of outputs `K`, or `(B,)` for one, which gives the same as
# `(B, 1)`. Any other shape, such as `(1, B)` or `(2 * B,)`, must stop with a `ValueError` whose message contains the
# shapes of `x` and of `y`.
#
# As above, `train` starts from zeros and takes `steps` steps, perhaps none. It returns the trained parameters, `w` of
# shape `(D, K)` and `b` of shape `(K,)`, and the losses, each taken *before* its step.
#
# <details>
# <summary>Where to look</summary>
#
# Print the shapes of `predict(params, x)`, of `y`, and of their difference, for several shapes of `y`. Which pass `reshape`?
#
# </details>

# %% tags=["hidden"]
assert taxi_losses[-1] > 0.99 * taxi_losses[-2]
assert taxi_losses[-1] > 20 * least_squares(rides, fares[:, None])[1]
assert jnp.abs(taxi["w"]).max() < 0.2


# %% exercise="silent-broadcast" kind="repair" minutes="10"
def train(x, y, learning_rate, steps):
    """Fit y = x w + b from zeros: trained parameters, and the loss before each step."""
    ### BEGIN SOLUTION
    if y.ndim not in (1, 2) or len(y) != len(x):
        raise ValueError(f"y of shape {y.shape} does not go with x of shape {x.shape}")
    y = y.reshape(len(x), -1)  # (B, K), the shape of the predictions
    params = {"w": jnp.zeros((x.shape[1], y.shape[1])), "b": jnp.zeros(y.shape[1])}
    losses = []
    for _ in range(steps):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        losses.append(float(loss))
    return params, losses
    ### END SOLUTION


# %% check="silent-broadcast"
from publishing.teaching.checking import Check

_model = 'Read "A model is a function and a pytree of parameters" again.'
_advice = {
    "ValueError": "Is a y of shape (B,) or (B, K) refused, which is allowed?",
    "": f"Does it use only its arguments, and which shapes meet? {_model}",
}
_check = Check(globals(), "train", "Repeat the step: the training loop", _advice)


def error_of_training(train):
    def error(*arguments):
        try:
            train(*arguments)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "nothing"

    return error


def _run(x, y, rate, steps):  # in 64 bits
    w, b, losses = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1]), []
    for _ in range(steps):
        error = x @ w + b - y
        losses.append((error**2).mean())
        w, b = w - rate * 2 / y.size * x.T @ error, b - rate * 2 / y.size * error.sum(0)
    return {"w": w, "b": b}, np.array(losses)


def _case(rows, inputs, outputs, rate, scale, steps):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(rows, inputs))
    y = scale * (draw.normal(size=(rows, outputs)) + 2)
    params, _ = right = _run(x, y, rate, steps)
    summed, sums = _run(x, y, rate * y.size, steps)
    later, (once, first) = _run(x, y, rate, steps + 1)[1][1:], _run(x, y, rate, 1)
    others = {
        "the losses are sums, not means.": (summed, y.size * sums),
        "the rate is 0.08, whatever learning_rate is.": _run(x, y, 0.08, steps),
        "that is one step less.": _run(x, y, rate, max(0, steps - 1)),
        "these are the losses after each step, not before.": (params, later),
        "does each step go on from the one before?": (once, np.repeat(first, steps)),
    }
    met, lower = _run(x, 0 * y + y.mean(), rate, steps)
    told = f"every prediction still meets the targets of all rows. {_model}"
    others[told] = met, lower + y.var()
    for given in (y, y[:, 0])[: 3 - min(outputs, 2)]:
        when = f"With x of shape {x.shape}, y {given.shape} and {steps} steps, "
        result = _check.call(*map(jnp.array, (x, given)), rate, steps, when=when)
        pair = isinstance(result, tuple | list) and len(result) == 2
        _check.require(pair, "It should return a pair: the parameters and the losses.")
        result = result[0], np.array([*map(float, np.ravel(result[1]))])
        others[""] = f"Is it the mean squared error, before each step? {_model}"
        if not steps:
            others[""] = "Both should begin as zeros, and change in steps alone."
        if jax.tree.map(np.shape, result[0]) != jax.tree.map(np.shape, params):
            others[""] = "w should have shape (D, K), b (K,): one column a target."
        _check.agrees(result, right, others, when)


_many = int(np.random.default_rng().integers(70, 99))
_cases = (3, 2, 1, 0.1, 1.0, 0), (7, 3, 1, 0.13, 1.0, 6), (7, 3, 2, 0.13, 1.0, 6)
_cases += (7, 3, 1, 0.05, 1.0, 6), (3, 1, 2, 0.1, 0.0, 30)  # the rate; a loss of 0
_cases += (5, 1, 4, 0.03, -300.0, 3), (1, 2, 1, 0.1, 1.0, 3), (1, 1, 3, 0.1, 40.0, 1)
for _parts in _cases:
    _case(*_parts)
_check.over(_case, (_many, 4, _many + 3, 0.2, 1.0, _many // 6), _cases[-1])
_shapes = (1,), (12,), (1, 6), (5, 1), (7,), (6, 1, 1), (2, 6), (3, 4), (), (6, 2, 2)
_pairs = [((6, 2), shape) for shape in _shapes] + [((1, 2), (2,)), ((1, 2), (3, 1))]
for _x, _y in _pairs:
    _steps = 2 * (len(_y) % 2)
    _given = jnp.ones(_x), jnp.ones(_y), 0.1, _steps
    _said = _check.call(*_given, by=error_of_training)
    _named = _said.startswith("ValueError") and str(_x) in _said and str(_y) in _said
    _told = f"With x of shape {_x}, y {_y} and {_steps} steps, train should raise a ValueError with both shapes, and raises {_said[:50]}."
    _check.require(_named, f"{_told} {_model}")
_fitted, _losses = train(rides, fares, 0.08, 200)
_numbers = [round(float(p), 2) for name in "bw" for p in np.ravel(_fitted[name])]
print(f"All shapes agree with NumPy. On the taxi rides the loss is {_losses[-1]:.4f};")
print(f"the fare, and what a kilometre and a minute cost: {_numbers}.")

# %% [markdown]
# ## Return new parameters, do not change the old
#
# Now give the step a function of its own. Much Python code would write the new values into the dictionary that was
# passed in. The next cell uses such a step to compare two learning rates, twenty steps each, from the same start.


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
# The slow rate seems to win. But look at where it began: the second run continued where the first had stopped, because
# both share one dictionary. Now compile the function and call it four times. Which losses will it report, and what will
# the dictionary hold afterwards?
#
# - [{{ reported[-1] < reported[0] }}] Falling losses; the dictionary holds new numbers.
# - [{{ isinstance(shared["w"], jax.core.Tracer) }}] One loss four times; the dictionary holds tracers.
# - [{{ len(set(reported)) == 1 and not shared["w"].any() }}] One loss four times; the dictionary holds zeros.

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
# A step should return new parameters instead of changing those it was given. Why did the compiled one learn nothing at
# all?
#
# - [{{ jax.jit(lambda params: params is not shared)(shared) }}] It wrote into another dictionary, made for the trace.
# - [{{ jax.jit(lambda params: params.update(b=1.0) or params["b"])(shared) != 1 }}] It could not write: JAX arrays are
#   immutable.
# - [{{ not jax.jit(jax.grad(mean_squared_error))(shared, loads, lengths)["w"].any() }}] Its gradient was zero: tracers have
#   no values.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The caller may still need the old parameters: to start again, to compare, or to go back when the loss gets worse. If
# they are changed in place, a result depends on what ran before, and you look for the bug in the wrong function.
#
# A compiled function does not even manage to change them. `jax.jit` takes your dictionary apart into arrays and hands
# your function a fresh dictionary of tracers. What the function writes into that one is lost when the trace ends. So
# the compiled step reports the first loss four times, and the dictionary still holds zeros. (A dictionary that it
# reads from outside, and does not get as an argument, would be left with tracers in it.) Return the new tree, and let
# the caller decide which one to keep.
#
# A compiled function *can* change a dictionary of *refs*, and [Mutable state](../training/refs.py) shows when that is
# worth it.
#
# </details>


# %% [markdown]
# ## Exercise: a step, and a step with momentum
#
# Define two functions:
#
# - `sgd_step(params, x, y, learning_rate)` takes one step down the gradient of `mean_squared_error` and
#   returns a pair: the loss *before* the step, and the new parameters.
# - `momentum_step(params, velocity, x, y, learning_rate, decay)` adds up the gradients of earlier steps, and forgets
#   them slowly. Their sum, the **velocity** $v$, is a tree like the parameters $\theta$. With $\mu$ for `decay`,
#
# $$v' = \mu \, v + \nabla L(\theta), \qquad \theta' = \theta - \eta \, v'$$
#
#   It returns the loss at $\theta$, then $\theta'$, then $v'$.
#
# The tree holds `w` and `b`, for inputs and outputs of any width. It may hold more arrays of floats, in lists and
# dictionaries to any depth, that the loss does not use: they have a gradient of zero, and a velocity like the others.
# Both functions must work when they are compiled, and must leave their arguments as they are.
#
# Two examples with two inputs:

# %%
small = {"w": jnp.array([[1.0], [0.0]]), "b": jnp.array([1.0])}
small_x, small_y = jnp.array([[1.0, 2.0], [3.0, 0.0]]), jnp.array([[1.0], [2.0]])
print(predict(small, small_x).ravel(), mean_squared_error(small, small_x, small_y))

# %% [markdown]
# By hand: the errors are 1 and 2, the loss $(1 + 4) / 2$. The gradient is 7 and 2 for `w`, and 3 for `b`, so with a
# learning rate of 0.1 the parameters move from 1, 0 and 1 to 0.3, -0.2 and 0.7. With momentum, a decay of 0.5 and a
# velocity of 2 everywhere, the new velocity is 8, 3 and 4, and they move to 0.2, -0.3 and 0.6.
#
# <details>
# <summary>Where to look</summary>
#
# In the training loop, which numbers and names have to become arguments? Of how many trees does each of the two
# formulas take the leaves, and which new tree comes first?
#
# </details>

# %% tags=["hidden"]
small_loss, small_slopes = jax.value_and_grad(mean_squared_error)(
    small, small_x, small_y
)
assert small_loss == 2.5
np.testing.assert_allclose(small_slopes["w"], [[7], [2]])
np.testing.assert_allclose(small_slopes["b"], [3])


# %% exercise="descend" kind="build" minutes="15"
def sgd_step(params, x, y, learning_rate):
    """A step down the gradient: the loss before it, and the new parameters."""
    ### BEGIN SOLUTION
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params
    ### END SOLUTION


def momentum_step(params, velocity, x, y, learning_rate, decay):
    """A step along the velocity: the loss before it, new parameters, new velocity."""
    ### BEGIN SOLUTION
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
    return loss, new_params, velocity
    ### END SOLUTION


# %% check="descend"
from publishing.teaching.checking import Check

_loop = 'Read "Repeat the step: the training loop" again.'
_model = 'Read "A model is a function and a pytree of parameters" again.'
_advice = {
    "callable value": f"jax.grad takes the function itself, not its value. {_model}",
    "ytree": "jax.tree.map needs trees of one structure: is the gradient by params?",
    "sequence": "A list, or a name, is multiplied: jax.tree.map gets to the leaves.",
    "dict": "Python has no arithmetic for dictionaries: what reaches their leaves?",
    "racer": "Under jax.jit it must do without if, float() and NumPy on its arguments.",
    "": f"Does it take these arguments, any tree, and nothing else? {_loop}",
}
_map = "Update every leaf with jax.tree.map"
_step = Check(globals(), "sgd_step", _map, _advice)
_momentum = Check(globals(), "momentum_step", _map, _advice)


def _unsorted(tree):
    """A tree whose dictionaries have their names in the opposite order, at each depth."""
    if isinstance(tree, dict):
        return {name: _unsorted(tree[name]) for name in sorted(tree, reverse=True)}
    if isinstance(tree, list | tuple):
        return type(tree)(map(_unsorted, tree))
    return tree


def _add(factor, tree, other):
    return jax.tree.map(lambda t, o: factor * t + o, tree, other)


_draw = np.random.default_rng(0)
_deep = np.full((), 2.0)
for _ in range(9):
    _deep = [{"deep": _deep}]
_more = {"more": [np.ones((3, 2)), *_deep], "a": (np.ones(1),)}
for _rows, _inputs, _outputs, _size, _error, _rate, _decay, _rest in (
    (7, 5, 3, 1, 1, 0.37, 0.8, {}),
    (7, 5, 3, 1, 1, 0.021, 0.6, _more),
    (1, 1, 1, 1, 1, 0.3, 0.0, {}),
    (6, 3, 2, 1, 3000, 0.013, 0.9, _more),
    (5, 2, 2, 30, 0.1, 0.5, 0.99, {"z": {"z": np.ones((2, 2))}}),
):
    _shapes = (_inputs, _outputs), (_outputs,), (_rows, _inputs), (_rows, _outputs)
    _w, _b, _x, _e = (_draw.normal(size=shape) for shape in _shapes)
    _p, _e = {"w": _size * _w, "b": _size * _b, **_rest}, _error * _e
    _y, _n = _x @ _p["w"] + _p["b"] - _e, _e.size
    _zeros = jax.tree.map(np.zeros_like, _p)
    _v = jax.tree.map(lambda z: _draw.normal(size=z.shape), _zeros)
    _g = {**_zeros, "w": 2 / _n * _x.T @ _e, "b": 2 / _n * _e.sum(axis=0)}
    _loss, _new = (_e**2).mean(), _add(-_rate, _g, _p)
    _lengths = {
        "that is the gradient of the sum, not of the mean.": _rate * _n,
        "the mean is over the outputs, too, not only over rows.": _rate * _outputs,
        "the gradient is half of what it should be.": _rate / 2,
        "do the steps lead uphill?": -_rate,
        "these are the old parameters: what does jax.tree.map return?": 0,
        "the step is the whole gradient: where is learning_rate?": 1,
        "the step is 0.1 times the gradient, whatever learning_rate is.": 0.1,
        "learning_rate counts twice.": _rate**2,
    }
    _others = {told: (_loss, _add(-k, _g, _p)) for told, k in _lengths.items()}
    _ahead = np.mean((_x @ _new["w"] + _new["b"] - _y) ** 2)
    _others |= {
        "the loss is that after the step.": (_ahead, _new),
        "the loss has no mean.": (_e**2, _new),
        "loss and step are of the sum.": (_n * _loss, _add(-_rate * _n, _g, _p)),
        "that is the gradient, without a step.": (_loss, _g),
        "which tree is which in jax.tree.map?": (_loss, _add(-_rate, _p, _g)),
        "in which order should the loss and the parameters be?": (_new, _loss),
    }
    _u, _late = _add(_decay, _v, _g), _add(_decay, _g, _v)
    _ema = _add(_decay, _v, _add(-_decay, _g, _g))
    _short = _add(_decay, _v, _add(-_rate, _g, _zeros))  # its step: params + velocity
    _both = {  # the way of the parameters, which is also the velocity
        "the old velocity adds nothing.": _g,
        "the old velocity does not shrink: where is decay?": _add(1, _v, _g),
        "decay shrinks the gradient, too.": _add(_decay, _add(1, _v, _g), _zeros),
        "which of the two should decay shrink?": _late,
        "the gradient counts 1 - decay times.": _ema,
    }
    _ways = {  # the way of the parameters, and the velocity
        **{told: (way, way) for told, way in _both.items()},
        "the step follows the old velocity.": (_v, _u),
        "the old velocity is returned.": (_u, _v),
        "the step follows the gradient alone.": (_g, _u),
        "the step adds the gradient once more.": (_add(_decay, _u, _g), _u),
        "learning_rate is in v, too.": (_add(-1 / _rate, _short, _zeros), _short),
    }
    _known = {t: (_loss, _add(-_rate, s, _p), v) for t, (s, v) in _ways.items()}
    _right = _loss, _add(-_rate, _u, _p), _u
    _known["in which order should the trees be?"] = _loss, _u, _right[1]
    for _check, _trees, _numbers, _wanted, _mistakes in (
        (_step, (_p,), (_rate,), (_loss, _new), _others),
        (_momentum, (_p, _v), (_rate, _decay), _right, _known),
    ):
        for _by in (None, jax.jit)[: 1 + (_rows == 7)]:
            _given = jax.tree.map(jnp.asarray, (*_trees, _x, _y))
            # jax.tree.map has sorted the names; a reader's tree begins with "w".
            _given = [_unsorted(tree) for tree in _given]
            _value = _check.call(*_given, *_numbers, by=_by)
            _mistakes[""] = "Which formula gives each leaf?"
            _pair = tuple(_value) if isinstance(_value, list) else _value
            if jax.tree.structure(_pair) != jax.tree.structure(_wanted):
                _mistakes[""] = "Return the loss, then trees with all that params have."
            _check.agrees(_value, _wanted, _mistakes)
            _same = jax.tree.structure(_value[1]) == jax.tree.structure(_p)
            _check.require(_same, "Are the new parameters a tree like the old ones?")
            _moves = [_add(-1, _p, tree[1]) for tree in (_value, _wanted)]
            _check.agrees(*_moves, {"": "Cut off, or added to?"}, what="The step")
_sgd, _heavy = start, (start, jax.tree.map(jnp.zeros_like, start))
for _ in range(60):
    _plain, _sgd = _step.call(_sgd, loads, lengths, 0.02, by=jax.jit)
    _fast, *_heavy = _momentum.call(*_heavy, loads, lengths, 0.02, 0.8, by=jax.jit)
print(f"60 steps on the spring at rate 0.02 reach {_plain:.3f}, with momentum")
print(f"{_fast:.3f}; the floor is {floor:.3f}. Single steps agree with NumPy.")

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
# Caption: A larger rate is faster until it is too large, and then the loss diverges.
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
axes.yaxis.set_major_formatter("{x:g}")
plt.show()

# %% [markdown]
# At the slow rate the loss drops at once and then creeps, and the middle rate overtakes it. At a rate only a little
# larger than that, the loss diverges: at the end it is {{ runs[0.15][0][-1]:.0f }}, more than `float32` can hold.
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
# Caption: The gradient points across a narrow valley, so a rate has to suit its
# steepest direction.
figure, (slow, fast) = plt.subplots(
    1, 2, figsize=(5.6, 3.9), sharey=True, layout="constrained"
)
levels = float(floor) + np.array([0.1, 0.5, 2, 8, 32, 128])
paper = {"facecolor": plt.rcParams["figure.facecolor"], "edgecolor": "none", "pad": 0.5}
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
        bbox=paper,
    )
    axes.set(title=f"rate {rate}, 40 steps", aspect="equal", xlim=(-1, 6.3))
    axes.set_xlabel("w (cm per newton)")
slow.set(ylabel="b (cm)")
plt.show()

# %% [markdown]
# The surface is a long, narrow valley. The gradient is at right angles to the contour lines, so in most places it
# points across the valley rather than along it to the star. The slow rate runs down the side, turns, and creeps along
# the bottom, where the gradient is small. With the fast rate each step lands on the opposite side, a little lower.
#
# ## Which learning rates diverge?
#
# Take a single parameter and a loss that is a parabola around its best value $\theta^*$:
#
# $$L(\theta) = \frac{\lambda}{2} (\theta - \theta^*)^2 + \text{constant}, \qquad
# L'(\theta) = \lambda \, (\theta - \theta^*)$$
#
# The number $\lambda$, the second derivative, is the **curvature**: how fast the derivative changes.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# One step with learning rate $\eta > 0$ multiplies the distance $\theta - \theta^*$ by a factor. For which $\eta$
# does the distance grow?
#
# - [{{ abs(1 - 1.9) < 1 < abs(1 - 2.1) }}] $\eta > 2 / \lambda$: the step ends farther out.
# - [{{ abs(1 - 1.1) > 1 > abs(1 - 0.9) }}] $\eta > 1 / \lambda$: the step goes past the best value.
# - [{{ abs(1 - 2.1) < 1 }}] None: a step downhill comes closer.
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
# With two parameters there are two such distances, along the valley and across it, each with a curvature of its own:
# the **eigenvalues** of the **Hessian**, the matrix of second derivatives. Try rates in the figure (a table in
# notebooks):

# %% tags=["plot"]
from snippets.interactive import Interactive

hessian = jax.hessian(lambda p: loss_at(p[0], p[1]))(jnp.zeros(2))  # (2, 2)
curvatures = jnp.linalg.eigvalsh(hessian)  # along the valley, across it
steps, rates = 40, (0.02, 0.05, 0.1, 0.13, 0.14, 0.15)
after = [descend(start, loads, lengths, rate, steps + 1)[0][-1] for rate in rates]
Interactive(
    "descent",
    {
        "rate": rates,
        "factor along": [f"{1 - rate * curvatures[0]:.2f}" for rate in rates],
        "factor across": [f"{1 - rate * curvatures[1]:.2f}" for rate in rates],
        f"loss after {steps} steps": [f"{loss:.3g}" for loss in after],
    },
    {
        "hessian": hessian.tolist(),
        "best": [best["w"].item(), best["b"].item()],
        "start": [0.0, 0.0],
        "floor": float(floor),
        "rate": 0.13,
        "largest": round(2.3 / float(curvatures[1]), 2),
        "steps": steps,
        "names": ["w (cm per newton)", "b (cm)"],
        "ranges": [[-1, 6], [-1, 7]],
    },
)

# %% tags=["hidden"]
_point = jnp.array([2.0, -1.0])
_from_best = _point - jnp.array([best["w"].item(), best["b"].item()])
assert np.allclose(
    loss_at(*_point), floor + _from_best @ hessian @ _from_best / 2, rtol=1e-4
)
assert 0.13 < 2 / curvatures[1] < 0.15

# %% [markdown]
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
# - `"factors"`: by what one step of gradient descent on `line_loss` multiplies the distance `w - 2`, sign
#   included, for the learning rates 0.05, 0.15 and 0.25.
# - `"limits"`: above which learning rate gradient descent diverges, for `line_loss` as it is (`"as it is"`), and
#   after one change each: `jnp.sum` instead of `jnp.mean` (`"sum"`), every `x` ten times as large
#   (`"x times 10"`), every `y` ten times as large (`"y times 10"`), each of the two measurements listed twice
#   (`"rows twice"`).

# %% exercise="diverging-rates" kind="predict" minutes="10"
# rates = {
#     "factors": {0.05: ..., 0.15: ..., 0.25: ...},
#     "limits": {
#         "as it is": ...,
#         "sum": ...,
#         "x times 10": ...,
#         "y times 10": ...,
#         "rows twice": ...,
#     },
# }
### BEGIN SOLUTION
# The slope is the mean of 2 x (w x - y) = 2 x² (w - 2), so λ = 2 · (1 + 9) / 2 = 10.
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {
        "as it is": 0.2,
        "sum": 0.1,
        "x times 10": 0.002,
        "y times 10": 0.2,
        "rows twice": 0.2,
    },
}
### END SOLUTION

# %% check="diverging-rates"
from publishing.teaching.checking import predicted


def _factor(loss, x, y, best, rate):
    """By what a step, from a distance of 1, multiplies the distance to the best w."""
    return float(best + 1 - rate * jax.grad(loss)(best + 1, x, y) - best)


def _total(w, x, y):
    return len(x) * line_loss(w, x, y)


_twice = jnp.tile(line_x, 2), jnp.tile(line_y, 2)
_settings = {  # the loss, its data, and the best w
    "as it is": (line_loss, line_x, line_y, 2.0),
    "sum": (_total, line_x, line_y, 2.0),
    "x times 10": (line_loss, 10 * line_x, line_y, 0.2),
    "y times 10": (line_loss, line_x, 10 * line_y, 20.0),
    "rows twice": (line_loss, *_twice, 2.0),
}
_truth = {  # where a factor falls from 1 to -1
    "factors": {
        rate: _factor(*_settings["as it is"], rate) for rate in (0.05, 0.15, 0.25)
    },
    "limits": {
        name: 2e-4 / (1 - _factor(*setting, 1e-4))
        for name, setting in _settings.items()
    },
}
_read = 'Read "Which learning rates diverge?" again.'
_reasons = {
    "factors": f"Write the slope of line_loss as λ (w - 2): what is λ, and what is left of the distance? {_read}",
    (
        "limits",
        "as it is",
    ): f"Write the slope of line_loss as λ (w - 2): at which rate is the factor -1? {_read}",
    (
        "limits",
        "sum",
    ): f"What does the sum do to the slope, compared with the mean? {_read}",
    ("limits", "x times 10"): f"How does λ depend on x? {_read}",
    ("limits", "y times 10"): f"Does λ depend on y? {_read}",
    (
        "limits",
        "rows twice",
    ): f"What becomes of the mean when each measurement is there twice? {_read}",
}
predicted(globals(), "rates", _truth, _reasons)
print("Your predictions agree with steps: three factors and five limits.")

# %% [markdown]
# ## Read the limit off the curvature
#
# With several parameters there is a curvature in every direction, and for a linear model with a mean squared error
# the largest one sets the limit, $2 / \lambda_{\max}$. The curvatures are the eigenvalues of the Hessian, which for
# such a model does not depend on the parameters. With the $X$ from above it is, for each output,
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
# Where you have no formula, try `jax.hessian(loss)`. Of a loss of a dictionary it makes a dictionary of dictionaries;
# `ravel_pytree` from `jax.flatten_util` turns a tree into a vector, and back. For a large network $H$ is too big.
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
# The curvature across the valley is about thirty times that along it, and the factors explain the figure. Rate 0.02
# keeps 99% of the distance along the valley at each step, so the run creeps. At 0.13 the factor across is negative but
# smaller than one in size, so the run zigzags and arrives. At 0.15 that factor is below $-1$, so each step ends farther
# out than it began. Now try three per cent below the limit, and three above.

# %%
limit = 2 / eigenvalues[-1]
print(f"limit {limit:.4f}")
for share in (0.97, 1.03):
    losses, _ = descend(start, loads, lengths, share * limit, 300)
    print(f"rate {share * limit:.4f}: loss {losses[0]:.2f} -> {losses[-1]:.4g}")

# %% [markdown]
# Below the limit the run reached the floor, and above it the loss grew. The inputs had decided this before the first
# step. For your `momentum_step` with a decay $0 < \mu < 1$ the limit is higher, $2 (1 + \mu) / \lambda_{\max}$.


# %% [markdown]
# In a network the curvature changes during training. Often descent on the full batch drives the largest curvature up to
# $2 / \eta$ and keeps it near there, while the loss goes on falling. This is known as the [*edge of
# stability*](https://arxiv.org/abs/2103.00065). So measure the curvature at the start of a training if you like, but do
# not take its limit for a law.

# %% tags=["hidden"]
assert abs(runs[0.13][0][100] / float(floor) - 1) < 0.01
assert not np.isfinite(runs[0.15][0][-1])
assert 25 < eigenvalues[1] / eigenvalues[0] < 35
assert losses[-1] > 1e6
assert abs(descend(start, loads, lengths, 0.97 * limit, 300)[0][-1] / floor - 1) < 1e-2

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
# Each example has three inputs $x$ and six outputs, which are $12 x + 6$, twice over, plus noise. `minibatches` yields
# the shuffled batches of one epoch, and each epoch gets a key of its own.

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
# A batch of 128 is all the data, so an epoch is one step. With batches of 16 it is eight steps, each with an eighth
# of the work, and at the same rate this run is far ahead after one epoch. But the full batch ends on the floor, and
# these minibatches {{ histories[16, 1.0][-1] - 1:.1% }} above it: even at the best parameters the gradients of the
# batches [cancel only on average](../jax/batching.py), so each step moves away, and farther at a larger rate. The run
# at a tenth of the rate starts more slowly but ends lower, which is why the rate is often lowered during training.
#
# The fitted matrix holds about 12 where an output follows an input, and about 0 elsewhere. The rate 1 is
# {{ 1 / limit:.0f }} times the limit for the spring, so "0.1 is a good learning rate" says nothing by itself, because a
# good rate depends on the data and on how the loss is averaged.

# %% tags=["hidden"]
full, noisy, slower = histories.values()
assert 5 * noisy[0] < full[0]
assert slower[4] > noisy[4]
assert abs(full[-1] - 1) < 1e-2
assert slower[-1] < noisy[-1]

# %% [markdown]
# ## What becomes tedious by hand
#
# Now try a model that is not linear: two layers with a $\tanh$ between them, and a tree that fits it.


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
# Train it with the update that you have:

# %% raises="KeyError" match="'w'"
update(deeper, (inputs, outputs), 0.1)

# %% [markdown]
# `tree.map` would accept this tree, but the loss fails, because its `predict` looks for `"w"` and so is tied to one
# model. Besides, each layer has its name in two places that must agree, its width in several shapes, and a key of its
# own. This bookkeeping grows with the network, and Haiku does it for you: you write the function, and Haiku finds out
# which parameters it needs, creates them with the right shapes, and names them. The gradient, `tree.map` and the loop
# stay as they are here.
#
# ## What can go wrong
#
# - `TypeError: unsupported operand type(s) for *: 'float' and 'dict'` A tree is not an array: use
#   `jax.tree.map`.
# - `ValueError: pytree structure error: different pytree metadata` The trees given to `jax.tree.map` differ in
#   structure, for example because the gradient belongs to another model.
# - The loss grows, becomes `inf` and then `nan`: usually the learning rate is too large (divide it by ten), or the step
#   goes uphill.
# - No message, and the loss stalls far too high: perhaps targets of shape `(64,)` and predictions of shape `(64, 1)`
#   are broadcast to `(64, 64)`, so each prediction meets all targets and the fit is flat.
# - No message, and the loss stays the same: perhaps the loop does not continue with the new parameters, or the steps
#   are zero or rounded away.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).

# %% [markdown]
# ## What you learned
#
# - Training is a loss with the parameters as its first argument, `jax.value_and_grad`, one `jax.tree.map`,
#   and a loop.
# - Let a step return new parameters and leave the old ones alone. What a compiled step writes into a dictionary that
#   it was given is lost.
# - Least squares computes the floor of a linear model. Compare with it before you trust a flat curve.
# - For a linear model and the squared error, plain gradient descent diverges from nearly all starts above
#   $2 / \lambda_{\max}$, where $\lambda_{\max}$ is the largest eigenvalue of the Hessian, and creeps where the
#   eigenvalues are small. In a network the largest curvature itself moves. Minibatches make the steps cheap and noisy.
#
# Next: [Your own derivatives, and what gradients cost](derivatives.py), or, if you came for networks,
# [`hk.transform`: from module to pure function](../haiku/transform.py).
