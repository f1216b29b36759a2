# %% [markdown]
# # Gradient descent by hand
#
# You have the parts: a gradient of any function, code for a whole batch, a compiler, and random numbers from
# keys. This page puts them together into the thing they were made for, a program that learns from data. There
# is no library in it, so nothing is hidden, and the problem is small enough to know the right answer in
# advance. You can therefore check what most people take on trust: how low the loss can get, how close you
# came, and why one learning rate creeps while another explodes.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - train a model whose parameters are a tree of arrays: a loss, one step with `jax.tree.map`, a loop;
# - compute the lowest loss that a linear model can reach, and say how far above it you stopped;
# - predict from the data which learning rates diverge.
#
# You need: `jax.value_and_grad` and pytrees from [Gradients of anything](../jax/gradients.py), `jax.vmap`
# from [One example in mind, a batch in hand](../jax/batching.py), `jax.jit` from
# [jit, and how to time it honestly](../jax/compilation.py), and `jax.random.split` from
# [Keys, not seeds](../jax/random_keys.py).
#
# </div>

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## A model is a function and a tree of numbers
#
# Hang a load on a spring and measure how long it gets: 5 cm at rest, 2 cm more for every newton, and a ruler
# that is off by half a centimetre or so. You invent these measurements, so you know the rule behind them. The
# program below is given the measurements only.

# %%
load_key, ruler_key = jax.random.split(jax.random.key(0))
loads = jax.random.uniform(load_key, (64, 1), maxval=4.0)  # (B, 1), newton
error = 0.5 * jax.random.normal(ruler_key, (64, 1))
lengths = 2 * loads + 5 + error  # (B, 1), centimetre

# %% [markdown]
# The model is a straight line, written with a matrix so that it will serve for more than one input and
# output:
#
# $$\hat y = x w + b$$
#
# Its **parameters**, the numbers to be found, are $w$ of shape $(D, K)$ and $b$ of shape $(K,)$, here with
# $D = K = 1$. They travel together in a dictionary, which is a pytree, as the first argument of every
# function that needs them. How wrong they are is the mean of the squared error over all $N = B K$ entries:
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
# The line that is zero everywhere is off by nine or ten centimetres, whose square is the loss. Both slopes
# are negative: a larger `w` and a larger `b` would lower it.
#
# ## A dictionary cannot be subtracted
#
# The gradient points uphill, so step the other way. With a **learning rate** $\eta$ that says how far,
#
# $$w' = w - \eta \, \frac{\partial L}{\partial w}, \qquad b' = b - \eta \, \frac{\partial L}{\partial b}$$
#
# Both lines have the same form, so try to write them as one:

# %% raises="TypeError" match="unsupported operand type"
start - 0.1 * gradient

# %% [markdown]
# Python does arithmetic with arrays, not with dictionaries of them. You can spell out the two lines, and
# rewrite them whenever the model changes. Or you can use `jax.tree.map`: it takes a function and one or
# several trees of the same structure, calls the function on the leaves that stand at the same place, and
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
# Both ways give the same tree, and one step has taken away most of the loss. The line with `tree.map` names
# no parameter: it will do for any model.
#
# ## Repeat the step
#
# That is all there is to learning here: do it again, from where you arrived.

# %%
params, losses = start, []
for _ in range(100):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, loads, lengths)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)
    losses.append(float(loss))
print("losses:", np.round(losses[::20], 3), "...", round(losses[-1], 3))
print("w:", params["w"], " b:", params["b"])

# %% [markdown]
# The two numbers are close to 2 and 5, which the program was never told. But the loss has stopped falling,
# and not at zero. Is that a failure?
#
# ## Compute how low the loss can get
#
# A ruler that errs cannot be predicted, so no line fits exactly. For a linear model you can find the best one
# without any descent. At the lowest point every slope is zero. Append a column of ones to the inputs and call
# the result $X$; put $w$ and under it $b$ into one matrix $\theta$. Then the slopes, up to a factor, are
#
# $$X^\top (X \theta - y) = 0$$
#
# and these are ordinary linear equations for $\theta$. Solving them is called **least squares**:

# %%
from snippets.linear import least_squares

# %%
best, floor = least_squares(loads, lengths)
print("w:", best["w"], " b:", best["b"])
print(
    f"floor {floor:.5f}, reached {losses[-1]:.5f}, which is {losses[-1] / floor - 1:.2%} more"
)
print("slopes at the best:", jax.grad(mean_squared_error)(best, loads, lengths))

# %% [markdown]
# This loss is the **floor**: no straight line is better on these measurements. The slopes there are zero up
# to rounding, and the loop came within half a per cent of it: the loss stopped falling because it was almost
# done. Without a floor, a curve that has gone flat tells you nothing of the kind.
#
# Why descend at all, if one call solves the problem? Because only a model that is linear in its parameters,
# with a squared error, has equations that one can solve. A network has a loss and a gradient and nothing
# else. You practise here because here you can see whether the practice works.
#
# ## Do not change what you were given
#
# The step deserves a function of its own. Here is one in the style of much Python code: it writes the new
# values into the dictionary it was given. Use it to compare two learning rates, twenty steps each, from the
# same start.


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
# The slow rate seems to win. Look at where it began: the second run went on where the first had stopped,
# because both hold the same dictionary. No error said so. And now compile it:

# %%
compiled = jax.jit(careless_step)
shared = {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}
print([round(float(compiled(shared, loads, lengths, 0.1)), 3) for _ in range(4)])
print(shared)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why should a step return new parameters instead of changing those it was given? And the compiled step
# reports the first loss four times and leaves zeros in the dictionary: why did it learn nothing at all?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Whoever calls the step may still need the old parameters: to start again, to compare, or to go back when the
# loss gets worse. If they are changed in place, a result depends on what ran before, and you look for the
# fault in the wrong function.
#
# A compiled function cannot even do it. `jax.jit` takes your dictionary apart into arrays and hands your
# function a fresh dictionary of tracers. Writing into that one is lost when the trace ends; what comes out of
# a compiled function is what it returns. So return the new tree, and let the caller decide which one to keep.
#
# </details>

# %% tags=["hidden"]
assert 9 < float(jnp.sqrt(mean_squared_error(start, loads, lengths))) < 10
assert mean_squared_error(mapped, loads, lengths) < 0.5 * mean_squared_error(
    start, loads, lengths
)
assert abs(float(params["w"][0, 0]) - 2) < 0.2
assert abs(float(params["b"][0]) - 5) < 0.4
assert abs(losses[-1] / float(floor) - 1) < 5e-3
assert run[0] < 10
assert not any(leaf.any() for leaf in jax.tree.leaves(shared))

# %% [markdown]
# ## Exercise: one step of gradient descent
#
# Write the step as it should be. Define `sgd_step(params, x, y, learning_rate)`, which takes one step down
# the gradient of `mean_squared_error` (the function above; use it) and returns a pair: the loss *before* the
# step, and the new parameters, a tree like the old. It must work for inputs and outputs of any width, and
# when it is compiled.
#
# (SGD is *stochastic* gradient descent, the name for the same step on a random part of the data.)
#
# <details>
# <summary>Hint</summary>
#
# The body of the loop in "Repeat the step" is nearly the answer. Which numbers and names in it have to become
# arguments?
#
# </details>


# %% exercise="descend" kind="repair" minutes="10"
def sgd_step(params, x, y, learning_rate):
    """One step down the gradient of mean_squared_error: the loss before it, and the new parameters."""
    ### BEGIN SOLUTION
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params
    ### END SOLUTION


# %% [markdown]
# The check takes a step with each of two rates on data of its own, with four inputs and three outputs, and
# compares it with the formulas in NumPy. Then it takes 500 steps on the spring.

# %% check="descend"
# What the check uses: a problem with 4 inputs and 3 outputs, and its loss and slopes in NumPy with 64 bits.
numbers = np.random.default_rng(0)
trial_x, trial_y, trial_w, trial_b = (
    numbers.normal(size=size) for size in ((7, 4), (7, 3), (4, 3), 3)
)
trial_error = trial_x @ trial_w + trial_b - trial_y  # (7, 3)
trial_loss = (trial_error**2).mean()
slope_w, slope_b = 2 / 21 * trial_x.T @ trial_error, 2 / 21 * trial_error.sum(axis=0)
slopes = np.concatenate([slope_w.ravel(), slope_b])


def trial_params():
    return {"w": jnp.float32(trial_w), "b": jnp.float32(trial_b)}


def first_line(problem):
    return (
        f"{type(problem).__name__}: {str(problem).splitlines()[0][:150]}"
        if str(problem)
        else type(problem).__name__
    )


def answer_of(*arguments):
    try:
        return sgd_step(*arguments)
    except NotImplementedError:
        raise
    except Exception as problem:
        raise AssertionError(
            f"When the check calls your function, it stops with {first_line(problem)} ... Does it use only its own"
            f" arguments, and differentiate mean_squared_error with respect to params? {READ_LOOP}"
        ) from problem


def is_number(value):
    return (
        isinstance(value, (jax.Array, np.ndarray, np.generic, float))
        and np.shape(value) == ()
    )


def what_is(value):
    if isinstance(value, (tuple, list)):
        return f"{type(value).__name__} of {', '.join(map(what_is, value))}"
    return (
        f"array of shape {np.shape(value)}"
        if hasattr(value, "shape")
        else type(value).__name__
    )


READ_LOOP = 'Read "Repeat the step" again.'
READ_MODEL = 'Read "A model is a function and a tree of numbers" again.'
READ_MAP = 'Read "A dictionary cannot be subtracted" again.'
READ_PLACE = 'Read "Do not change what you were given" again.'


def why_this_loss(loss, rate):
    w, b = trial_w - rate * slope_w, trial_b - rate * slope_b
    after = ((trial_x @ w + b - trial_y) ** 2).mean()
    if np.isclose(loss, after, rtol=4e-3):
        return "Yours is the loss after the step, at the new parameters."
    return (
        "Yours is the sum."
        if np.isclose(loss, 21 * trial_loss, rtol=4e-3)
        else "Which loss, at which parameters?"
    )


def why_this_long(length, rate):
    if length < 0:
        return (
            "The step leads uphill: the loss grows along the gradient, so subtract it."
        )
    known = {
        0.5: "Half as far as it should: the derivative of e² is 2 e.",
        21: "That is the gradient of the sum.",
    }
    known[3] = "That is three times too far: the mean is over the three outputs too."
    known[1 / np.linalg.norm(slopes)] = "Do not divide the gradient by its length."
    for factor, reason in known.items():
        if np.isclose(length, factor * rate, rtol=3e-2):
            return reason
    return "Is learning_rate used, and nothing else?"


for rate in (0.5, 0.02):
    given = trial_params()
    before = dict(given)
    result = answer_of(given, jnp.float32(trial_x), jnp.float32(trial_y), rate)
    is_pair = (
        isinstance(result, (tuple, list)) and len(result) == 2 and is_number(result[0])
    )
    assert is_pair, (
        "sgd_step must return a pair, first the loss of shape (), then the new parameters. It returns:"
        f" {what_is(result)}. {READ_LOOP}"
    )
    assert [(name, id(leaf)) for name, leaf in given.items()] == [
        (name, id(leaf)) for name, leaf in before.items()
    ], (
        "sgd_step changes the parameters it is given, so whoever still needs them gets others. Build a new tree."
        f" {READ_PLACE}"
    )
    loss, new = result
    assert jax.tree.map(np.shape, new) == {"w": (4, 3), "b": (3,)}, (
        f"The new parameters must have the names and shapes of the old: what is missing or extra? {READ_MAP}"
    )
    step = {
        name: np.asarray(before[name]) - np.asarray(new[name], np.float64)
        for name in before
    }
    still = " and ".join(name for name in step if np.abs(step[name]).max() < 1e-4)
    assert not still, (
        f"{still} did not move. Return a new tree, each leaf moved by its own slope. {READ_MAP}"
    )
    assert np.isclose(loss, trial_loss, rtol=4e-3), (
        f"At the parameters given, before the step, the mean squared error over all entries is {trial_loss:.4f}, but"
        f" sgd_step returns {loss:.4f}. {why_this_loss(loss, rate)} {READ_MODEL}"
    )
    step = np.concatenate([step["w"].ravel(), step["b"]])
    length = step @ slopes / (slopes @ slopes)
    assert np.linalg.norm(step - length * slopes) < 0.03 * np.linalg.norm(step), (
        "The step is not along the gradient of the loss at the parameters given. Are all slopes taken there, and does"
        f" every parameter move by its own slope? {READ_MAP}"
    )
    assert np.isclose(length, rate, rtol=3e-2), (
        f"With learning rate {rate} the parameters should move by {rate} times the gradient, downhill. Yours move by"
        f" {length:.3g} times. {why_this_long(length, rate)} {READ_MAP}"
    )

try:
    compiled, trial = jax.jit(sgd_step), {"w": jnp.zeros((1, 1)), "b": jnp.zeros(1)}
    for _ in range(500):
        loss, trial = compiled(trial, loads, lengths, 0.1)
except Exception as problem:
    raise AssertionError(
        f"One step is right, but compiled by jax.jit it stops with {first_line(problem)} ... Use jnp, and neither NumPy"
        f" nor float() on what is computed. {READ_PLACE}"
    ) from problem
assert abs(loss / floor - 1) < 0.01, (
    f"500 steps with learning rate 0.1 on the spring reach {loss:.4f}, not the floor {floor:.4f}, though one step is"
    f" right. Does a step depend on the calls before it? {READ_PLACE}"
)
print(
    "One step equals the formula for two learning rates, the loss is the one before the step, nothing is changed"
)
print(
    f"in place, and 500 compiled steps reach {loss:.5f}, within 1 % of the floor {floor:.5f}."
)

# %% [markdown]
# ## Try three rates
#
# Compile your step and wrap it in a loop that keeps every loss and every tree on the way. Then let three
# learning rates start at the same place. This time that is safe.


# %%
def descend(params, x, y, learning_rate, steps):
    step = jax.jit(sgd_step)
    losses, path = [], [params]
    for _ in range(steps):
        loss, params = step(params, x, y, learning_rate)
        losses.append(float(loss))
        path.append(params)
    return np.array(losses), path


runs = {rate: descend(start, loads, lengths, rate, 400) for rate in (0.02, 0.13, 0.15)}
for rate, (losses, _) in runs.items():
    print(f"rate {rate}: {losses[0]:.2f} -> {losses[-1]:.4g}")

# %% alt="Rate 0.02 nears the floor after 400 steps, rate 0.13 within 100; rate 0.15 leaves the picture upwards."
figure, axes = plt.subplots(layout="constrained")
for losses, _ in runs.values():
    axes.semilogy(losses)
axes.axhline(float(floor), color="C3", linestyle="--")
axes.text(390, float(floor) * 0.9, "floor", color="C3", ha="right", va="top")
axes.text(150, 0.75, "rate 0.02", color="C0")
axes.text(40, 2.2, "rate 0.13", color="C1")
axes.text(22, 600, "rate 0.15", color="C2")
axes.set(
    xlabel="step",
    ylabel="mean squared error (cm²)",
    ylim=(0.1, 2000),
    title="Almost the same rate, another end",
)
plt.show()

# %% [markdown]
# The slow rate falls at once, then creeps. The middle one overtakes it. A little more, and the loss explodes:
# in the end it is `inf`, beyond the largest number that `float32` holds. And yet each of those steps, too,
# goes down the gradient.
#
# ## Look at the path from above
#
# Two parameters can be drawn. The loss is a surface over the plane of $w$ and $b$, and a run is a path on it.
# To compute the surface on a grid, `jax.vmap` the loss over one axis, then over the other.


# %%
def loss_at(w, b):
    return mean_squared_error({"w": w[None, None], "b": b[None]}, loads, lengths)


w_axis, b_axis = jnp.linspace(-1.0, 6.0, 141), jnp.linspace(-1.0, 7.0, 161)
along_w = jax.vmap(loss_at, in_axes=(0, None))
surface = jax.vmap(along_w, in_axes=(None, 0))(w_axis, b_axis)  # (161, 141)

# %% alt="In a long narrow valley, rate 0.02 turns and creeps along the bottom; rate 0.13 jumps from side to side." tags=["cover"]
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
# The surface is a long, narrow valley, and the gradient, at right angles to the contour lines, points across
# it rather than along it to the star. The slow rate runs down the side, turns, and creeps along the bottom,
# where the slope is small. The fast one makes better way along the valley, but across it, it lands on the
# opposite slope each time, a little lower. If it landed a little *higher* each time, it would climb out.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Which learning rates diverge? Start with one parameter and the loss $\frac{\lambda}{2} \theta^2$, whose
# slope is $\lambda \theta$: by what factor does one step multiply $\theta$, and for which $\eta$ does it
# grow?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# A step gives $\theta' = \theta - \eta \lambda \theta = (1 - \eta \lambda) \, \theta$. The size grows if
# $|1 - \eta \lambda| > 1$, and for positive $\eta$ and $\lambda$ this means $\eta > 2 / \lambda$. Between
# $1 / \lambda$ and $2 / \lambda$ the factor is negative: $\theta$ changes sides at each step and still
# shrinks. With several parameters, the steepest direction decides; the next section finds it.
#
# </details>
#
# ## Read the limit off the curvature
#
# The squared error of a linear model is exactly quadratic. With all parameters in one vector $\theta$ and the
# best ones in $\theta^*$,
#
# $$L(\theta) = L(\theta^*) + \frac{1}{2} (\theta - \theta^*)^\top H \, (\theta - \theta^*), \qquad
# \nabla L = H \, (\theta - \theta^*)$$
#
# where $H$, the **Hessian**, holds the second derivatives. `jax.hessian` computes it, but on a dictionary it
# returns a dictionary of dictionaries. For linear algebra you want a matrix, so flatten first: `ravel_pytree`
# gives the leaves of a tree as one vector, and a function that turns such a vector back into the tree.

# %%
from jax.flatten_util import ravel_pytree


def hessian_matrix(params, x, y):
    flat, unflatten = ravel_pytree(params)  # (P,)
    hessian = jax.hessian(lambda theta: mean_squared_error(unflatten(theta), x, y))
    return jax.jit(hessian)(flat)  # (P, P)


print(jax.tree.map(jnp.shape, jax.hessian(mean_squared_error)(start, loads, lengths)))
print(hessian_matrix(start, loads, lengths))
eigenvalues = jnp.linalg.eigvalsh(hessian_matrix(start, loads, lengths))
print("eigenvalues", eigenvalues)

# %% [markdown]
# First the dictionary of dictionaries, then the matrix, in which `b` comes before `w`: JAX sorts the keys. An
# **eigenvector** of $H$ is a direction that $H$ does not turn. If you stand away from the best point in such
# a direction, the gradient points along it, and the step leads straight towards the best point, or past it.
# The **eigenvalue** $\lambda$ is the curvature in that direction: here a small one, along the valley, and one
# about thirty times as large, across it. In each of these directions a step does what it does for one
# parameter:
#
# $$\theta' - \theta^* = (I - \eta H) (\theta - \theta^*), \qquad \text{so the distance is multiplied by }
# 1 - \eta \lambda$$

# %%
print("factor per step  along  across")
for rate in runs:
    along, across = 1 - rate * eigenvalues
    print(f"rate {rate:<4}       {along:6.3f}  {across:6.3f}")

# %% [markdown]
# You have seen these numbers in the figures. Rate 0.02 keeps 99 % of the distance along the valley at each
# step: it creeps. At 0.13 the factor across is negative, and smaller than one in size: it zigzags and
# arrives. At 0.15 it is below $-1$: each step ends farther out than it began. The limit lies at
# $\eta = 2 / \lambda_{\max}$. Try three per cent less, and three per cent more.

# %%
limit = 2 / eigenvalues[-1]
print(f"limit {limit:.4f}")
for share in (0.97, 1.03):
    losses, _ = descend(start, loads, lengths, share * limit, 300)
    print(
        f"rate {share * limit:.4f}: loss {losses[0]:.2f} -> {losses[-1]:.4g}, or {losses[-1] / floor:.4g} floors"
    )

# %% tags=["hidden"]
assert 1.005 < runs[0.02][0][-1] / float(floor) < 1.02
assert abs(runs[0.13][0][100] / float(floor) - 1) < 0.01
assert runs[0.15][0][-1] > 1e20
assert 25 < eigenvalues[1] / eigenvalues[0] < 35
assert 0.985 < 1 - 0.02 * eigenvalues[0] < 0.995
assert -1 < 1 - 0.13 * eigenvalues[1] < 0
assert 1 - 0.15 * eigenvalues[1] < -1
assert losses[-1] > 1e6
assert abs(descend(start, loads, lengths, 0.97 * limit, 300)[0][-1] / floor - 1) < 5e-3
columns = np.concatenate([np.ones((64, 1)), np.asarray(loads)], axis=1)
np.testing.assert_allclose(
    hessian_matrix(start, loads, lengths), 2 / 64 * columns.T @ columns, rtol=1e-2
)

# %% [markdown]
# Below the limit it reaches the floor, above it there is no end to it. You could have known before the first
# step: $H$ depends on the inputs only, $\frac{2}{N} X^\top X$ for one output, not on where you start and not on
# the targets. (A network is not quadratic: its curvature changes on the way, and such a limit holds near
# the place where it was computed.)
#
# ## Keep the step, change the data
#
# Neither the loss nor the step knows how many inputs there are. Here is the regression that the next part of
# the course is about: three inputs, and six outputs that are $12 x + 6$, twice over, plus noise.

# %%
from snippets.data import regression_data

# %%
inputs, outputs = regression_data(jax.random.key(1))  # (128, 3), (128, 6)
wide_start = {"w": jnp.zeros((3, 6)), "b": jnp.zeros(6)}
wide_limit = 2 / jnp.linalg.eigvalsh(hessian_matrix(wide_start, inputs, outputs))[-1]
losses, path = descend(wide_start, inputs, outputs, 1.0, 500)
_, wide_floor = least_squares(inputs, outputs)
print(
    f"limit {wide_limit:.2f}; loss {losses[0]:.1f} -> {losses[-1]:.5f}; floor {wide_floor:.5f}"
)
print(path[-1]["w"].round(1))
print(path[-1]["b"].round(1))

# %% [markdown]
# The floor is reached with 24 parameters, and you read the rule off them: a 12 where an output follows an
# input, about 0 elsewhere, and a bias of about 6. The learning rate was 1, seven times the limit for the
# spring. So "0.1 is a good learning rate" says nothing by itself: the curvature of the loss decides, and that
# depends on the data and on how the loss is averaged.

# %% tags=["hidden"]
assert 6.5 < 1.0 / limit < 7.5
assert wide_limit > 3
assert abs(losses[-1] / wide_floor - 1) < 5e-3
twelves = jnp.tile(12 * jnp.eye(3), (1, 2))
assert jnp.abs(path[-1]["w"] - twelves).max() < 0.5
assert jnp.abs(path[-1]["b"] - 6).max() < 0.5
assert sum(leaf.size for leaf in jax.tree.leaves(wide_start)) == 24

# %% [markdown]
# ## What becomes tedious
#
# Now try something that is not linear: two layers, with a $\tanh$ between them. You write the function, and
# then a tree that fits it.


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
# The function and the tree fit together. So train it, with the step that has just served two problems:

# %% raises="KeyError" match="'w'"
sgd_step(deeper, inputs, outputs, 0.1)

# %% [markdown]
# The update inside `sgd_step` would take this tree as it is. What fails is the loss: it calls `predict`,
# which looks for `"w"` and finds `"first"` and `"second"`. Count what had to be written, or has to be
# rewritten, for one layer more:
#
# - The name of each layer stands in the function and in the tree, and the two must agree.
# - The width 5 stands in three shapes, and the width of the input, 3, you had to work out.
# - Each array of weights needs a key of its own, split by hand.
# - The loss and the step are tied to one model, and need a copy for the next, or the model as an argument.
#
# The last is repaired with an argument more. The others are bookkeeping, and grow with the network. A library
# can do them: you write the function, and it finds out which parameters the function needs, makes them in
# their shapes, and names them. That is what Haiku does. The gradient, `tree.map`, the loop and the limit on
# the learning rate stay what they are on this page.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TypeError: unsupported operand type(s) for *: 'float' and 'dict'` You computed with trees as if they were
#   arrays: use `jax.tree.map`.
# - `ValueError: pytree structure error: different pytree metadata` from `jax.tree.map`: the trees differ in
#   structure, as when the gradient belongs to another model.
# - The loss grows, becomes `inf` and then `nan`: the learning rate is above $2 / \lambda_{\max}$. Divide it
#   by ten and look again.
# - No message at all: the targets have shape `(64,)` and the predictions `(64, 1)`. Their difference is
#   broadcast to `(64, 64)`, each prediction is compared with all targets, and the line you get is flat.
#   Compare the shapes before you train.
# - No message at all: the loop does not go on with the new parameters, and the loss stays what it was.
#
# </div>

# %% tags=["hidden"]
difference = predict(start, loads) - lengths[:, 0]
assert difference.shape == (64, 64)
_, flat_path = descend(start, loads, lengths[:, 0], 0.1, 400)
assert abs(flat_path[-1]["w"].item()) < 0.05
try:
    jax.tree.map(lambda p, g: p - g, {"first": 1.0}, {"second": 1.0})
except ValueError as mismatch:
    told = str(mismatch)
assert "pytree structure error: different pytree metadata" in told

# %% [markdown]
# ## What you learned
#
# - Training is a loss with the parameters as its first argument, `jax.value_and_grad`, one `jax.tree.map`,
#   and a loop. The tree may hold what it likes.
# - A step returns new parameters and leaves the old alone; compiled, it cannot do otherwise.
# - A linear model has a floor in closed form. Compare with it before you call a flat curve a success.
# - Gradient descent diverges above $2 / \lambda_{\max}$, the largest eigenvalue of the Hessian, and creeps in
#   the directions whose eigenvalues are small.
#
# Next: [From module to pure function](../haiku/transform.py), where Haiku keeps the books.
