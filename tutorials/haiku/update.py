# %% [markdown]
# # Loss, gradient, update
#
# A training script repeats three steps: compute a loss, take its gradient, update the parameters. Here you write all
# three in the form of research code.

# %% tags=["short"]
import haiku as hk
import jax

net = hk.transform(lambda x: hk.Linear(1)(x))
x = jax.random.normal(jax.random.key(1), (4, 3))
params = net.init(jax.random.key(0), x)


def loss_fn(p):
    return ((net.apply(p, None, x) - 6) ** 2).mean()


grads = jax.grad(loss_fn)(params)
new = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
print(loss_fn(params), "->", loss_fn(new))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a loss that closes over `network.apply`, and an update that returns metrics too;
# - tell sum, mean and L2 norm of an error apart, and say what each does to a step;
# - read the update function of a real training script, line by line.
#
# You need: [`init` and `apply`](../haiku/transform.py), and `jax.tree.map` in [an update](../jax/descent.py).
#
# </div>

# %% [markdown]
# ## A loss that closes over the network
#
# In [Gradient descent by hand](../jax/descent.py) you took these three steps with a straight line. On this page a Haiku
# network learns to add: each row of inputs holds six numbers and then six more, and the targets are the six sums. Four
# examples, which training code calls a *batch*, are enough for now.

# %%
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %%
inputs = jax.random.normal(jax.random.key(1), (4, 12))  # (B, 12)
targets = inputs[:, :6] + inputs[:, 6:]  # (B, 6)
batch = inputs, targets

# %% [markdown]
# The network has two linear layers, 5 and 6 wide, with a ReLU between them, as in the exercise on
# [`hk.transform`](transform.py). This one makes its layers in the order in which it calls them, so `linear` is
# the first. The folded cell defines it; below it is called `network`, and its parameters before any training
# are called `start`.

# %% tags=["recap"]
from snippets.networks import two_layer_net

my_haiku_net = hk.without_apply_rng(hk.transform(two_layer_net))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %%
network, start = my_haiku_net, my_haiku_params

# %% [markdown]
# A loss returns one number and takes the parameters as its first argument, which is where `jax.grad` looks [unless
# you tell it otherwise](../jax/gradients.py). In much research code the loss takes two arguments, `(params, batch)`,
# and finds the network in a closure. That is allowed, because the network stays as it is; only the parameters
# change, and they are an argument.


# %%
def loss_fn(params, batch):
    inputs, targets = batch
    predictions = network.apply(params, inputs)  # (B, 6)
    return jnp.mean((predictions - targets) ** 2)  # ()


loss, grads = jax.value_and_grad(loss_fn)(start, batch)
print("loss", loss)

# %% [markdown]
# `jax.value_and_grad` gives the loss and its gradient in one call. Which names and shapes do you expect in
# `grads`?
#
# - [{{ grads["linear"]["w"].shape == (4, 12, 5) }}] Those of `start`, with a further axis for the four examples
# - [{{ jax.tree.map(jnp.shape, grads) == jax.tree.map(jnp.shape, start) }}] Those of `start`, whatever the number of examples
# - [{{ len(jax.tree.leaves(grads)) == len(batch) }}] Those of `batch`: one array (4, 12) and one (4, 6)

# %% tags=["predict"]
jax.tree.map(jnp.shape, grads)

# %% [markdown]
# The gradient is a tree like the parameters, with one partial derivative for each of them. One of its leaves is
# easy to compute by hand. With the error $e$ of shape $(B, K)$, prediction minus target, the loss is
# $L = \frac{1}{BK} \sum_{ij} e_{ij}^2$, and the last bias $b_j$ is added to column $j$ of the predictions. So
#
# $$\frac{\partial L}{\partial b_j} = \frac{2}{BK} \sum_i e_{ij}.$$

# %%
error = network.apply(start, inputs) - targets  # (B, 6)
by_hand = 2 * error.sum(axis=0) / error.size  # (6,)
print(jnp.allclose(grads["linear_1"]["b"], by_hand, atol=1e-3))

# %% tags=["hidden"]
assert np.allclose(grads["linear_1"]["b"], by_hand, atol=1e-3)
assert jax.tree.map(jnp.shape, grads) == jax.tree.map(jnp.shape, start)

# %% [markdown]
# The update subtracts a multiple of each gradient from its parameter, leaf by leaf, and the next step begins with the
# new tree:

# %% tags=["plot", "cover"] alt="Params and a batch give grads, a tree of the same shapes; params minus 0.2 grads are the new params."
# Caption: An update is leaf by leaf: each gradient has the shape of its parameter.
from snippets.drawing import DATA, GRADIENT, PARAMETERS, array, arrow, box, canvas, note

axes = canvas(18.6)
trees = {"params": (0.4, start, PARAMETERS), "grads": (23.6, grads, GRADIENT)}
for title, (left, leaves, colour) in trees.items():
    of = "my_haiku_params" if leaves is start else "loss, grads"
    box(axes, left + 6, 7.6, "\n" * 7, colour, 12, of)
    note(axes, left + 6, 1, title, of=of, family="monospace", color=colour)
    for column, (module, its) in zip((0.8, 6.4), leaves.items(), strict=True):
        note(axes, left + column, 3.1, module, "left", of, family="monospace")
        for name, top in (("w", 4.2), ("b", 11.4)):
            note(axes, left + column, top + 0.4, name, "left", of, family="monospace")
            array(axes, left + column + 1.3, top, its[name], (), colour, 0.5, of=of)
given, found = "(start, batch)", "jax.value_and_grad(loss_fn)"
gradient = box(axes, 18, 7.6, "gradient\nof loss_fn", of=found)
note(axes, 18, 2, "batch", of=given, color=DATA)
arrow(axes, (18, 2.7), gradient, of=given)
arrow(axes, (12.4, 7.6), gradient, color=PARAMETERS, of=given)
arrow(axes, gradient, (23.6, 7.6), color=GRADIENT, of=found)
rule, new = "lambda p, g: p - 0.1 * g, params, grads", "new = jax.tree.map"
step = box(axes, 19.4, 16.4, "params - 0.2 * grads", of=rule)
arrow(axes, (29.6, 13.4), (26.3, 16.4), bend=0.3, color=GRADIENT, of=rule)
arrow(axes, (10, 13.4), (14.5, 15.3), bend=-0.2, color=PARAMETERS, of=rule)
arrow(axes, (12.5, 16.8), (3, 13.4), bend=0.3, color=PARAMETERS, of=new)
note(axes, 5.2, 17.6, "new params", of=new, color=PARAMETERS)
plt.show()

# %% [markdown]
# ### The network as an argument
#
# You will also meet losses that take the network as an argument. `jax.grad` does not mind, because it
# differentiates with respect to the first argument and passes the others on as they are, even the two functions
# in an `hk.Transformed`. Here is another loss in that form, the largest miss of each example, averaged:


# %%
def largest_miss(params, net, input, target):
    error = net.apply(params, input) - target  # (B, K)
    return jnp.abs(error).max(axis=1).mean()  # ()


miss, its_grads = jax.value_and_grad(largest_miss)(start, network, inputs, targets)
print("largest miss, on average:", miss)
print("arrays in its gradient:", len(jax.tree.leaves(its_grads)))

# %% [markdown]
# The exercise below uses a loss of this form, which works for several networks. The price is that each call has to pass
# the network on, and that `jax.jit` refuses the network as an ordinary argument, as [Compile the whole step with
# `jax.jit`](../haiku/compiled_training.py) shows. (`input` shadows Python's built-in of that name, but only inside the
# loss.)
#
# ## Sum, mean and L2 norm
#
# "The square loss" can mean at least three things. For an error $e$ of shape $(B, K)$, with $N = BK$ entries,
#
# $$\text{sum} = \sum_{i,j} e_{ij}^2 \qquad \text{mean} = \frac{1}{N} \sum_{i,j} e_{ij}^2 \qquad
# \text{norm} = \sqrt{\sum_{i,j} e_{ij}^2}$$
#
# The last one is the *L2 norm* of the error, but papers that say "L2 loss" often mean one of the other two. Suppose
# that the batch holds each example twice, so that the network is as wrong as before, example by example. Which of the
# three change, and by what factor?
#
# - [{{ reductions["norm"](twice) > 1.9 * reductions["norm"](error) }}] The sum and the norm double; the mean stays.
# - [{{ reductions["norm"](twice) < 1.1 * reductions["norm"](error) }}] The sum doubles; the norm and the mean stay.
# - [{{ 1.4 < reductions["norm"](twice) / reductions["norm"](error) < 1.43 }}] The sum doubles, the norm grows by the
#   factor 1.4; the mean stays.

# %% tags=["predict"]
reductions = {
    "sum": lambda e: (e**2).sum(),
    "mean": lambda e: (e**2).mean(),
    "norm": lambda e: jnp.sqrt((e**2).sum()),
}
twice = jnp.concatenate([error, error])  # (2 B, 6)
for name, reduce in reductions.items():
    print(f"{name:5}{reduce(error):8.3f} ->{reduce(twice):8.3f}")

# %% [markdown]
# The sum doubles, and the norm grows by a factor of $\sqrt 2$. Of the three, the mean alone does not depend on how many
# entries there are. A step follows the gradient, however, and the three gradients have factors of their own.
#
# ## Exercise: predict the gradients
#
# Before you compute any, say what happens to the *norm of the gradient*, with each of the three losses, in two
# cases:
#
# - `"batch twice"`: the batch holds each example twice, as above, and the gradient is the one with respect to
#   the parameters;
# - `"error twice"`: the batch has its old size, but every error is twice as large, and the gradient is the one
#   with respect to the predictions.
#
# Define `predicted_factors`, a dictionary of dictionaries with six factors: 1 if that norm stays the same, 2 if
# it doubles, and so on.
#
# <details>
# <summary>Hint</summary>
#
# The derivatives of the sum are $2 e_{ij}$. Those of a root $\sqrt s$ are the derivatives of $s$, divided by
# $2 \sqrt s$.
#
# </details>

# %% exercise="gradient-factors" kind="predict" minutes="8"
# predicted_factors = {
#     "batch twice": {"sum": ..., "mean": ..., "norm": ...},
#     "error twice": {"sum": ..., "mean": ..., "norm": ...},
# }
### BEGIN SOLUTION
predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}
### END SOLUTION

# %% check="gradient-factors"
from publishing.teaching.checking import predicted


def _growth_of_length(before, after):
    def length(tree):
        return jnp.sqrt(sum((leaf**2).sum() for leaf in jax.tree.leaves(tree)))

    return float(length(after) / length(before))


_truth = {"batch twice": {}, "error twice": {}}
for _name, _reduce in reductions.items():

    def _loss(params, x, y, reduce=_reduce):
        return reduce(network.apply(params, x) - y)

    _doubled = (jnp.concatenate([part, part]) for part in (inputs, targets))
    _before, _after = (
        jax.grad(_loss)(start, *data) for data in ((inputs, targets), _doubled)
    )
    _truth["batch twice"][_name] = _growth_of_length(_before, _after)
    _before, _after = (jax.grad(_reduce)(factor * error) for factor in (1, 2))
    _truth["error twice"][_name] = _growth_of_length(_before, _after)
predicted(
    globals(),
    "predicted_factors",
    _truth,
    {
        (
            "batch twice",
            "sum",
        ): "Every example adds its gradient, and each is there twice.",
        ("batch twice", "mean"): "The mean also divides by twice as many entries.",
        (
            "batch twice",
            "norm",
        ): "The gradient of the norm is that of the sum, divided by twice the norm: both change.",
        (
            "error twice",
            "sum",
        ): "The loss itself grows by 4, but its derivative is 2 e.",
        ("error twice", "mean"): "The mean is the sum divided by N, and N is the same.",
        (
            "error twice",
            "norm",
        ): "The derivatives of the norm are e / norm, and the norm doubles with the errors.",
    },
)
print("Right: all six factors agree with the gradients that JAX computes.")

# %% [markdown]
# ## One direction, three lengths of step
#
# With the chain rule you can compare the three gradients. The sum is $N$ times the mean, and the norm is the
# root of the sum, so
#
# $$\nabla \text{sum} = N \, \nabla \text{mean}, \qquad
# \nabla \text{norm} = \frac{N}{2 \, \text{norm}} \, \nabla \text{mean}.$$
#
# On paper all three point the same way, and only their norms differ, except where every error is 0: there the norm has
# no gradient, and JAX gives nan. Whichever you choose, a step of gradient descent,
# $\theta' = \theta - \eta \, \nabla L$, therefore goes along one line in parameter space. Walk that line: for each $t$,
# compute the mean loss at $\theta - t \, \nabla \text{mean}$. One step on the mean with learning rate $\eta$ lands at
# $t = \eta$; one step on the norm or the sum lands at $\eta$ times its factor.


# %%
def loss_along(t):
    return loss_fn(jax.tree.map(lambda p, g: p - t * g, start, grads), batch)


N = error.size
factors = {"mean": 1.0, "norm": N / (2 * jnp.linalg.norm(error)), "sum": float(N)}
rate = 0.2
for name, factor in factors.items():
    before, after = loss_along(0.0), loss_along(rate * factor)
    print(f"{name:5}t = {rate * factor:.2f}: mean loss {before:.3f} -> {after:.3f}")

# %% [markdown]
# For the figure, take many lengths $t$, and draw beside the curve the straight line that the gradient promises:
# its tangent at $t = 0$, which falls by the squared norm of the gradient for each unit of $t$.

# %%
t = np.linspace(0, 5.2, 521)
along = np.array(jax.vmap(loss_along)(t))
tangent = along[0] - t * sum(float((g**2).sum()) for g in jax.tree.leaves(grads))
lowest, too_long = t[along.argmin()], t[along > along[0]].min()

# %% tags=["plot"] alt="The mean loss leaves its tangent, turns, and ends above the start; labelled dots mark three steps."
# Caption: The gradient tells how the loss changes in a short step; a step that is too
# long ends higher than it began.
figure, axes = plt.subplots()
axes.plot(t, along, "C0")
axes.plot(t, tangent, "C1--")
axes.axhline(along[0], color="C2", lw=1)
axes.text(0.8, 0.35, "tangent: what the\ngradient promises", color="C1")
axes.text(0.95, along[0] + 0.06, "loss at the start", color="C2")
offsets = {"mean": (14, 9), "norm": (20, 6), "sum": (-10, 0)}
for name, factor in factors.items():
    place = rate * factor, loss_along(rate * factor)
    axes.plot(*place, "C0o")
    axes.annotate(
        f"{name}, rate {rate}",
        place,
        offsets[name],
        textcoords="offset points",
        ha="right" if name == "sum" else "left",
        va="center",
        color="C0",
    )
axes.set(
    xlim=(0, 5.2),
    ylim=(0, 4.6),
    xlabel="length of step t, in gradients of the mean",
    ylabel="mean loss",
    title="Three steps along one line",
)
plt.show()

# %% tags=["hidden"]
assert max(loss_along(rate), loss_along(rate * factors["norm"])) < along[0]
assert lowest < too_long < rate * factors["sum"]

# %% [markdown]
# The gradient describes the loss only near the start. The loss soon leaves the tangent, is lowest at $t =$
# {{ lowest:.2f}}, and beyond $t =$ {{ too_long:.2f}} a step *down the gradient* ends higher than it began, as the
# step on the sum does at this learning rate. In terms of learning rates, the first step is too long above
# {{ too_long:.2f}} for the mean, above {{ too_long / factors["norm"]:.2f}} for the norm, and above
# {{ too_long / N:.2f}} for the sum.
#
# So in gradient descent a learning rate means something only together with its loss. (Adam, which divides by the size
# of the gradients, usually takes nearly the same steps for sum and mean.)
#
# The factor of the sum is the number of entries: {{ N }} here, and 768 for 128 rows, though the code says 0.2 in both
# cases. The norm has another fault, the one in your last prediction: because its gradient does not shrink with the
# errors, its steps are still long near a minimum where all errors are 0, and jump over it. The mean has neither fault,
# so from here on the square loss is the mean over *all* entries, of both axes.
#
# ## Exercise: a square loss and its update
#
# Here is an update as you may find it in a repository. It is written for one network, and it does not compute
# quite what you need.


# %%
def repository_update(params, batch, lr=0.1):
    def loss_fn(params):
        error = network.apply(params, batch["x"]) - batch["y"]  # (B, K)
        return jnp.mean(0.5 * jnp.sum(error**2, axis=1))

    grads = jax.grad(loss_fn)(params)
    new_params = jax.tree.map(lambda p, g: (1 - 1e-2 * lr) * p - lr * g, params, grads)
    return new_params, loss_fn(new_params)


_, loss = repository_update(start, {"x": inputs, "y": targets})
print("loss", loss)

# %% [markdown]
# Make two functions of it, with these arguments in this order:
#
# - `square_loss(params, net, input, target)` returns the mean over all entries of the squared error, shape
#   `()`;
# - `my_update(params, net, input, target, learning_rate)` takes one step of gradient descent on `square_loss`
#   and returns a pair: the loss before the step, and the new parameters.
#
# Both must work for any network without a key at `apply`, for inputs `(B, D)` and targets `(B, K)`, and must not
# change `params`. Which six things in the code above must be different? For a network that is a single
# `hk.Linear(1)` on one input, `my_update` should agree with these loops:


# %%
def step_in_loops(w, b, inputs, targets, learning_rate):
    loss = grad_w = grad_b = 0.0
    for one_input, one_target in zip(inputs, targets, strict=True):
        error = w * one_input + b - one_target
        loss += error**2 / len(inputs)
        grad_w += 2 * error * one_input / len(inputs)
        grad_b += 2 * error / len(inputs)
    return loss, w - learning_rate * grad_w, b - learning_rate * grad_b


print(
    step_in_loops(2.0, 1.0, inputs=[3.0, -1.0], targets=[5.0, 2.0], learning_rate=0.1)
)


# %% tags=["hidden"]
@jax.jit
def _two_losses(params):
    def loss(params):
        return jnp.mean((my_haiku_net.apply(params, jnp.ones((3, 12))) - 1) ** 2)

    first, grads = jax.value_and_grad(loss)(params)
    return first, loss(jax.tree.map(lambda p, g: p - 0.1 * g, params, grads))


with jax.default_matmul_precision("highest"):
    _first, _second = _two_losses(my_haiku_params)

# %% [markdown]
# On `my_haiku_net` and `my_haiku_params`, with ones of shape `(3, 12)` as inputs, ones of shape `(3, 6)` as
# targets and a learning rate of 0.1, the loss is {{ _first:.4f}}, and after one step it is {{ _second:.4f}}.
#
# <details>
# <summary>Hint: where to look</summary>
#
# Compare the loss of the repository with the formulas of "Sum, mean and L2 norm", and its step with
# $\theta' = \theta - \eta \, \nabla L$. Which loss does it return?
#
# </details>
#
# <details>
# <summary>Hint: the six differences</summary>
#
# The network is a global name; there is a factor of one half; the squares of an example are summed; each step
# also shrinks the weights (*weight decay*); the loss is the one after the step; it is returned second.
#
# </details>


# %% exercise="square-loss" kind="build" minutes="12"
def square_loss(params, net, input, target):
    """The mean over all entries of the squared error, shape ()."""
    ### BEGIN SOLUTION
    error = net.apply(params, input) - target  # (B, K)
    return jnp.mean(error**2)  # ()
    ### END SOLUTION


def my_update(params, net, input, target, learning_rate):
    """One step of gradient descent: the loss before it, and the new parameters."""
    ### BEGIN SOLUTION
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return loss, new_params
    ### END SOLUTION


# %% [markdown]
# The check brings networks and random batches of its own.

# %% check="square-loss"
from functools import partial

from publishing.teaching.checking import Check

_three = 'Read "Sum, mean and L2 norm" again.'
_stops = {
    "scalar-output": f"`jax.grad` needs one number. {_three}",
    "as an abstract array": "jax.jit refuses net, which is not an array. Must it be compiled here?",
    "TracerArrayConversion": "NumPy cannot use a tracer: use jnp in the loss.",
    "Concretization": "float and int cannot use a tracer. Leave it an array.",
    "unsupported operand": "Parameters are a tree: which function works leaf by leaf?",
    "attribute 'apply'": "The network comes second among the arguments.",
    "retriev": "Does it apply net, its argument, with params?",
    "": "Does it use its own arguments, and only those?",
}
_loss = Check(globals(), "square_loss", "The network as an argument", _stops)
_step = Check(globals(), "my_update", "One direction, three lengths of step", _stops)


def _mean_of_squares(params, net, x, y):
    error = net.apply(params, x) - y
    return jnp.mean(error**2), error


_with_grads = jax.value_and_grad(_mean_of_squares, has_aux=True)
_reference = jax.jit(_with_grads, static_argnums=1)


def _case(rows, wide, sizes, scale, by_factor=False, check=_loss):
    draw = np.random.default_rng(rows)
    mlp = partial(hk.nets.MLP, sizes, activation=jnp.tanh)

    def layers(x):
        factor = hk.get_parameter("factor", (), init=jnp.ones) if by_factor else 1
        return factor * mlp()(x)

    net = hk.without_apply_rng(hk.transform(layers))
    x, y = (np.float32(draw.normal(size=(rows, n))) for n in (wide, sizes[-1]))
    form = jax.eval_shape(net.init, jax.random.key(0), x)
    params = jax.tree.map(lambda p: jnp.float32(draw.normal(size=p.shape)), form)
    data = net, jnp.array(x), jnp.array(scale * y)
    with jax.default_matmul_precision("highest"):
        (true, e), grads = _reference(params, *data)
    e = np.float64(e)
    others = {
        f"that is the sum. {_three}": (e**2).sum(),
        f"that is the norm. {_three}": np.sqrt((e**2).sum()),
        f"that is the root of the mean. {_three}": np.sqrt(true),
        "that is half of the mean.": true / 2,
        "that is the loss of the repository.": (e**2).sum(axis=1).mean() / 2,
        f"it sums over the outputs, not all is averaged. {_three}": (e**2).sum() / rows,
        "that is the mean of |e|. Where is the square?": abs(e).mean(),
        "that is the square of the mean.": e.mean() ** 2,
        "that is one number for each row.": (e**2).mean(axis=1),
        "": f"What is squared, and over what is the mean? {_three}",
    }
    kind = " times a parameter" * by_factor
    when = f"With {rows} rows and layers {sizes}{kind}, "
    loss = check.call(params, *data, when=when)
    check.require(not isinstance(loss, tuple), "Return the loss alone, and no metrics.")
    check.agrees(loss, true, others, when)

    def after(length, decay=0.0):
        return jax.tree.map(
            lambda p, g: np.array((1 - decay) * p - length * g), params, grads
        )

    for rate in (0.5, 0.02, 2e-3):
        new = after(rate)
        with jax.default_matmul_precision("highest"):
            later = _reference(new, *data)[0][0]
        trees = {
            "the step leads uphill.": after(-rate),
            "the step is as long as the gradient. What is learning_rate for?": after(1),
            "the step has the length 0.1, whatever learning_rate is.": after(0.1),
            "that is a step on the sum.": after(rate * e.size),
            "those are the old parameters.": params,
            "that is the gradient. What are the parameters after the step?": grads,
            "the weights decay, too.": after(rate, 1e-2 * rate),
        }
        others = {told: (true, tree) for told, tree in trees.items()} | {
            "which of the two comes first?": (new, true),
            "the loss comes first, and it is that before the step.": (new, later),
            "where is the loss?": new,
            "the loss is that after the step.": (later, new),
            "": "Does each parameter move by learning_rate times its gradient, and nothing else?",
        }
        when = f"With {rows} rows, layers {sizes}{kind} and learning_rate {rate}, "
        pair = _step.call(params, *data, rate, when=when)
        _step.agrees(pair, (true, new), others, when)


_many = int(np.random.default_rng().integers(70, 99))
_cases = (7, 3, [4], 1.0), (_many, 3, [4, 3, 4], 1e3), (1, 1, [5], 30.0)
_step.over(_case, *_cases, (1, 1, [5, 1], 1.0))
_case(5, 1, [5, 1], 1.0, True)
_data = my_haiku_net, jnp.ones((3, 12)), jnp.ones((3, 6))
_before, _new = _step.call(my_haiku_params, *_data, 0.1)
_pair, _what = (_before, _loss.call(_new, *_data)), "The two losses on my_haiku_net"
_others = {"": "Do both functions work for any tree of parameters?"}
with jax.default_matmul_precision("highest"):
    (_right, _), _grads = _reference(my_haiku_params, *_data)
    _after = jax.tree.map(lambda p, g: p - 0.1 * g, my_haiku_params, _grads)
    _right = _right, _reference(_after, *_data)[0][0]
_step.agrees(_pair, _right, _others, what=_what)
global check_loss  # which the next cell calls, too


def check_loss(answer):
    namespace = {"square_loss": answer}
    check = Check(namespace, "square_loss", "The network as an argument", _stops)
    _case(7, 3, [4], 1.0, check=check)


print(f"Agrees on five networks. On my_haiku_net: {_pair[0]:.4f}, then {_pair[1]:.4f}.")

# %% [markdown]
# The check says which mistake it sees. Of a loss that sums the squares instead of averaging them, it says:


# %% raises="AssertionError" match="that is the sum" tags=["sample"]
def sum_of_squares(params, net, input, target):
    error = net.apply(params, input) - target  # (B, K)
    return jnp.sum(error**2)


check_loss(sum_of_squares)

# %% [markdown]
# ## Return new parameters and metrics
#
# You will want to watch more than the loss: the largest miss, an accuracy, the parts of a loss that has
# several. Such numbers are called *metrics*, and because the loss function has already computed most of what they
# need, it may as well return them beside the loss:


# %%
def loss_and_metrics(params, batch):
    inputs, targets = batch
    error = network.apply(params, inputs) - targets  # (B, 6)
    return jnp.mean(error**2), {"largest miss": jnp.abs(error).max()}


# %% raises="TypeError" match="scalar-output functions"
jax.value_and_grad(loss_and_metrics)(start, batch)

# %% [markdown]
# JAX cannot know which of the two it should differentiate. With `has_aux=True` it differentiates the first result and
# passes the second one through, here a dictionary of one array. That is all you need for an update:


# %%
@jax.jit
def update(params, batch):
    (loss, metrics), grads = jax.value_and_grad(loss_and_metrics, has_aux=True)(
        params, batch
    )
    new_params = jax.tree.map(lambda p, g: p - 0.2 * g, params, grads)
    return new_params, {"loss": loss, **metrics}


params = start
for _ in range(4):
    params, metrics = update(params, batch)
    print({name: round(float(value), 3) for name, value in metrics.items()})

# %% [markdown]
# Three things here are conventions that you will find in much research code.
#
# - The signature is `update(params, batch)`, without the network, so `@jax.jit` compiles the whole step as it
#   is.
# - The update returns `(new_params, metrics)`: first what the next step needs, then what you look at. `jax.lax.scan`
#   and many examples of Optax and Flax use the same order. (The exercise had the loss first, as `value_and_grad` has,
#   so read the line with `return` before you unpack.)
# - The metrics belong to the parameters *before* the step, because that is where the gradient was taken.
#
# ## Read a real update function
#
# Real scripts pass more than the parameters from step to step: a key for dropout, a step count, averages. Often all of
# it travels in one named tuple, which `jax.jit` accepts because it is a pytree. Here is a script in the style of those
# that come with Haiku, small enough to run. First the network and the state:


# %%
class TrainingState(NamedTuple):  # 1
    params: hk.Params
    average: hk.Params
    key: jax.Array
    step: jax.Array


def net_fn(x, is_training):  # 2
    h = jax.nn.relu(hk.Linear(64)(x))  # (B, 64)
    if is_training:
        h = hk.dropout(hk.next_rng_key(), 0.1, h)
    return hk.Linear(6)(h)  # (B, 6)


dropout_net = hk.transform(net_fn)

# %% [markdown]
# 1. `params` are trained. `average` is a smoothed copy of them, which many scripts use for evaluation. Where a
#    script uses Optax, there is also `opt_state`, the memory of the optimiser.
# 2. `is_training` switches dropout on. It is a Python bool, so the `if` is fine, unless it is traced. For dropout,
#    the network keeps its key at `apply`, so there is no `hk.without_apply_rng`.
#
# Then the loss and the update:


# %%
def training_loss(params, key, batch):  # 3
    inputs, targets = batch
    predictions = dropout_net.apply(params, key, inputs, is_training=True)
    loss = jnp.mean((predictions - targets) ** 2)
    penalty = sum(jnp.sum(p**2) for p in jax.tree.leaves(params))
    return loss + 1e-4 * penalty, {"loss": loss, "penalty": penalty}


@jax.jit
def train_step(state, batch):
    key = jax.random.fold_in(state.key, state.step)  # 4
    grads, metrics = jax.grad(training_loss, has_aux=True)(  # 5
        state.params, key, batch
    )
    params = jax.tree.map(lambda p, g: p - 0.2 * g, state.params, grads)  # 6
    average = jax.tree.map(lambda a, p: 0.9 * a + 0.1 * p, state.average, params)
    return TrainingState(params, average, state.key, state.step + 1), metrics  # 7


# %% [markdown]
# 3. The arguments come in the order of `apply`: parameters, then the key, then the batch. (Much code calls the key
#    `rng`.) The loss that is differentiated has a penalty on large weights; the metrics show the two parts.
# 4. Each step makes a new key from the step count.
# 5. `jax.grad` with `has_aux` returns `(grads, metrics)`. Compare `value_and_grad` above, which returns
#    `((loss, metrics), grads)`.
# 6. This is the step itself. With Optax it takes two lines: the optimiser turns `grads` into `updates`, and
#    `optax.apply_updates` adds them to the parameters.
# 7. The function returns a new state of the same structure, and then the metrics.
#
# The rest of such a script makes the first state and repeats the step on new batches:

# %%
init_key, dropout_key, data_key = jax.random.split(jax.random.key(0), 3)
params = dropout_net.init(init_key, inputs, is_training=True)
state = TrainingState(params, params, dropout_key, jnp.array(0))
x = np.asarray(jax.random.normal(data_key, (201, 64, 12)))  # (steps, B, 12)
y = x[..., :6] + x[..., 6:]  # (steps, B, 6)
for step in range(201):
    state, metrics = train_step(state, (x[step], y[step]))
    if step % 100 == 0:
        print(step, {name: round(float(m), 2) for name, m in metrics.items()})
predictions = dropout_net.apply(state.average, None, inputs, is_training=False)
print(
    "the first two sums  ", targets[0, :2], "\npredicted by average", predictions[0, :2]
)

# %% tags=["hidden"]
_count = 0
_frozen = jax.jit(lambda x: x.sum() * 0 + _count)
_before = _frozen(jnp.ones(3))
_count = 5

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The step count travels in the state. Would a global variable, read in the line marked 4, work as well?
#
# - [{{ _frozen(jnp.ones(3)) == _count }}] Yes: each step would read the number that it has then.
# - [{{ _frozen(jnp.ones(3)) == _before }}] No: each step would use the number that it had in the trace.
# - [{{ _frozen(jnp.ones(3)) > _before }}] No: each step would trace again, as the number has changed.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# No. `jax.jit` runs the Python code of `train_step` once, while it traces, and keeps the number that the global had
# then. Until the next trace, as for a batch of another shape, every step would make the same key, and dropout would
# zero the same units each time, without an error. So whatever changes from step to step should come in as an argument
# and be returned as a result.
#
# </details>
#
# ## Exercise: a batch with empty rows
#
# A compiled `update` compiles again for each new batch size, so the last, shorter batch is often *padded*: it
# is filled up with rows that do not count, and a mask says which rows do. This loss takes such a batch, a
# dictionary whose `"mask"` of shape `(B,)` is 1.0 for a real row and 0.0 for padding:


# %%
def padded_loss(params, batch):
    predictions = network.apply(params, batch["inputs"])  # (B, 6)
    squares = (predictions - batch["targets"]) ** 2  # (B, 6)
    return jnp.mean(batch["mask"][:, None] * squares)  # ()


def padded(rows):
    """The batch of this page, filled up with rows of zeros."""
    extra = ((0, rows - 4), (0, 0))
    mask = (jnp.arange(rows) < 4).astype(jnp.float32)
    return {
        "inputs": jnp.pad(inputs, extra),
        "targets": jnp.pad(targets, extra),
        "mask": mask,
    }


for rows in (4, 8, 16):
    print(f"{rows:2} rows, 4 of them real: loss {padded_loss(start, padded(rows)):.4f}")

# %% [markdown]
# The four real examples are the same in each line, and yet the loss and its gradient halve each time the batch
# doubles. Training would run, but in effect with a smaller learning rate on the last batch of each epoch.
#
# Define `masked_loss(params, batch)`, which closes over `network` as `padded_loss` does and returns the mean of the
# squared error over all entries of the *real* rows, shape `()`. At least one row is real, and the real rows may be
# anywhere in the batch. Padding rows need not be zero: they may hold any number up to a thousand in size, but no
# nan. It must work under `jax.jit` and `jax.grad`.
#
# <details>
# <summary>Hint</summary>
#
# Which entries are added up, and by how many should the sum be divided? (Under `jax.jit` you cannot select the rows
# with `squares[mask == 1]`, since `mask` is traced, and the shape of the result would depend on its numbers.)
#
# </details>


# %% exercise="masked-loss" kind="repair" minutes="10"
def masked_loss(params, batch):
    """The mean of the squared error over all entries of the real rows, shape ()."""
    ### BEGIN SOLUTION
    predictions = network.apply(params, batch["inputs"])  # (B, 6)
    squares = (predictions - batch["targets"]) ** 2  # (B, 6)
    per_example = squares.mean(axis=1)  # (B,)
    return jnp.sum(batch["mask"] * per_example) / jnp.sum(batch["mask"])  # ()
    ### END SOLUTION


# %% check="masked-loss"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "masked_loss",
    "Exercise: a batch with empty rows",
    {
        "broadcast": "The mask (B,) needs a second axis to go with errors of (B, 6).",
        "boolean indices": "Rows cannot be selected by a traced mask: the shape would depend on its numbers.",
        "TracerArray": "NumPy cannot use a tracer: use jnp.",
        "oncret": "A tracer has no value for int, float or `if`.",
        "": "It gets params and a batch of inputs, targets and a mask, and nothing else changes.",
    },
)


def compiled_with_gradient(loss):
    return jax.jit(jax.value_and_grad(loss))


def _row_loss(params, x, y):
    return jnp.mean((network.apply(params, x) - y) ** 2)


_each_row = jax.jit(jax.vmap(jax.value_and_grad(_row_loss), in_axes=(None, 0, 0)))
_params = jax.tree.map(lambda p: jnp.array(np.array(p) + 0.1), start)  # no bias is zero
_odd = 2 * int(np.random.default_rng().integers(140, 170)) + 1


def _case(real, padding, scale):
    rows, draw = real + padding, np.random.default_rng(real)
    is_real = draw.permutation(rows) < real
    x, y = draw.normal(size=(rows, 12)), scale * draw.normal(size=(rows, 6))
    for part in (x, y):  # what padding may hold
        part[~is_real] = draw.uniform(-1000, 1000, (padding, part.shape[1]))
    x, y, mask = (jnp.float32(array) for array in (x, y, is_real))
    with jax.default_matmul_precision("highest"):
        met = np.argmax(is_real), 0  # an entry whose error is 0
        y = y.at[met].set(network.apply(_params, x)[met])
        data = [np.resize(part, (400, part.shape[1])) for part in (x, y)]
        (losses, grads), (elsewhere, _) = (
            _each_row(p, *data) for p in (_params, start)
        )
    losses, elsewhere = np.array(losses)[:rows], np.array(elsewhere)[:rows]
    true = losses[is_real].mean()
    slopes = jax.tree.map(lambda g: np.array(g)[:rows][is_real].mean(0), grads)
    others = {
        "the sum is divided by the number of all entries, padding included.": real
        * true
        / rows,
        "the sum is divided by the number of real rows, not of their entries.": 6
        * true,
        "that is the sum.": 6 * real * true,
        "that is one number for each row.": is_real * losses / real,
        "the padding rows are added up, too.": losses.sum() / real,
        "the padding rows are taken for real ones.": losses.mean(),
        "the first rows are taken. Where are the ones in the mask?": losses[
            :real
        ].mean(),
        "`start` is used, not params.": elsewhere[is_real].mean(),
        "": "Which entries are added up, and how many are counted?",
    }
    when = f"When {real} of {rows} rows are real, "
    given = _params, {"inputs": x, "targets": y, "mask": mask}
    _check.agrees(_check.call(*given, when=when), true, others, when, rtol=1e-4)
    both = _check.call(*given, by=jax.value_and_grad, when=when)
    _check.agrees(both[0], true, {}, when, "the loss under jax.grad", rtol=1e-4)
    both = _check.call(*given, by=compiled_with_gradient, when=when)
    zeros = jax.tree.map(np.zeros_like, slopes)
    others = {"the gradient is 0. Where do params enter the loss?": (true, zeros)}
    others[""] = "Does everything depend on params through the predictions?"
    what = "the loss and its gradient under jax.jit"
    _check.agrees(both, (true, slopes), others, when, what, rtol=1e-4)


_cases = (5, 3, 1.0), (8, 0, 0.1), (1, 7, 10.0), (2, 6, 1e3), (1, 0, 1.0)
_check.over(_case, *_cases, (_odd, 43, 1.0))
print("Agrees with the mean over the real rows, and so does its compiled gradient.")

# %% [markdown]
# ## What can go wrong
#
# - `TypeError: Gradient only defined for scalar-output functions. Output had shape: (4,).` The loss returns an array,
#   perhaps a number per example: reduce it, and say over which axes.
# - `TypeError: Gradient only defined for scalar-output functions. Output was (...)` Usually the loss returns metrics
#   too, and `has_aux=True` is missing.
# - `ValueError: pytree structure error` from `jax.tree.map`: the two trees differ in structure, as when the
#   gradient belongs to another network, or you pass `metrics` instead of `grads`.
# - No message at all: a target of shape `(6,)` for predictions of shape `(4, 6)` is broadcast, every row is
#   compared with the same six numbers, and the loss looks normal. Compare the shapes before you train.
# - No message at all, and the loss does not fall: perhaps the loop forgets to pass on the new parameters.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - By default `jax.grad` expects a loss that takes the parameters first and returns one number. In research code this
#   is often `loss_fn(params, batch)`, closes over `network.apply`, and returns metrics beside the loss with
#   `has_aux=True`.
# - The update returns `(new_params, metrics)`. Whatever else changes from step to step, such as a key or a count, can
#   travel in a named tuple with the parameters.
# - The sum, mean and norm of an error have gradients that point the same way and differ in size, so the learning
#   rate of gradient descent means something only together with its loss. Here that is the mean over all entries,
#   padding left out.
#
# Next: [A regression, and how low it can go](../haiku/regression.py) repeats the update until the loss is as
# low as it can get, and computes how low that is.
