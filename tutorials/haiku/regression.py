# %% [markdown]
# # A regression, and how low it can go
#
# One step of training lowers the loss. A few hundred lower it more, and then it hardly moves. Is that the
# best the network can do, or is your learning rate wrong? The curve alone cannot tell. On this page you train
# on data for which the best loss of a straight line has a formula, so you know what to aim for before the
# first step. Then you find out which learning rates get there, why the others do not, and why a network that
# beats the formula should not be trusted for it.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a training loop, and judge where it ended by a floor that you computed beforehand;
# - predict from the curvature of a loss which learning rates are too large, for its mean, sum or norm;
# - see that a network has fitted the noise, by measuring it on fresh data.
#
# You need: `my_update` from [Loss, gradient, update](../haiku/update.py), and the limit on learning rates
# from [Gradient descent by hand](../jax/descent.py).
#
# </div>

# %%
import chex
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.flatten_util import ravel_pytree

np.set_printoptions(precision=2, suppress=True)

# %% [markdown]
# ## Draw data whose answer you know
#
# Each input is a row of three numbers, each target a row of six: $12 x + 6$, written twice side by side, plus
# noise of variance 1. Inputs and noise come from two keys, split from one.

# %%
from snippets.data import regression_data

inputs, outputs = regression_data(jax.random.key(0))
print("inputs", inputs.shape, " outputs", outputs.shape)

# %% [markdown]
# 128 examples. Whoever knows the rule is still wrong by the noise. Whoever knows nothing can answer with the
# average target. The mean squared errors of the two mark out the ground:

# %%
rule = 12 * jnp.concatenate([inputs, inputs], axis=-1) + 6
print("the average target", jnp.mean((outputs - outputs.mean(axis=0)) ** 2))
print("the rule itself   ", jnp.mean((outputs - rule) ** 2))

# %% [markdown]
# Training has to get from about 150 to about 1.
#
# ## Compute the floor before you train
#
# The rule is a straight line in each direction, so ask for the best such line. With weights $W$ and biases
# $b$, over $B$ examples and $K$ outputs,
#
# $$\text{floor} = \min_{W, b} \; \frac{1}{B K} \sum_{i,j} \big( (x_i W + b)_j - y_{ij} \big)^2$$
#
# No loop is needed for this one. Put a column of ones beside the inputs, so that $b$ becomes one more row of
# $W$, and `jnp.linalg.lstsq` solves for the minimum directly.

# %%
from snippets.linear import least_squares

fitted, floor = least_squares(inputs, outputs)
print("weights", fitted["w"], sep="\n")
print("biases ", fitted["b"])
print("floor  ", floor)

# %% tags=["hidden"]
assert 140 < jnp.mean((outputs - outputs.mean(axis=0)) ** 2) < 160
assert 1.0 < floor < jnp.mean((outputs - rule) ** 2) < 1.15
assert jnp.abs(fitted["b"] - 6).max() < 0.3
assert jnp.abs(fitted["w"] - 12 * jnp.tile(jnp.eye(3), 2)).max() < 0.2
_draw = np.random.default_rng(0)
_x = np.column_stack([_draw.normal(size=(128, 3)), np.ones(128)])
_shares = (
    np.linalg.lstsq(_x, _draw.normal(size=(128, 6000)))[1] / 128
)  # of noise alone; the rule adds nothing
assert abs(_shares.mean() - (1 - 4 / 128)) < 0.01

# %% [markdown]
# The 12s and the 6s are read back to within 0.3, and the floor, 1.041, is a little *lower* than the error of
# the true rule. That is no mistake: the line was fitted to these 128 rows, noise included. Each output has 4
# free numbers, which on average absorb a share of 4/128 of the noise. Keep it in mind for the end of the
# page.
#
# ## Compare shapes before you train
#
# Now the network: two linear layers with a ReLU between. (The practical from which this course grew calls the
# exercise a linear regression. With a ReLU it is not one, and only the straight line has a formula.) The
# folded cell brings back the network, `square_loss` and `my_update`.

# %% tags=["recap"]
from snippets.losses import square_loss
from snippets.networks import my_haiku_net_func
from snippets.training import my_update

my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

# %% [markdown]
# Can it do what the line does? A ReLU that is on for all of the data is a straight line there, so with large
# enough biases, yes. A loop, on the other hand, will run on almost anything. Suppose that you pass one column
# of targets instead of six:

# %%
one_column = outputs[:, :1]
print("six columns", square_loss(my_haiku_params, my_haiku_net, inputs, outputs))
print("one column ", square_loss(my_haiku_params, my_haiku_net, inputs, one_column))

# %% [markdown]
# No complaint: the one column is *broadcast*, stretched to meet all six outputs. Training on it would bring
# this loss down as nicely as the right one, with six copies of the first output as a result. One line before
# the loop prevents that, from chex, a library of assertions for JAX:

# %% raises="AssertionError" match="shapes"
chex.assert_equal_shape([my_haiku_net.apply(my_haiku_params, inputs), one_column])

# %%
chex.assert_equal_shape([my_haiku_net.apply(my_haiku_params, inputs), outputs])

# %% [markdown]
# Silence means that it holds. A line like this costs nothing, and it says what you took for granted.
#
# ## Exercise: train to the floor
#
# Write the loop. The cell makes fresh parameters; repeat `my_update` on `inputs` and `outputs`,
# `num_iterations` times, with `learning_rate`. Afterwards
#
# - `my_haiku_params` are the trained parameters,
# - `loss` is the last loss that the loop has seen, as `my_update` returned it.
#
# The check wants a mean squared error at most 2 % above the floor. Any other way of repeating the update is
# welcome too. One by one, 1500 updates take a while (at 10 milliseconds each, 15 seconds), so print the loss,
# but not often.
#
# <details>
# <summary>Hint</summary>
#
# `my_update(params, net, input, target, learning_rate)` returns the loss, then the new parameters, and
# changes nothing in place. What must the second step be given?
#
# </details>

# %%
learning_rate = 3e-2
num_iterations = 1500

# %% exercise="regression-loop" kind="build" minutes="10"
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

### BEGIN SOLUTION
for i in range(num_iterations):
    loss, my_haiku_params = my_update(
        my_haiku_params, my_haiku_net, inputs, outputs, learning_rate
    )
    if i % 300 == 0:
        print(f"loss before step {i}: {loss:.4f}")

print(f"loss before the last step: {loss:.4f}")
### END SOLUTION

# %% [markdown]
# The check draws the data again, and computes the error of your parameters itself.

# %% check="regression-loop"
true_inputs, true_outputs = regression_data(jax.random.key(0))
_, true_floor = least_squares(true_inputs, true_outputs)
true_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
at_start = true_net.init(jax.random.key(0), true_inputs)
read = 'Read "Exercise: train to the floor" again.'
for name, mine, right in (
    ("inputs", inputs, true_inputs),
    ("outputs", outputs, true_outputs),
):
    assert np.array_equal(mine, right), (
        f"`{name}` is no longer the data of this page: your cell has given that name to something else. Choose another"
        f" name, and run the page from the top. {read}"
    )
assert jax.tree.map(np.shape, my_haiku_params) == jax.tree.map(np.shape, at_start), (
    "my_haiku_params is not a tree of parameters for the network of this page. my_update returns the loss first, then"
    f" the new parameters: are the two names in that order, and is my_haiku_net unchanged? {read}"
)
leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(my_haiku_params)]
assert all(np.isfinite(leaf).all() for leaf in leaves), (
    "my_haiku_params contains nan or infinity: the steps were too long, or led uphill, and the run blew up. Is it the"
    ' mean of the squares that is trained, not the sum? Read "Three losses under one name" on the last page again.'
)
assert not all(map(np.array_equal, leaves, jax.tree.leaves(at_start))), (
    "my_haiku_params are the parameters you began with: the loop did not run, or what it found is stored elsewhere."
    f" Assign what my_update returns to my_haiku_params. {read}"
)
mse, mse_at_start = (
    float(((true_net.apply(p, true_inputs) - true_outputs) ** 2).mean())
    for p in (my_haiku_params, at_start)
)
reached = f"Your mean squared error is {mse:.4f}, {mse / true_floor:.3g} times the floor of {true_floor:.4f}"
assert mse < mse_at_start, (
    f"{reached}, and no lower than before training. Do your steps go down the gradient, and are all six columns and all"
    ' rows of `outputs` the target? Read "Compare shapes before you train" again.'
)
assert mse < 0.5 * mse_at_start, (
    f"{reached}. That is hardly better than the start. Does each step begin from the parameters of the step before, or"
    f" all from the first ones? If that is right, the steps are too small or too few. {read}"
)
assert mse <= 1.02 * true_floor, (
    f"{reached}; at most 1.02 times is asked. Either there were too few steps, or too long ones, which keep jumping"
    " over the lowest point; or the loss was not the mean of the squares over all rows and columns. Try the learning"
    f" rate 3e-2 and 1500 steps. {read}"
)
last = globals().get("loss")
assert isinstance(last, (jax.Array, np.ndarray, np.generic, float)), (
    f"The parameters are right, but `loss` is of type {type(last).__name__} where a number belongs: keep the loss of"
    f" the last step, the first thing that my_update returns. {read}"
)
assert np.shape(last) == (), (
    f"The parameters are right, but `loss` has shape {np.shape(last)}, not (): keep the loss of the last step only."
    f" {read}"
)
assert abs(float(last) - mse) <= 0.02 * mse, (
    f"The parameters are right, but `loss` is {float(last):.4g} where the loss of the last step is about {mse:.4g}. Is"
    f" it the mean, not the sum or the norm, and from the last step, not from the first? {read}"
)
print(
    f"Your parameters have a mean squared error of {mse:.4f}: {mse / true_floor:.3f} times the floor of the best"
)
print("straight line. Nothing is nan, and `loss` is the loss of the last step.")

# %% [markdown]
# The loss begins near 190 and ends at the floor, a hair below it even. That *below* is the subject of the
# last section. First look at the way down.
#
# From here on the page trains many networks, too many for a loop in Python. `fit` repeats `my_update` with
# `jax.lax.scan`, which compiles the whole loop into one program and returns all the losses; the next page
# explains how.

# %%
from snippets.training import fit

start = my_haiku_net.init(jax.random.key(0), inputs)
params, losses = fit(start, my_haiku_net, inputs, outputs, 3e-2, 1500)
print("first", losses[0], " last", losses[-1], " floor", floor)

# %% alt="The loss falls from 190 to 4 in a hundred steps, then creeps to the floor, crossed near step 1200."
figure, axes = plt.subplots(layout="constrained")
axes.loglog(1 + np.arange(losses.size), losses, "C0")
axes.axhline(floor, color="C1", linestyle="--")
axes.text(1, floor * 1.08, "floor: the best straight line", color="C1")
axes.set(xlabel="step", ylabel="training loss (mean squared error)")
plt.show()

# %% tags=["hidden"]
assert 180 < losses[0] < 200
assert 2 < losses[100] < 6
assert 1.2 < losses[300] / floor < 1.45
assert 0.98 * floor < losses[-1] < floor
assert 1000 < int((losses < floor).argmax()) < 1400
_six_copies, _small = fit(start, my_haiku_net, inputs, one_column, 3e-2, 1500)
assert _small[-1] < 2
assert square_loss(_six_copies, my_haiku_net, inputs, outputs) > 50

# %% [markdown]
# A hundred steps cover nearly all of the way, and the last bit takes another thousand. Without the dashed
# line you could have stopped at step 300 in good faith, a third above the floor, or trained on for an hour.
#
# ## One rate, three losses
#
# Why the mean, and why 3e-2? The practical says 1e-2, and leaves open what to reduce the errors with: the
# mean, the sum and the norm of the last page all fit its text. So try them all. The next function trains with
# one reduction, at several rates at once (`vmap`), from three initialisations each, for 3000 steps.
# Whatever was minimised, it measures the mean squared error at the end, in units of the floor, and
# takes the median of three.

# %%
readings = {
    "mean": lambda e: (e**2).mean(),
    "sum": lambda e: (e**2).sum(),
    "norm": lambda e: jnp.sqrt((e**2).sum()),
}


def final_losses(net, reduce, rates, steps):
    def train(key, rate):
        def step(params, _):
            gradient = jax.grad(
                lambda params: reduce(net.apply(params, inputs) - outputs)
            )(params)
            return jax.tree.map(lambda p, g: p - rate * g, params, gradient), None

        params, _ = jax.lax.scan(step, net.init(key, inputs), length=steps)
        return square_loss(params, net, inputs, outputs) / floor

    keys = jax.random.split(jax.random.key(0), 3)
    train_all = jax.jit(jax.vmap(jax.vmap(train, (0, None)), (None, 0)))
    losses = train_all(keys, jnp.array(rates))  # (rates, 3)
    return np.median(np.where(np.isnan(losses), np.inf, losses), axis=1)


# %%
rates = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1]
final = {
    name: final_losses(my_haiku_net, reduce, rates, 3000)
    for name, reduce in readings.items()
}
print("rate", *(f"{rate:7.0e}" for rate in rates))
for name, row in final.items():
    print(name, *(f"{value:7.3f}" for value in row))

# %% [markdown]
# Here 1 is the floor, and `inf` stands for a run that ended in nan. At the 1e-2 of the practical the mean
# gets to the floor, the norm stays at several times the floor, and the sum explodes. Follow the explosion:

# %%
exploding = start
for _ in range(6):
    total, gradient = jax.value_and_grad(
        lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).sum()
    )(exploding)
    exploding = jax.tree.map(lambda p, g: p - 1e-2 * g, exploding, gradient)
    print(total)

# %% [markdown]
# Every step overshoots by more than the last, and after five there are no numbers left. A loop in Python does
# not mind: it would go on printing nan to the end. While you search for the reason, you can ask JAX to stop
# at the first nan instead. (`fit` minimises the mean. By the last page, the sum at the rate 1e-2 takes the
# steps of the mean at 768 times that.)

# %% raises="FloatingPointError" match="nan"
with jax.debug_nans(True):
    fit(start, my_haiku_net, inputs, outputs, outputs.size * 1e-2, 20)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# At the rate 1e-2, why does the sum diverge and the mean not? Begin with the straight line, for which
# [Gradient descent by hand](../jax/descent.py) had a limit: the rate must stay below 2 over the largest
# eigenvalue of the second derivatives. What is it for the sum, and what for the mean?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Let $A$ be the inputs with their column of ones, and $\lambda$ the largest eigenvalue of $A^\top A$. For each
# output the second derivatives of the sum are $2 A^\top A$. The mean divides them by $N = 768$ entries, which
# flattens the surface. So the limits are
#
# $$\frac{2}{2 \lambda} = \frac{1}{\lambda} \quad \text{for the sum}, \qquad
# \frac{N}{\lambda} \quad \text{for the mean.}$$
#
# The next cell puts numbers to them: 1e-2 is above the one and far below the other.
#
# </details>

# %%
design = jnp.concatenate([inputs, jnp.ones((128, 1))], axis=1)  # A: (128, 4)
top = jnp.linalg.eigvalsh(design.T @ design)[-1]
print("limit for the sum ", 1 / top)
print("limit for the mean", outputs.size / top)

# %% [markdown]
# A limit is easily tested. Train a straight line just below and just above each of the two:

# %%
line = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(6)(x)))
around = {"sum": [0.0063, 0.0068], "mean": [4.8, 5.3]}
tried = {
    name: final_losses(line, readings[name], rates, 1000)
    for name, rates in around.items()
}
for name, row in tried.items():
    print(f"{name} at {around[name]}: {row} times the floor")

# %% tags=["hidden"]
assert 0.0063 < 1 / top < 0.0068
assert 4.8 < outputs.size / top < 5.3
_more, _ = regression_data(jax.random.key(2), 4096)
_more = jnp.concatenate([_more, jnp.ones((4096, 1))], axis=1)
assert 4.8 < 6 * 4096 / jnp.linalg.eigvalsh(_more.T @ _more)[-1] < 6.5
for _below, _above in tried.values():
    assert abs(_below - 1) < 1e-2
    assert _above > 1e3

# %% [markdown]
# Below the limit the floor itself, above it no number at all.
#
# ## One curvature explains the table
#
# The line explains 1e-2, but look at the table again. The sum already fails at 1e-3, below the limit of
# 0.0066, and the mean at 1e-1, far below 5. The limit belongs to the *surface*, and the surface of the
# network is another one: its two layers multiply each other. So compute its second derivatives where training
# ended. `ravel_pytree` lays all parameters out in one vector and gives you the way back, and `jax.hessian`
# returns the matrix of second derivatives with respect to that vector.


# %%
@jax.jit
def limit_for_the_mean(params):
    flat, unravel = ravel_pytree(params)  # (56,)
    hessian = jax.hessian(
        lambda v: square_loss(unravel(v), my_haiku_net, inputs, outputs)
    )(flat)  # (56, 56)
    return 2 / jnp.linalg.eigvalsh(hessian)[-1]


limit = limit_for_the_mean(params)
print("at the start", limit_for_the_mean(start))
print("at the floor", limit)

# %% [markdown]
# The limit shrinks on the way, since the valley narrows as the weights grow. At the floor it is 0.035: the
# 3e-2 of the exercise is just inside, and 1e-1 is outside. It enters the valley, cannot stay at the bottom,
# and keeps jumping from wall to wall. From this one number the other two rows follow, by the factors of the
# last page,
#
# $$\nabla \text{sum} = N \, \nabla \text{mean}, \qquad
# \nabla \text{norm} = \frac{N}{2 \, \text{norm}} \, \nabla \text{mean}$$

# %%
n, norm_at_the_floor = outputs.size, jnp.sqrt(outputs.size * floor)
factors = {"mean": 1.0, "sum": n, "norm": n / (2 * norm_at_the_floor)}
limits = {name: float(limit / factor) for name, factor in factors.items()}
for name in limits:
    print(f"limit for the {name}: {limits[name]:.1e}")

# %% [markdown]
# Now the table once more, as a map, with a bar at each computed limit. No run was needed for the bars of the
# sum and the norm.

# %% alt="For each of the three losses, only rates just below its computed limit reach the floor; above it none does." tags=["cover"]
figure, axes = plt.subplots(figsize=(8.4, 3.4), layout="constrained")
for y, name in enumerate(final):
    alive = np.isfinite(final[name])
    x, color = np.array(rates)[alive], np.log10(final[name][alive])
    spots = axes.scatter(
        x, np.full(x.size, y), c=color, s=330, marker="s", vmin=0, vmax=2.3
    )
    axes.plot(np.array(rates)[~alive], np.full((~alive).sum(), y), "C1x", markersize=11)
    for rate, value in zip(rates, final[name], strict=True):
        axes.text(
            rate,
            y + 0.45,
            f"{value:.3g}" if np.isfinite(value) else "nan",
            ha="center",
            fontsize=9,
        )
    axes.plot([limits[name]] * 2, [y - 0.4, y + 0.24], "C1", linewidth=3)
axes.text(
    limits["mean"] * 0.93, -0.45, "computed limit", color="C1", ha="center", va="bottom"
)
axes.set(
    xscale="log",
    xlabel="learning rate",
    ylim=(2.7, -0.7),
    yticks=range(3),
    yticklabels=final,
)
axes.grid(False)
figure.colorbar(
    spots,
    label="final loss / floor",
    ticks=[0, 1, 2],
    format=lambda v, _: f"{10**v:.0f}",
)
plt.show()

# %% tags=["hidden"]
assert ravel_pytree(params)[0].size == 56
assert 0.2 < limit_for_the_mean(start) < 0.4
assert jnp.linalg.norm(ravel_pytree(params)[0]) > 2 * jnp.linalg.norm(
    ravel_pytree(start)[0]
)
assert 0.031 < limits["mean"] < 0.045
for name, row in final.items():
    inside = np.array(rates) < limits[name]
    assert row[inside].min() < 1.02
    assert row[~inside].min() > 1.02
assert final["mean"][rates.index(1e-2)] < 1.02
assert 3 < final["norm"][rates.index(1e-2)] < 8
assert np.isinf(final["sum"][rates.index(1e-3)])
assert np.isfinite(final["sum"]).sum() >= 3

# %% [markdown]
# In each row the floor is reached to the left of the bar, within a window, and nowhere to the right (the norm
# at 3e-3, just outside, comes close and keeps trembling). Far to the left 3000 steps are too short to get
# there; far to the right the loss does not settle, or ends in nan. What the loss decides is where the bar
# stands: for the mean it stands at comfortable rates, and a larger batch hardly moves it.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# At 1e-2 the norm neither explodes nor settles. Why not? Its factor has the norm itself in the denominator:
# what happens to the steps as the error falls?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# They do not get shorter with the error. The slope of a mean of squares shrinks with the error, so its steps
# shrink on the way down. The norm divides by the error and undoes that: in units of the mean, its rate
# *grows* while training succeeds, by the factors that the next cell prints. At the floor the norm's 1e-2 is
# the mean's 0.14, four times the limit, so the loss climbs; climbing raises the norm and shortens the steps;
# and the run hovers between the two. That is also why it does not explode. At 1e-3 it settles, since the
# error of noisy data never reaches 0. If it could, no rate would be small enough: the last line below
# minimises $\sqrt{w^2}$, the norm of a single error $w$.
#
# </details>

# %%
for label, norm in (
    ("at the start", jnp.sqrt(n * losses[0])),
    ("at the floor", norm_at_the_floor),
):
    print(f"{label} the norm's 1e-2 is the mean's {1e-2 * n / (2 * norm):.3f}")

w, path = 0.034, []
for _ in range(8):
    w = w - 1e-2 * jax.grad(lambda w: jnp.sqrt(w**2))(w)
    path.append(round(float(w), 3))
print("w:", path)

# %% tags=["hidden"]
assert 3.5 < 1e-2 * n / (2 * norm_at_the_floor) / limits["mean"] < 4.5
assert np.allclose(np.abs(path[-4:]), [0.004, 0.006, 0.004, 0.006], atol=1e-3)

# %% [markdown]
# The error walks down in steps of 0.01, and then hops across 0 for ever.
#
# ## Below the floor, and worse
#
# One loose end: the network ended *below* the floor. The floor is the best that a line can do, and a network
# with 56 parameters in place of 24 may do better on the rows it was trained on. Did it find something that
# the line missed? Draw 10,000 fresh rows by the same rule, which neither has seen, and train from five
# initialisations.

# %%
fresh_inputs, fresh_outputs = regression_data(jax.random.key(1), 10_000)
by_line = fresh_inputs @ fitted["w"] + fitted["b"]
line_on_fresh = jnp.mean((by_line - fresh_outputs) ** 2)
print(f"line     training {floor:.3f}  fresh {line_on_fresh:.3f}")


def train_and_test(key):
    trained, losses = fit(
        my_haiku_net.init(key, inputs), my_haiku_net, inputs, outputs, 3e-2, 1500
    )
    return losses[-1], square_loss(trained, my_haiku_net, fresh_inputs, fresh_outputs)


trainings, tests = jax.vmap(train_and_test)(jax.random.split(jax.random.key(0), 5))
for training, test in zip(trainings, tests, strict=True):
    print(f"network  training {training:.3f}  fresh {test:.3f}")

# %% [markdown]
# Every network beats the line on the 128 rows, by less than 2 %, and loses to it on fresh ones by 40 % or
# more. This is *overfitting*: what it learned about the training rows does not hold for others. Where does it
# go wrong? On fresh data you can compare with the rule itself, without noise.

# %%
fresh_rule = 12 * jnp.concatenate([fresh_inputs, fresh_inputs], axis=-1) + 6
by_network = my_haiku_net.apply(params, fresh_inputs)
distance = jnp.linalg.norm(fresh_inputs, axis=1)
far = distance > jnp.quantile(distance, 0.9)
for name, answer in {"line": by_line, "network": by_network}.items():
    off = jnp.mean((answer - fresh_rule) ** 2, axis=1)  # (10000,)
    print(
        f"{name:8} squared error: median {jnp.median(off):.3f}, mean {off.mean():.3f}"
    )
print(
    f"share of the network's error in the tenth of rows farthest from 0: {off[far].sum() / off.sum():.0%}"
)

# %% alt="On fresh rows the line's predictions stay on the diagonal; the network's leave it far from the middle."
figure, panels = plt.subplots(
    1, 2, figsize=(8.4, 4), sharex=True, sharey=True, layout="constrained"
)
for axes, title, answer in zip(
    panels, ("network", "straight line"), (by_network, by_line), strict=True
):
    axes.plot(
        fresh_rule[:2000].ravel(),
        answer[:2000].ravel(),
        "C0.",
        markersize=3,
        rasterized=True,
    )
    axes.axline((0, 0), slope=1, color="C1", linewidth=1)
    axes.set(xlabel="true (rule without noise)", title=title)
panels[0].set_ylabel("predicted")
plt.show()

# %% [markdown]
# For half of the rows the network is as good as the line: the medians are close. Nearly all of the damage is done
# to few rows, far out, where the training data had next to nothing to say.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The network is below the floor in training, and yet worse. How can both be true, and which number should you
# report?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The training loss contains noise, and whoever fits the noise lowers it. The line could bend to it with 24
# numbers only, 4 for each output. The network has 56, and its ReLUs may bend anywhere. A bend at the edge of
# the data touches few training rows, so a little noise is enough to put it there; beyond, it goes on
# unchecked and meets the fresh rows. The rule has no bends, so the line, which cannot have any, is the better
# model.
#
# Report the error on fresh data. The floor stays useful for what it is: a target for the *optimiser*. A run
# that stops far above it has not finished; a run that is below it has told you nothing about the next row.
#
# </details>

# %% tags=["hidden"]
assert sum(leaf.size for leaf in jax.tree.leaves(fitted)) == 24
assert (0.98 * floor < trainings).all()
assert (trainings < floor).all()
assert (tests > 1.4 * line_on_fresh).all()
assert 1.0 < line_on_fresh < 1.1
assert off[far].sum() > 0.7 * off.sum()
assert jnp.median(off) < 1.5 * jnp.median(jnp.mean((by_line - fresh_rule) ** 2, axis=1))

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - The loss prints nan from some step on: the steps are too long. Look at the first five losses, check that
#   the loss is a mean, and lower the rate. `with jax.debug_nans(True):` stops where it begins:
#   `FloatingPointError: invalid value (nan) encountered in scan`.
# - The loss stops falling far above the floor and trembles: the rate is above the limit at the floor, although
#   it was below the limit at the start.
# - `TypeError: sub got incompatible shapes for broadcasting: (128, 6), (128, 3).` Output and target differ in
#   shape, and you are lucky: with `(128, 1)` there is no message. Use `chex.assert_equal_shape`.
# - The loss never changes: you do not hand the new parameters to the next step.
# - The training loss is excellent, and fresh data disagree: the network has fitted noise.
#
# </div>


# %% tags=["hidden"]
def refusal(call):
    try:
        call()
    except TypeError as problem:
        return str(problem)


assert "sub got incompatible shapes for broadcasting: (128, 6), (128, 3)." in refusal(
    lambda: my_update(start, my_haiku_net, inputs, outputs[:, :3], 3e-2)
)

# %% [markdown]
# ## What you learned
#
# - A training loop passes new parameters on, and knows its goal: for a line the goal has a closed form, and a
#   network's loss can be read against it.
# - The largest eigenvalue of the second derivatives limits the rate. Sum, mean and norm have one valley and
#   three limits, and the limit may shrink on the way down.
# - A training loss below the floor is no merit. What counts is fresh data.
#
# One thing was tiresome: the loop of the exercise took many seconds, and `fit` repeated its 1500 updates in a
# moment.
#
# Next: [Compile the whole step](../haiku/compiled_training.py) shows where that time went and how to get it
# back.
