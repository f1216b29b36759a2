# %% [markdown]
# # Loss, gradient, update
#
# The network of the last page answers any input, but a random key chose its parameters, so its answers mean
# nothing yet. Training repeats three moves: say how wrong the answers are as one number, the *loss*; ask in
# which direction the parameters lower it, which is what the *gradient* knows; and take a short step that way,
# the *update*. On this page you make each move once, slowly enough to check it against arithmetic.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a loss as a function of the parameters, and get its value and its gradient in one call;
# - update a whole tree of parameters with `jax.tree.map`, whatever layers the network has;
# - tell the sum, the mean and the norm of an error apart, and say what each does to the length of a step.
#
# You need: `jax.grad` from [Gradients of anything](../jax/gradients.py), and `init` and `apply` from
# [From module to pure function](../haiku/transform.py).
#
# </div>

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## Turn the output into one number
#
# Begin with a network so small that you can predict every result: one linear layer with twelve outputs,
# applied to six ones.


# %%
def easy_linear_net(x):
    return hk.Linear(12)(x)


ez_linear = hk.without_apply_rng(hk.transform(easy_linear_net))
ez_input = jnp.ones((1, 6))
ez_linear_params = ez_linear.init(jax.random.key(0), ez_input)
print("output", ez_linear.apply(ez_linear_params, ez_input).shape)

# %% [markdown]
# "Lower the output" means nothing for twelve numbers at once, since some may fall while others rise. You need
# one number. The bluntest way to get one is to add them up. With weights $W$ and biases $b$,
#
# $$L(W, b) = \sum_{j} \Big( \sum_i x_i W_{ij} + b_j \Big)$$


# %%
def loss_fn(params, net, input):
    return net.apply(params, input).sum()


loss_fn(ez_linear_params, ez_linear, ez_input)

# %% [markdown]
# One number, of shape `()`. The loss takes everything it depends on as an argument: the parameters, the
# network, and the data. (The argument `input` hides Python's own function `input` within `loss_fn`. This page
# keeps the name because the practical from which the course grew has it in its signatures; in code of your
# own, write `x`.)
#
# ## Ask for the gradient, and guess it first
#
# This loss has one virtue: you know its gradient without a computer. In the formula $W_{ij}$ is multiplied by
# $x_i$, which is 1 here, and $b_j$ stands alone. So every parameter should have the derivative 1.

# %%
jax.grad(loss_fn)(ez_linear_params, ez_linear, ez_input)

# %% [markdown]
# Ones throughout, as predicted. The gradient is a dictionary with the keys and the shapes of the parameters,
# one slope for each parameter. And `ez_linear` is not an array, yet it was no obstacle: `jax.grad`
# differentiates with respect to the first argument and hands the others to your function as they are.
#
# An update wants the slopes, and you want to watch the loss. `jax.value_and_grad` gives both in one call,
# without computing the loss twice.

# %%
loss, gradient = jax.value_and_grad(loss_fn)(ez_linear_params, ez_linear, ez_input)
print("loss", loss)
print("sum of the slopes", sum(slope.sum() for slope in jax.tree.leaves(gradient)))

# %% [markdown]
# `jax.tree.leaves` lists the arrays of a tree: 72 weights and 12 biases make 84 slopes of 1.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `params` is the first argument of `loss_fn`. Must it be?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# No. `jax.grad` and `jax.value_and_grad` differentiate with respect to the arguments that `argnums` names,
# and `argnums=0`, the first, is only the default. The next cell puts the parameters last and gets the same
# gradient. First is a convention worth keeping all the same: Haiku's `apply` has it, and nobody who reads
# your code has to count arguments.
#
# </details>


# %%
def loss_with_params_last(net, input, params):
    return loss_fn(params, net, input)


same = jax.grad(loss_with_params_last, argnums=2)(ez_linear, ez_input, ez_linear_params)
assert all((slope == 1).all() for slope in jax.tree.leaves(same))

# %% [markdown]
# ## Take a step, leaf by leaf
#
# The gradient points to where the loss grows, so you go the other way. For each parameter $\theta$, with a
# *learning rate* $\eta$ that says how far,
#
# $$\theta' = \theta - \eta \, \frac{\partial L}{\partial \theta}$$
#
# If `params` and `gradient` were arrays, that line would be the code. They are dictionaries:

# %% raises="TypeError" match="unsupported operand"
ez_linear_params - 0.1 * gradient

# %% [markdown]
# Python cannot multiply a dictionary. You can take the tree apart and put a new one together:

# %%
linear, slope = ez_linear_params["linear"], gradient["linear"]
by_hand = {
    "linear": {
        "w": linear["w"] - 0.1 * slope["w"],
        "b": linear["b"] - 0.1 * slope["b"],
    }
}
print("before", loss, " after", loss_fn(by_hand, ez_linear, ez_input))

# %% [markdown]
# The loss fell. But the code knows the name of the layer and of both its arrays, and would have to change
# with every change of the network. `jax.tree.map`, which showed you the shapes of a tree on the last page,
# takes several trees of one structure too: it calls a function on the leaves that stand at the same place of
# each, and builds a new tree of what the function returns.


# %%
def update_fn(params, net, input, learning_rate):
    loss, gradient = jax.value_and_grad(loss_fn)(params, net, input)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params


_, new_params = update_fn(ez_linear_params, ez_linear, ez_input, 0.1)
assert (new_params["linear"]["w"] == by_hand["linear"]["w"]).all()
assert (new_params["linear"]["b"] == by_hand["linear"]["b"]).all()

# %% [markdown]
# Both ways agree. Nothing was changed in place: `update_fn` returns *new* parameters, and it is up to you to
# go on with them. It also returns the loss *before* the step, which `value_and_grad` had computed anyway; the
# loss after it would cost another evaluation. Now repeat the step.

# %%
params = ez_linear_params
losses = []
for _ in range(5):
    loss, params = update_fn(params, ez_linear, ez_input, 0.1)
    losses.append(loss)
print("losses     ", np.round(losses, 2))
print("differences", np.round(np.diff(losses), 2))

# %% tags=["hidden"]
assert np.allclose(np.diff(losses), -8.4, atol=2e-2)

# %% [markdown]
# Each step lowers the loss by 8.4, and you can say why: 84 parameters each move by 0.1 down a slope of 1. The
# slope stays 1 wherever you are, so the next million steps do the same. A sum of outputs is
# *unbounded below*: it has no lowest value. "Lower" is not "better" here, and the network learns nothing. The
# machinery works; it needs a loss with a bottom.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `jax.tree.map` is sometimes described as a kind of `jax.vmap`, the function that turns code for one example
# into code for a batch. Suppose that a tree has five leaves, and a batch a thousand rows. How often does
# `tree.map` call your function on that tree, and how often does `vmap` on that batch?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# `tree.map` calls it five times, `vmap` once, as the next cell counts. `tree.map` is a Python loop over the
# leaves of a tree, whose shapes may all differ. `vmap` adds an axis: your function runs once, on a stand-in
# for a single row, and what it does is carried out for all rows together. To update parameters you want a
# loop over leaves.
#
# </details>


# %%
def double(leaf):
    seen.append(leaf.shape)
    return 2 * leaf


seen = []
jax.tree.map(
    double,
    {
        "a": jnp.ones(3),
        "b": [jnp.ones(2), jnp.ones((2, 2))],
        "c": (jnp.ones(1), jnp.ones(4)),
    },
)
print("tree.map:", len(seen), "calls, on shapes", seen)
assert len(seen) == 5

seen = []
jax.vmap(double)(jnp.ones((1000, 3)))
print("vmap:    ", len(seen), "call, on shape", seen)
assert len(seen) == 1

# %% [markdown]
# ## Why a list of misses has no gradient
#
# A loss with a bottom compares the output with a *target*, what it should have been. Take the network that
# you built on the last page, two linear layers with a ReLU between, give it three rows of ones, and ask it to
# answer with ones. The folded cell rebuilds it.

# %% tags=["recap"]
from snippets.networks import my_haiku_net_func

my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %%
x, y = jnp.ones((3, 12)), jnp.ones((3, 6))
print(np.array(my_haiku_net.apply(my_haiku_params, x)).round(2))

# %% [markdown]
# Far from ones. (The rows are equal because the inputs are.) How wrong is each row? Say, its largest miss:


# %%
def largest_misses(params, net, input, target):
    error = net.apply(params, input) - target  # (3, 6)
    return jnp.abs(error).max(axis=1)  # (3,)


largest_misses(my_haiku_params, my_haiku_net, x, y)

# %% [markdown]
# That is a fair measure, one for each example. As a loss it fails:

# %% raises="TypeError" match="scalar-output functions"
jax.grad(largest_misses)(my_haiku_params, my_haiku_net, x, y)

# %% [markdown]
# The repair is in the message: reduce the three numbers to one. The mean will do.


# %%
def mean_largest_miss(params, net, input, target):
    return largest_misses(params, net, input, target).mean()  # ()


gradient = jax.grad(mean_largest_miss)(my_haiku_params, my_haiku_net, x, y)
jax.tree.map(jnp.shape, gradient)

# %% [markdown]
# Now there is a slope for each parameter.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Three losses have three gradients. Why does JAX insist on a loss of shape `()` rather than return all three?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Because three gradients give three directions, and a step goes in one. What lowers the miss of one example
# may raise that of another, and how to weigh them against each other is your decision: the mean weighs all
# alike. So `jax.grad` takes functions with one number as output and asks you to reduce. (If you do want the
# three, `jax.jacobian` returns them stacked, with a leading axis of length 3.)
#
# A shape of `(1,)` is refused too, although it holds one number only.
#
# </details>

# %% tags=["hidden"]
stacked = jax.jacobian(largest_misses)(my_haiku_params, my_haiku_net, x, y)
assert all(leaf.shape[0] == 3 for leaf in jax.tree.leaves(stacked))


def refusal(function, argument):
    try:
        jax.grad(function)(argument)
    except TypeError as problem:
        return str(problem)


assert "(1,)" in refusal(
    lambda params: mean_largest_miss(params, my_haiku_net, x, y)[None], my_haiku_params
)

# %% [markdown]
# ## Three losses under one name
#
# Large misses should cost more than small ones, which is why most losses square the error. Let $e$ be output
# minus target, of shape $(B, K)$ for $B$ examples and $K$ outputs. "The square loss" may then be any of
#
# $$\text{norm} = \sqrt{\sum_{i,j} e_{ij}^2} \qquad \text{sum} = \sum_{i,j} e_{ij}^2 \qquad
# \text{mean} = \frac{1}{BK} \sum_{i,j} e_{ij}^2$$
#
# The practical from which this course grew calls its function `square_loss` and asks for the "L2 norm": the
# name fits the last two, the text the first. Compute all three for an error, and for a batch that holds the
# same two examples twice over:

# %%
error = jnp.array([[1.0, -2.0, 0.0], [2.0, 0.0, 4.0]])  # (B, K) = (2, 3)
for name, e in {
    "two examples": error,
    "the same, twice": jnp.concatenate([error, error]),
}.items():
    total = (e**2).sum()
    print(
        f"{name:16} norm {jnp.sqrt(total):.3f}   sum {total:.3f}   mean {total / e.size:.3f}"
    )

# %% [markdown]
# The network is as wrong as before, example by example, but the sum has doubled and the norm has grown by
# $\sqrt 2$. Only the mean does not count how many entries there are, so its gradient, and with it your
# learning rate, keeps its scale when the batch grows. From here on the square loss is the mean, over *all*
# entries: of both axes.

# %% [markdown]
# ## Exercise: a square loss and its update
#
# Define two functions, with these arguments in this order:
#
# - `square_loss(params, net, input, target)` returns the mean over all entries of the squared error, shape
#   `()`;
# - `my_update(params, net, input, target, learning_rate)` takes one step of gradient descent on `square_loss`
#   and returns a pair: the loss before the step, and the new parameters.
#
# Both must work for any network, since they are given one. On `my_haiku_net` with the `x` and `y` above and a
# learning rate of 0.1 the loss is 1.0960, and after one step it is 0.9440.
#
# <details>
# <summary>Hint: the loss</summary>
#
# `largest_misses` computes an error of the right kind. What do you do with it instead of taking the largest
# entry? The mean of an array over all its entries needs no `axis`.
#
# </details>
#
# <details>
# <summary>Hint: the update</summary>
#
# Compare with `update_fn`. Which function does `value_and_grad` differentiate now, and which arguments does
# it have?
#
# </details>

# %% exercise="square-loss" kind="build" minutes="15"
### BEGIN SOLUTION
from snippets.losses import square_loss
from snippets.training import my_update

### END SOLUTION

# %% [markdown]
# The check brings a network and a batch of its own, and computes the loss and its slopes once more in NumPy.

# %% check="square-loss"
# What the check uses: a network of one smooth layer, a random batch, and its error in NumPy with 64 bits.
numbers = np.random.default_rng(0)
trial_theta, trial_input, trial_target = (
    numbers.normal(size=size) for size in (15, (7, 4), (7, 3))
)
trial_net = hk.without_apply_rng(hk.transform(lambda v: jnp.tanh(hk.Linear(3)(v))))


def trial_error(theta):
    return np.tanh(trial_input @ theta[:12].reshape(4, 3) + theta[12:]) - trial_target


def trial_arguments():
    w, b = jnp.float32(trial_theta[:12].reshape(4, 3)), jnp.float32(trial_theta[12:])
    return (
        {"linear": {"w": w, "b": b}},
        trial_net,
        jnp.float32(trial_input),
        jnp.float32(trial_target),
    )


def finite_differences(h=1e-5):
    steps = h * np.eye(15)
    costs = [
        [(trial_error(trial_theta + d) ** 2).mean() for d in (step, -step)]
        for step in steps
    ]
    return np.array([(above - below) / (2 * h) for above, below in costs])


def other_reading(value, e):
    known = {
        "the sum": (e**2).sum(),
        "the norm": np.sqrt((e**2).sum()),
        "the root of the mean": np.sqrt((e**2).mean()),
        "the mean over examples of the sum over outputs": (e**2).sum(axis=1).mean(),
        "half of it": (e**2).mean() / 2,
        "the mean of |e|, without a square": abs(e).mean(),
        "the mean of e, without a square": abs(e.mean()),
    }
    return "".join(
        f", which is {name}"
        for name, other in known.items()
        if np.isclose(abs(value), other, 2e-2)
    )


def is_number(value):
    return (
        isinstance(value, (jax.Array, np.ndarray, np.generic, float))
        and np.shape(value) == ()
    )


def answer_of(function, *arguments):
    try:
        return function(*arguments)
    except NotImplementedError:
        raise
    except Exception as problem:
        raise AssertionError(
            f"When the check calls your function, it stops with {type(problem).__name__}: {str(problem)[:200]} ... Does"
            " it use only its own arguments, and differentiate with respect to params? Read"
            ' "Ask for the gradient, and guess it first" again.'
        ) from problem


value, e = answer_of(square_loss, *trial_arguments()), trial_error(trial_theta)
assert is_number(value), (
    f"square_loss gives {getattr(value, 'shape', type(value).__name__)} where a number of shape () belongs: is there a"
    ' `return`, and is everything reduced? Read "Why a list of misses has no gradient" again.'
)
assert np.isclose(value, (e**2).mean(), 2e-2), (
    f"On a random batch square_loss gives {value:.4f}{other_reading(value, e)}. The mean of the squared error over all"
    f' entries is {(e**2).mean():.4f}. Read "Three losses under one name" again.'
)
slopes = finite_differences()
for rate in (0.5, 0.02):
    given, *rest = trial_arguments()
    before, shapes = jax.tree.leaves(given), jax.tree.map(jnp.shape, given)
    result = answer_of(my_update, given, *rest, rate)
    read = 'Read "Take a step, leaf by leaf" again.'
    is_pair = (
        isinstance(result, (tuple, list)) and len(result) == 2 and is_number(result[0])
    )
    assert is_pair, (
        f"my_update must return the pair (loss, new parameters), in this order, the loss of shape (). {read}"
    )
    assert [*map(id, jax.tree.leaves(given))] == [*map(id, before)], (
        f"my_update changes the parameters it is given; whoever still needs them gets others. Build new ones. {read}"
    )
    loss, new = result
    assert jax.tree.map(np.shape, new) == shapes, (
        f"The new parameters are not a tree like the old: which keys or shapes are missing or extra? {read}"
    )
    assert np.isclose(loss, (e**2).mean(), 2e-2), (
        f"my_update gives the loss {loss:.4f}, but the loss at the parameters it is given, before the step, is"
        f" {(e**2).mean():.4f}. Which parameters is it computed with? {read}"
    )
    moved = trial_theta - np.concatenate(
        [np.ravel(new["linear"]["w"]), np.ravel(new["linear"]["b"])]
    )
    assert not np.linalg.norm(moved) < 1e-4, (
        f"my_update returns the old parameters; return what tree.map builds. {read}"
    )
    length = moved @ slopes / (slopes @ slopes)
    assert np.linalg.norm(moved - length * slopes) < 0.05 * np.linalg.norm(moved), (
        f"The step is not along the gradient of the loss. Does every parameter move, by its own slope? {read}"
    )
    assert length > 0, (
        f"The step leads uphill: the loss grows along the gradient, so subtract it. {read}"
    )
    assert np.isclose(length, rate, 5e-2), (
        f"With learning rate {rate} the parameters move by {length:.3g} times the gradient of the mean square. Is"
        f" learning_rate used, and is it square_loss that is differentiated? {read}"
    )


def two_losses():
    params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
    first, params = my_update(
        params, my_haiku_net, jnp.ones((3, 12)), jnp.ones((3, 6)), 0.1
    )
    return first, square_loss(params, my_haiku_net, jnp.ones((3, 12)), jnp.ones((3, 6)))


pair = answer_of(two_losses)
assert np.allclose(pair, (1.0960, 0.9440), atol=5e-3), (
    f"On my_haiku_net the losses are {pair}, not 1.0960 and 0.9440, although a network of one layer"
    f" gave the right ones: do both functions work for any network, and any tree of parameters? {read}"
)
print(
    "One loss of shape (), the mean of all squares; one step down its gradient, as long as you asked; the loss"
)
print(
    "is the one before the step; nothing changed in place. On my_haiku_net: 1.0960, then 0.9440, as it should be."
)

# %% [markdown]
# Try the pair on the network and the batch of this page:

# %%
loss, new_params = my_update(my_haiku_params, my_haiku_net, x, y, 0.1)
print("before", loss, " after", square_loss(new_params, my_haiku_net, x, y))

# %% [markdown]
# 1.0960, then 0.9440.
#
# ## One direction, three lengths of step
#
# What if you had taken the sum, or the norm? All three are lowest where the error is smallest, so it seems a
# matter of taste. Take the same step with each.

# %%
readings = {
    "mean": lambda e: (e**2).mean(),
    "norm": lambda e: jnp.sqrt((e**2).sum()),
    "sum": lambda e: (e**2).sum(),
}


def step_with(reduce):
    def loss(params):
        return reduce(my_haiku_net.apply(params, x) - y)

    before, gradient = jax.value_and_grad(loss)(my_haiku_params)
    after = jax.tree.map(lambda p, g: p - 0.1 * g, my_haiku_params, gradient)
    return gradient, after, (before, loss(after))


steps = {name: step_with(reduce) for name, reduce in readings.items()}
for name, (_, _, (before, after)) in steps.items():
    print(f"{name}  {before:7.4f} -> {after:.4f}")

# %% tags=["hidden"]
pairs = [np.array(pair) for _, _, pair in steps.values()]
assert np.allclose(
    pairs, [(1.0960, 0.9440), (4.4416, 3.9475), (19.728, 2.829)], rtol=1e-2
)
left = [after / before for before, after in pairs]
assert 1 / 7.5 < left[2] < 1 / 6.5
assert min(left[:2]) > 5 / 6

# %% [markdown]
# Same network, same data, same learning rate: one step takes the sum down to a seventh, while the mean and
# the norm lose less than a sixth. The reason is the chain rule. With $N = B K$ entries, the sum is $N$ times
# the mean and the norm is the root of the sum, so
#
# $$\nabla \text{sum} = N \, \nabla \text{mean}, \qquad
# \nabla \text{norm} = \frac{N}{2 \, \text{norm}} \, \nabla \text{mean}$$
#
# The three gradients point the same way. Only their lengths differ, here with $N = 18$:

# %%
slope = steps["mean"][0]
norm = steps["norm"][2][0]
factors = {"mean": 1.0, "norm": y.size / (2 * norm), "sum": y.size}
for name, factor in factors.items():
    expected = jax.tree.map(lambda s, factor=factor: factor * s, slope)
    assert jax.tree.all(
        jax.tree.map(
            lambda a, b: jnp.allclose(a, b, 1e-2, 1e-4), steps[name][0], expected
        )
    )
    print(f"the gradient of the {name} is {factor:5.2f} times that of the mean")

# %% [markdown]
# "Learning rate 0.1" therefore means three lengths of step along one line. Walk that line. At each length $t$
# compute the mean loss at the parameters $\theta - t \, \nabla \text{mean}$, and beside it the straight line
# that the gradient promises, the tangent at $t = 0$. It falls by the sum of all squared slopes for each unit
# of $t$.


# %%
def loss_along(t):
    return square_loss(
        jax.tree.map(lambda p, s: p - t * s, my_haiku_params, slope), my_haiku_net, x, y
    )


t = np.linspace(0, 7, 701)
along = np.array(jax.vmap(loss_along)(t))
tangent = along[0] - t * sum((s**2).sum() for s in jax.tree.leaves(slope))
too_long = t[along > along[0]].min()
print(f"promised at t = 0.1: {tangent[10]:.3f}, found: {along[10]:.3f}")
print(
    f"lowest at t = {t[along.argmin()]:.1f}, higher than at the start from t = {too_long:.1f}"
)

# %% alt="The loss soon leaves its tangent, is lowest near t = 2.8, and is higher than at the start from t = 5.8 on."
figure, (near, far) = plt.subplots(
    1, 2, figsize=(8.4, 3.6), sharey=True, layout="constrained"
)
for axes in (near, far):
    axes.plot(t, along, "C0")
    axes.plot(t, tangent, "C1--")
    axes.plot(
        [0.1 * f for f in factors.values()],
        [loss_along(0.1 * f) for f in factors.values()],
        "C0o",
    )
    axes.set_xlabel("length of step t")
near.set(xlim=(0, 0.6), ylim=(0, 1.6), ylabel="mean loss", title="near the start")
far.set(xlim=(0, 7), title="all the way")

near.text(0.32, 0.3, "tangent at 0", color="C1", ha="right")
for axes, name in ((near, "mean"), (near, "norm"), (far, "sum")):
    place = 0.1 * factors[name], loss_along(0.1 * factors[name])
    axes.annotate(f"{name}, rate 0.1", place, (8, 8), textcoords="offset points")
far.axvspan(too_long, 7, color="C1", alpha=0.15)
far.text(too_long - 0.1, 1.3, "too long: above the start", ha="right")
plt.show()

# %% [markdown]
# The gradient is a promise about the start only. At $t = 0.1$, the step of `my_update`, the curve is already
# above its tangent. It goes on falling up to $t = 2.8$, climbs, and beyond 5.8 a step *down the gradient*
# ends higher than it began. What does that mean for the learning rate? Divide by the factors:

# %%
for name, factor in factors.items():
    print(f"the {name} takes too long a step at rates above {too_long / factor:.2f}")

# %% tags=["hidden"]
assert 2.7 < t[along.argmin()] < 2.95
assert 5.7 < too_long < 5.9
assert along[10] > tangent[10] + 0.02
assert 0.3 < too_long / 18 < 0.35
assert (y.size, 128 * 6) == (18, 768)

# %% [markdown]
# On this small batch the sum gets away with 0.1. But its factor is the number of entries: for 128 rows with 6
# outputs it is 768 instead of 18, and nobody who reads `learning_rate=0.1` sees that. The norm has another
# fault. Near the bottom the slopes of the mean shrink with the error, so its steps get shorter by themselves;
# the factor of the norm has the norm in the denominator, grows as the error shrinks, and undoes that. The
# mean has neither fault.
#
# One thing in the left panel is left to explain, the bend between the two dots. Count the hidden units that
# the ReLU lets through, for the input of ones:


# %%
def units_on(params):
    hidden = x[0] @ params["linear"]["w"] + params["linear"]["b"]  # (5,)
    return int((hidden > 0).sum())


print("at the start:", units_on(my_haiku_params), "of 5")
for name, (_, after, _) in steps.items():
    print(f"after the step with the {name}: {units_on(after)} of 5")

# %% tags=["hidden"]
assert [units_on(after) for _, after, _ in steps.values()] == [1, 0, 0]
for name in ("norm", "sum"):
    stuck = jax.grad(square_loss)(steps[name][1], my_haiku_net, x, y)
    assert not any(
        leaf.any() for leaf in (*stuck["linear"].values(), stuck["linear_1"]["w"])
    )
    assert stuck["linear_1"]["b"].any()

# %% [markdown]
# A single unit was on, and at the bend it goes off. The longer steps jump past that point: their loss is
# lower, but the hidden layer is silent for this input, and of all parameters only the last biases still have
# a slope. A lower loss after one step does not make the step a good one.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TypeError: Gradient only defined for scalar-output functions. Output had shape: (3,).` The loss returns
#   one number per example: reduce it, and say over which axes.
# - `TypeError: unsupported operand type(s) for *: 'float' and 'dict'` You computed with trees as if they were
#   arrays: use `jax.tree.map`.
# - `ValueError: pytree structure error: different pytree metadata` from `jax.tree.map`: the two trees differ
#   in structure, as when the gradient belongs to another network.
# - No message at all: a target of shape `(6,)` for an output of shape `(3, 6)` is broadcast, every row is
#   compared with the same six numbers, and the loss looks normal. Compare the shapes before you train.
# - No message at all: you call `my_update` in a loop and forget to pass on the new parameters. The loss stays
#   what it was.
#
# </div>


# %% tags=["hidden"]
def message_of(call):
    try:
        call()
    except ValueError as problem:
        return str(problem)


one_tree, other_tree = {"linear": 1.0}, {"linear_1": 1.0}
assert "pytree structure error: different pytree metadata" in message_of(
    lambda: jax.tree.map(lambda p, g: p - g, one_tree, other_tree)
)
assert square_loss(my_haiku_params, my_haiku_net, x, jnp.ones(6)).shape == ()

# %% [markdown]
# ## What you learned
#
# - A loss is a function that returns one number, shape `()`, and has the parameters among its arguments, by
#   convention first. `jax.value_and_grad` gives its value and its slopes in one call.
# - An update is one `jax.tree.map` over parameters and gradient. It returns new parameters and leaves the old
#   alone.
# - Sum, mean and norm have the same minimum and gradients of the same direction, but of different lengths. A
#   learning rate means something only together with the loss it is for. Here that is the mean over all
#   entries.
#
# Next: [A regression, and how low it can go](../haiku/regression.py) repeats `my_update` until the loss is as
# low as it can get, and computes how low that is.
