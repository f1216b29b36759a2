# %% [markdown]
# # Application: a classifier
#
# You have met all the parts: networks, losses, gradients, updates, keys, compilation. Here you put them
# together without a scaffold and train a network that sorts inputs into two classes. Training it takes a
# second or two. The harder half comes after: finding out how good the network is, how good it could be, and
# whether a network was the right tool.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - write a classifier from an empty cell: network, loss with a bottom, accuracy, update, compiled loop;
# - measure its accuracy on data that it has not seen, and compare that with the best accuracy possible;
# - try another loss and a smaller model before you believe in the one you have.
#
# You need: the compiled loop of [Compile the whole step](../haiku/compiled_training.py),
# [Keys, not seeds](../jax/random_keys.py), and `jax.vmap` from
# [One example in mind, a batch in hand](../jax/batching.py).
#
# </div>

# %%
import math
from collections.abc import Mapping
from functools import partial

import chex
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

learning_rate = 1e-2
num_iterations = 1000

# %% [markdown]
# ## The data, and the best that anyone can do
#
# Each input $x$ holds 36 standard normal numbers. Its label is 1 if the sum of $12\,x$ plus unit noise is
# above 6, and 0 otherwise. You get a function that draws a batch of eight, with one key for the inputs and
# another for the noise.

# %%
from snippets.data import build_input_output

# %% [markdown]
# Three things on this page are random: the first parameters, the training batches and the test data. Each
# gets a key of its own. Batch $i$ comes from `fold_in(data_key, i)`, so no batch is drawn twice. The test
# data is many batches in one call of `vmap`, laid end to end. No training step sees it.

# %%
init_key, data_key, test_key = jax.random.split(jax.random.key(0), 3)


@jax.jit
def draw_batch(i):
    return build_input_output(jax.random.fold_in(data_key, i))


def draw_many(key, batches):
    x, labels = jax.vmap(build_input_output)(jax.random.split(key, batches))
    return x.reshape(-1, 36), labels.reshape(-1, 1)


x, labels = draw_batch(0)
test_x, test_labels = draw_many(test_key, 1024)
print("a batch:", x.shape, labels.shape, " test data:", test_x.shape, test_labels.shape)
print("labels of the batch:", labels[:, 0])
print(f"share of label 0 in the test data: {1 - test_labels.mean():.3f}")

# %% [markdown]
# Label 0 is a little more frequent, so whoever always answers 0 is right on rather more than half. That is
# the number to beat from below.
#
# There is a number above as well. The label depends on noise that nobody sees. Let $t = \sum_j x_j / 6$,
# which is standard normal. The sum of $12\,x$ is $72\,t$, and the 36 noises add up to a normal number of
# standard deviation 6. So the label is 1 with probability
#
# $$P(y = 1 \mid t) = \Phi\left(\frac{72\,t - 6}{6}\right) = \Phi(12\,t - 1)$$
#
# where $\Phi$ is the distribution function of the standard normal. The best answer is the likelier label,
# which is right with probability $\Phi(|12\,t - 1|)$. Averaged over $t$, with its density $\varphi(t)$, that
# gives the **Bayes accuracy**, above which nobody gets except by luck:
#
# $$\int \varphi(t) \, \Phi(|12\,t - 1|) \, dt$$

# %%
t = np.linspace(-8, 8, 20_001)
density = np.exp(-(t**2) / 2) / math.sqrt(2 * math.pi)
right = np.array(  # Phi(|12 t - 1|)
    [0.5 * (1 + math.erf(abs(12 * s - 1) / math.sqrt(2))) for s in t]
)
bayes = np.trapezoid(density * right, t)

best_guess = test_x.sum(axis=1, keepdims=True) > 0.5
print(f"Bayes accuracy: {bayes:.4f}")
print(
    f"the likelier label, on the test data: {jnp.mean(best_guess == (test_labels == 1)):.4f}"
)

# %% tags=["hidden"]
assert test_x.shape == (8192, 36)
assert abs(bayes - 0.9736) < 5e-5
assert abs(jnp.mean(best_guess == (test_labels == 1)) - bayes) < 0.006
assert 0.51 < 1 - test_labels.mean() < 0.56
assert math.sqrt(0.94 * 0.06 / 8192) < 0.003

# %% [markdown]
# The integral says 0.9736, and the rule "is the sum above 0.5?", which is $12\,t > 1$ in other words, gets
# about that on the test data. The difference is chance: a share measured on 8192 examples is typically off by
# 0.003. Any accuracy that is clearly above 0.9736 will be a reason to look for a mistake.
#
# ## A loss that needs a bottom
#
# The network is to output one real number $f$ for each $x$. You read it as label 1 if $f \geq 0$, else as
# label 0. So $f$ should be large where the label is 1 and small where it is 0. The bluntest loss that says so
# takes $-f$ for label 1 and $+f$ for label 0. With $y$ for the label,
#
# $$\sum_i (1 - 2 y_i) \, f_i$$
#
# You met a loss like this before: a sum of outputs, with slopes that never change. Let descent choose a
# single $f$, for an example with label 1, and count no network at all:


# %%
def blunt(f, y):
    return (1 - 2 * y) * f


def bounded(f, y):
    return (1 - 2 * y) * f + 0.01 * f**2


for loss_of in (blunt, bounded):
    slope = jax.jit(jax.grad(loss_of))
    path = [0.0]
    for _ in range(500):
        path.append(float(path[-1] - slope(path[-1], 1.0)))  # learning rate 1
    print(
        f"{loss_of.__name__:8} after 0, 10, 100, 500 steps:",
        [round(path[i], 1) for i in (0, 10, 100, 500)],
    )

# %% tags=["hidden"]
assert abs(path[-1] - 50) < 0.1
assert abs(bounded(50.0, 1.0) + 25) < 1e-4
assert abs(bounded(-50.0, 0.0) + 25) < 1e-4
assert abs(bounded(150.0, 1.0) - 75) < 1e-4
assert abs(bounded(-50.0, 1.0) - 75) < 1e-4

# %% [markdown]
# With the blunt loss $f$ climbs one per step for ever, since there is no lowest value to stop at. The second
# loss adds a **regularisation term**, $0.01 \, f^2$, and $f$ settles at 50.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why $0.01 \, f^2$? Where exactly does it put the bottom, for either label, and how deep is it? (Complete the
# square. It helps to write $s = 2y - 1$, which is $+1$ for label 1 and $-1$ for label 0.)
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The loss of one example is $-s f + 0.01 f^2$, and because $s^2 = 1$,
#
# $$0.01 \, f^2 - s f = 0.01 \, (f - 50 s)^2 - 25$$
#
# So this is the squared error in disguise, with targets $+50$ and $-50$. The bottom of each example is $-25$.
# Any other factor would do as well: it sets how far out the targets are, and with that the scale of the
# gradients. Without the term they are infinitely far away.
#
# </details>

# %% alt="Without the regulariser both losses are straight lines; with it, parabolas with bottoms of -25 at 50 and -50."
figure, axes = plt.subplots(figsize=(6.4, 4.0), layout="constrained")
f = np.linspace(-120, 120, 241)
for y, colour in ((1, "C0"), (0, "C1")):
    bottom = 50 * (2 * y - 1)
    axes.plot(f, blunt(f, y), colour + "--")
    axes.plot(f, bounded(f, y), colour)
    axes.plot(bottom, -25, colour + "o")
    axes.annotate(
        f"label {y}",
        (bottom, -25),
        (0, 8),
        textcoords="offset points",
        color=colour,
        ha="center",
    )
axes.axhline(-25, color="C2", linewidth=1)
axes.text(-118, -36, "floor, -25", color="C2")
axes.set(
    xlabel="output f",
    ylabel="loss of one example",
    ylim=(-80, 130),
    title="Dashed: without 0.01 f². Solid: with it",
)
plt.show()

# %% [markdown]
# Solid lines have a bottom of $-25$, at $+50$ for label 1 and at $-50$ for label 0. So a batch of eight
# cannot go below $-200$, which tells you at any time how far the training still has to go. The parabolas say
# something odd too: an output of 150 for label 1 costs 75, as much as an output of $-50$, although it is on
# the right side by far. Keep that in mind.
#
# ## Check shapes before they multiply
#
# The labels come in the shape `(8, 1)`, like the outputs. What if you drop the last axis of the labels? Take
# outputs that are perfect, $+50$ and $-50$, and count how many predictions are right.

# %%
perfect = 50.0 * (2 * labels - 1)  # (8, 1)
flat_labels = labels[:, 0]  # (8,)
for name, some_labels in {"labels": labels, "flat_labels": flat_labels}.items():
    hits = (perfect >= 0) == (some_labels == 1)
    print(
        f"{name:11} {some_labels.shape!s:7} -> {hits.shape}, accuracy {hits.mean():.3f}"
    )

# %% tags=["hidden"]
flat_hits = (perfect >= 0) == (flat_labels == 1)
assert flat_hits.shape == (8, 8)
assert 0.4 < flat_hits.mean() < 0.8
assert ((perfect >= 0) == (labels == 1)).all()

# %% [markdown]
# A perfect network is right about half the time, and nothing complains. A column `(8, 1)` against a row
# `(8,)` is *broadcast* to `(8, 8)`: each output is compared with the label of every example. The loss would
# do the same, and train on 64 pairs of which 56 are nonsense. Say what you expect, with one line of chex:

# %% raises="AssertionError" match="different shapes"
chex.assert_equal_shape([perfect, flat_labels])

# %% [markdown]
# The assertion looks at shapes only. Under `jax.jit` shapes are known while tracing, so it works there too,
# and costs nothing once the code is compiled.

# %% [markdown]
# ## Exercise: a classifier from end to end
#
# `init_key`, `draw_batch`, its first batch `x` and `labels`, `learning_rate` and `num_iterations` are given
# above, and the loop with its printed line below. Define
#
# - `my_net_func(x)`: a linear layer 12 wide, a ReLU, a second layer 12 wide, a ReLU, and a linear layer with
#   one output, so that 8 inputs give the shape `(8, 1)`;
# - `my_loss(params, net, x, labels)`: the **sum** over the batch, which is what the learning rate above is
#   meant for,
#
#   $$L = \sum_i (1 - 2 y_i) \, f_i + 0.01 \sum_i f_i^2$$
#
# - `my_update_function(params, net, x, labels, learning_rate)`: one step of gradient descent on `my_loss`; it
#   returns the loss before the step and the new parameters;
# - `my_accuracy(params, net, x, labels)`: the share of right predictions, where $f \geq 0$ predicts label 1;
# - `my_net`, the transform of `my_net_func` without a key at `apply`, and `my_params`, at first from
#   `init_key` and `x`;
# - `my_jitted_update(params, x, labels, lr)`: the update of `my_net`, compiled once for all batches
#   and all learning rates.
#
# In the loop, train `my_params`, then let `accuracy` be the accuracy on the batch with the new parameters.
# (Compile that too, or the loop takes many times as long.)
#
# <details>
# <summary>Hint: the labels</summary>
#
# `1 - 2 * labels` is $+1$ for label 0 and $-1$ for label 1, in the shape of the labels. Begin `my_loss` and
# `my_accuracy` with the output `f` of the network, and compare its shape with that of the labels at once.
#
# </details>
#
# <details>
# <summary>Hint: the compiled update</summary>
#
# A network cannot be a traced argument of a compiled function. Close over it:
# `jax.jit(lambda params, x, labels, lr: ...)`. The same works for the accuracy.
#
# </details>

# %% exercise="classifier" kind="build" minutes="40"
### BEGIN SOLUTION
from snippets.classification import (
    my_accuracy,
    my_loss,
    my_net_func,
    my_update_function,
)

### END SOLUTION


### BEGIN SOLUTION
my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)
my_jitted_update = jax.jit(
    lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr)
)
jitted_accuracy = jax.jit(
    lambda params, x, labels: my_accuracy(params, my_net, x, labels)
)
### END SOLUTION

for i in range(num_iterations):
    x, labels = draw_batch(i)
    ### BEGIN SOLUTION
    loss, my_params = my_jitted_update(my_params, x, labels, learning_rate)
    accuracy = jitted_accuracy(my_params, x, labels)
    ### END SOLUTION
    if i % 100 == 0:
        print(f"iteration {i:3}: loss {loss:7.2f}, accuracy {accuracy:.3f}")

# %% [markdown]
# The check does each piece once more in NumPy, on numbers of its own, and measures `my_params` on examples
# that neither you nor the network has seen.

# %% check="classifier"
# What the check uses: a linear network, a network that hands on its input, and the answers in NumPy.
trial_numbers = np.random.default_rng(0)
trial_labels = np.array([[1], [0], [0], [1], [1], [0], [1], [1]], np.int32)
trial_x = trial_numbers.normal(size=(8, 36)).astype(np.float32)
trial_w, trial_b = 2 * trial_numbers.normal(size=(36, 1)), np.array([0.5])
trial_f = np.array(
    [[40.0], [-30.0], [12.0], [-3.0], [0.0], [-20.0], [60.0], [0.3]], np.float32
)
linear_net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
same_net = hk.without_apply_rng(hk.transform(lambda x: x[:, :1]))
check_x, check_labels = draw_many(jax.random.key(2026), 1024)


trial_given = np.concatenate(
    [trial_f, np.zeros((8, 35), np.float32)], axis=1
)  # of which same_net returns trial_f


trial_given = np.concatenate(
    [trial_f, np.zeros((8, 35), np.float32)], axis=1
)  # of which same_net returns trial_f


def trial_params():
    return {"linear": {"w": jnp.float32(trial_w), "b": jnp.float32(trial_b)}}


def loss_in_numpy(f, y, factor=0.01):
    f = np.asarray(f, np.float64)
    return ((1 - 2 * y) * f + factor * f**2).sum()


def other_loss(value):
    f, y, flat = trial_f.astype(np.float64), trial_labels, trial_labels[:, 0]
    known = {
        "the loss without the regularisation term": loss_in_numpy(f, y, 0),
        "the mean over the batch, not the sum": loss_in_numpy(f, y) / 8,
        "what comes with the sign turned round, so that label 1 pulls f down": loss_in_numpy(
            f, 1 - y
        ),
        "the loss with the regularisation term subtracted": loss_in_numpy(f, y, -0.01),
        "what comes if the term is 0.01 f, without the square": (
            (1 - 2 * y) * f + 0.01 * f
        ).sum(),
        "the sum over 64 pairs: the shape (8, 1) met (8,)": loss_in_numpy(f, flat),
        "the sum over 64 pairs in the first term: the shape (8, 1) met (8,)": (
            ((1 - 2 * flat) * f).sum() + 0.01 * (f**2).sum()
        ),
        "what comes with the mean of f^2 in the second term": ((1 - 2 * y) * f).sum()
        + 0.01 * (f**2).mean(),
    }
    return "".join(
        f" That is {name}."
        for name, other in known.items()
        if np.isclose(value, other, 1e-3, 1e-3)
    )


def other_accuracy(value):
    f, y, flat = trial_f, trial_labels, trial_labels[:, 0]
    known = {
        "the share of wrong answers": ((f >= 0) != y).mean(),
        "the number of right answers, not their share": ((f >= 0) == y).sum(),
        "the share in percent": 100 * ((f >= 0) == y).mean(),
        "what comes with the threshold 0.5; the output is no probability, and label 1 begins at 0": (
            ((f >= 0.5) == y).mean()
        ),
        "what comes if an output of exactly 0 counts as label 0": ((f > 0) == y).mean(),
        "the share among 64 pairs: the shape (8, 1) met (8,)": (
            (f >= 0) == flat
        ).mean(),
    }
    return "".join(
        f" That is {name}."
        for name, other in known.items()
        if np.isclose(value, other, 1e-3)
    )


def is_number(value):
    return (
        isinstance(value, (jax.Array, np.ndarray, np.generic, float))
        and np.shape(value) == ()
    )


def is_pair(result):
    is_two = isinstance(result, (tuple, list)) and len(result) == 2
    return is_two and is_number(result[0]) and isinstance(result[1], Mapping)


def is_pair(result):
    is_two = isinstance(result, (tuple, list)) and len(result) == 2
    return is_two and is_number(result[0]) and isinstance(result[1], Mapping)


def answer_of(
    what, function, *arguments, read="Exercise: a classifier from end to end"
):
    try:
        return function(*arguments)
    except NotImplementedError:
        raise
    except Exception as problem:
        raise AssertionError(
            f"When the check calls {what}, it stops with {type(problem).__name__}: {str(problem)[:200]} ... Does it use"
            f' only its own arguments, in the order that the exercise gives? Read "{read}" again.'
        ) from problem


def plain_output(
    params, x, first=jax.nn.relu, second=jax.nn.relu, last=lambda out: out
):
    leaf = {p.shape: p for p in jax.tree.leaves(params)}
    hidden = first(x @ leaf[36, 12] + leaf[12,])
    return last(second(hidden @ leaf[12, 12] + leaf[12,]) @ leaf[12, 1] + leaf[1,])


def random_params(params):
    """Return other numbers in the tree of the learner, the two biases of 12 alike since only shapes tell them apart."""
    draw = {
        shape: np.random.default_rng(sum(shape)).normal(size=shape)
        for shape in {p.shape for p in jax.tree.leaves(params)}
    }
    return jax.tree.map(
        lambda p: jnp.float32(draw[p.shape] / p.shape[0] ** 0.5), params
    )


def move(old, new):
    return np.concatenate(
        [
            np.ravel(a) - np.ravel(b)
            for a, b in zip(*map(jax.tree.leaves, (old, new)), strict=True)
        ]
    )


def copied(params):
    return jax.tree.map(jnp.copy, params)


def modules_that_run(call):
    """Count the calls of Haiku modules during a call: none if it is compiled and not traced again."""
    calls = []

    def note(next_call, args, kwargs, context):
        calls.append(context.method_name)
        return next_call(*args, **kwargs)

    with hk.intercept_methods(note):
        call()
    return len(calls)


read = 'Read "Exercise: a classifier from end to end" again.'
assert isinstance(my_net, hk.Transformed), (
    f"`my_net` is no `Transformed`, as `hk.transform` returns. {read}"
)
start = answer_of("my_net.init(key, x)", my_net.init, jax.random.key(3), trial_x)
found = sorted(p.shape for p in jax.tree.leaves(start))
assert found == [(1,), (12,), (12,), (12, 1), (12, 12), (36, 12)], (
    f"For 36 inputs the parameters of `my_net` have the shapes {found}; three linear layers of 12, 12 and 1 outputs"
    f" have (36, 12), (12, 12), (12, 1) and biases of 12, 12 and 1. {read}"
)
others = random_params(start)
out = answer_of("my_net.apply(params, x)", my_net.apply, others, trial_x)
shape = getattr(out, "shape", type(out).__name__)
assert shape == (8, 1), (
    f"For 8 inputs `my_net.apply` gives {shape} and not (8, 1), one output for each. {read}"
)
for name, changed in {
    "first": {"first": jnp.array},
    "second": {"second": jnp.array},
}.items():
    assert not np.allclose(out, plain_output(others, trial_x, **changed), 2e-2, 2e-2), (
        f"There is no ReLU after the {name} layer, so two layers act as a single linear one. {read}"
    )
assert np.allclose(out, plain_output(others, trial_x), 2e-2, 2e-2), (
    "On random parameters `my_net` is not Linear 12, ReLU, Linear 12, ReLU, Linear 1: is a ReLU missing, or one too"
    f" many after the output, or is it another activation? {read}"
)
func = hk.without_apply_rng(hk.transform(my_net_func))
assert np.allclose(
    answer_of("my_net_func", func.apply, others, trial_x), out, 2e-2, 2e-2
), f"`my_net_func` is not the function that `my_net` transforms. {read}"

bottom = 'Read "A loss that needs a bottom" again.'
value = answer_of("my_loss", my_loss, {}, same_net, trial_given, trial_labels)
assert is_number(value), (
    f"`my_loss` must return one number of shape (): is there a `return`, and a sum? {bottom}"
)
expected = loss_in_numpy(trial_f, trial_labels)
assert np.isclose(value, expected, 1e-3), (
    f"On eight given outputs `my_loss` is {value:.2f}, but (1 - 2 y) f + 0.01 f^2, summed over the batch, is"
    f" {expected:.2f}.{other_loss(value)} {bottom}"
)
value = answer_of("my_loss on my_net", my_loss, start, my_net, trial_x, trial_labels)
expected = loss_in_numpy(my_net.apply(start, trial_x), trial_labels)
agrees = is_number(value) and np.isclose(value, expected, 2e-2, 2e-2)
assert agrees, (
    f"On eight given outputs `my_loss` was right, but on `my_net` it is {value} and not {expected:.4f}. {bottom}"
)

shapes = 'Read "Check shapes before they multiply" again.'
value = answer_of("my_accuracy", my_accuracy, {}, same_net, trial_given, trial_labels)
assert is_number(value), (
    f"`my_accuracy` must return one number of shape (), between 0 and 1. {shapes}"
)
expected = ((trial_f >= 0) == trial_labels).mean()
assert np.isclose(value, expected, 1e-3), (
    f"On eight given outputs `my_accuracy` is {value:.4f}, but the share of right predictions is {expected:.4f}, where"
    f" f >= 0 predicts label 1.{other_accuracy(value)} {shapes}"
)

f = trial_x @ trial_w + trial_b
slope = (1 - 2 * trial_labels) + 0.02 * f  # dL/df, (8, 1)
gradient = move(
    {"linear": {"w": trial_x.T @ slope, "b": slope.sum(0)}},
    jax.tree.map(jnp.zeros_like, trial_params()),
)
for rate in (0.01, 0.002):
    given = trial_params()
    before = [*map(id, jax.tree.leaves(given))]
    result = answer_of(
        "my_update_function",
        my_update_function,
        given,
        linear_net,
        trial_x,
        trial_labels,
        rate,
    )
    assert is_pair(result), (
        f"`my_update_function` must return the pair (loss, new parameters), in this order. {read}"
    )
    assert [*map(id, jax.tree.leaves(given))] == before, (
        f"`my_update_function` changes the parameters that it is given: build new ones with `jax.tree.map`. {read}"
    )
    loss_before, new = result
    assert jax.tree.map(np.shape, new) == jax.tree.map(np.shape, given), (
        f"The new parameters are not a tree like the old: which keys or shapes are missing or extra? {read}"
    )
    assert np.isclose(loss_before, loss_in_numpy(f, trial_labels), 2e-2), (
        f"`my_update_function` returns the loss {loss_before:.3f}, but at the parameters that it is given, before the"
        f" step, the loss is {loss_in_numpy(f, trial_labels):.3f}. {read}"
    )
    moved = move(given, new)
    length = moved @ gradient / (gradient @ gradient)
    assert length > 0, (
        f"`my_update_function` does not go downhill: return the parameters minus a step along the gradient. {read}"
    )
    assert np.linalg.norm(moved - length * gradient) < 0.05 * np.linalg.norm(moved), (
        f"The step is not along the gradient of the loss. Is it `my_loss` that you differentiate? {read}"
    )
    assert np.isclose(length, rate, 5e-2), (
        f"With learning rate {rate} the parameters move by {length:.3g} times the gradient: is the argument"
        f" `learning_rate` used? {read}"
    )

hint = 'Open "Hint: the compiled update" again.'
for rate, at in ((0.01, trial_x), (0.002, 2 * trial_x)):
    result = answer_of(
        "my_jitted_update", my_jitted_update, copied(start), at, trial_labels, rate
    )
    assert jax.tree.map(np.shape, result[1]) == jax.tree.map(np.shape, start), (
        f"The parameters that `my_jitted_update` returns are not a tree like those it is given. {hint}"
    )
    assert jax.tree.map(np.shape, result[1]) == jax.tree.map(np.shape, start), (
        f"The parameters that `my_jitted_update` returns are not a tree like those it is given. {hint}"
    )
    plain_loss, plain_new = my_update_function(start, my_net, at, trial_labels, rate)
    assert is_pair(result), (
        f"`my_jitted_update` must return the pair (loss, new parameters), like `my_update_function`. {hint}"
    )
    away = np.linalg.norm(move(result[1], plain_new)) / np.linalg.norm(
        move(start, plain_new)
    )
    agrees = np.isclose(result[0], plain_loss, 2e-2, 2e-2) and away < 0.05
    assert agrees, (
        f"With learning rate {rate}, `my_jitted_update` and `my_update_function` on the same batch give different"
        " results. Does the compiled function use all its four arguments? What it takes from outside is frozen when"
        f" it is first called. {hint}"
    )
    ran = modules_that_run(
        lambda rate=rate, at=at: my_jitted_update(
            copied(start), at, trial_labels, rate / 2
        )
    )
assert ran == 0, (
    f"A later call of `my_jitted_update` ran Python code of your modules {ran} times: it is not compiled, or it is"
    f" compiled anew for each call or each learning rate. {hint}"
)

assert jax.tree.map(np.shape, my_params) == jax.tree.map(np.shape, start), (
    f"`my_params` is not a tree of parameters of `my_net`. Did the loop mix up loss and parameters? {read}"
)
assert all(np.isfinite(p).all() for p in jax.tree.leaves(my_params)), (
    f"`my_params` holds nan or infinity: the training diverged. Which learning rate does the loop use? {bottom}"
)
held_out = np.mean(
    (np.asarray(my_net.apply(my_params, check_x)) >= 0)
    == (np.asarray(check_labels) == 1)
)
assert held_out >= 0.9, (
    f"On {len(check_x)} examples that it has not seen, `my_params` is right in {held_out:.3f}; about 0.94 is usual."
    " Near 0.5, the loop does not keep the new parameters, trains on one batch again and again, or takes far too long"
    f" steps; in between, the steps are too few, or too short. {read}"
)
print(
    "Network, loss, accuracy and update agree with NumPy; compiled once, for every batch and learning rate."
)
print(
    f"Held-out accuracy of your parameters: {held_out:.3f} on {len(check_x)} fresh examples."
)

# %% [markdown]
# ## An accuracy that is too good
#
# The loop printed an accuracy of 1 most of the time. You know that 0.9736 is the most anyone can expect, and
# the check, on fresh examples, found less than that.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The practical from which this exercise comes measures like your loop. (It also draws the inputs and the
# noise from one key.) Why are the numbers in the loop too high?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Because of the order. The update has just moved the parameters so as to get these eight examples right, and
# the accuracy is measured on the same eight, afterwards. That tells you that the step was long enough to fit
# them, and nothing about others. Measured *before* the update, the same batch would be fresh data and the
# accuracy fair, only noisy: with eight examples it moves in steps of 0.125.
#
# One key for both draws makes the noise equal to the inputs, number by number. The label then follows from
# the input without doubt, and the best accuracy possible is 1. The problem became easier than it looks, as
# [Keys, not seeds](../jax/random_keys.py) shows.
#
# </details>
#
# To see the difference, repeat the training from three seeds and record more: the loss, the accuracy on the
# batch before and after each update, and now and then the accuracy on the test data. The step is written for
# one seed, `vmap` makes it three, and `lax.scan` makes the loop a single program. Network and loss are static
# arguments, since you will try others, and the learning rate is a traced one.
# (The test data never change, so the compiled function may capture them.)

# %%
seed_keys = jax.random.split(jax.random.key(1), (num_iterations + 1, 3))
draw_batches = jax.jit(jax.vmap(jax.vmap(build_input_output)))
batches = draw_batches(seed_keys[1:])  # (1000, 3, 8, 36), (1000, 3, 8, 1)


@partial(jax.jit, static_argnames=("net", "loss_function"))
def histories(params, batches, learning_rate, net, loss_function):
    def step(params, batch):
        x, labels = batch
        loss, gradient = jax.value_and_grad(loss_function)(params, net, x, labels)
        new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
        before, after = (my_accuracy(p, net, x, labels) for p in (params, new_params))
        return new_params, (
            {"loss": loss, "before": before, "after": after},
            new_params,
        )

    def test_accuracy(params):
        return my_accuracy(params, net, test_x, test_labels)

    _, (history, path) = jax.lax.scan(jax.vmap(step), params, batches)
    path = jax.tree.map(
        lambda p: p[19::20], path
    )  # the parameters after every 20th iteration
    return history | {
        "held-out": jax.lax.map(jax.vmap(test_accuracy), path),
        "path": path,
    }


def three_runs(net, loss_function, learning_rate):
    params = jax.vmap(lambda key: net.init(key, x))(seed_keys[0])
    return histories(
        params, batches, learning_rate, net=net, loss_function=loss_function
    )


runs = three_runs(my_net, my_loss, learning_rate)
print({name: runs[name].shape for name in ("loss", "before", "after", "held-out")})

# %% [markdown]
# Rows are iterations, columns are seeds; the held-out accuracy is computed after every 20th iteration.
# Average the second half of each run:


# %%
def late(values):
    return np.array(values, float)[len(values) // 2 :].mean(axis=0)  # (3,)


for name in ("after", "before", "held-out"):
    print(f"accuracy, {name:8} {late(runs[name]).round(3)}")

# %% tags=["hidden"]
assert (late(runs["after"]) > bayes).all()
assert (late(runs["before"]) < 0.965).all()
assert (abs(late(runs["before"]) - late(runs["held-out"])) < 0.025).all()
assert ((late(runs["held-out"]) > 0.91) & (late(runs["held-out"]) < 0.96)).all()
assert (runs["held-out"][5:10].mean(axis=0) > 0.85).all()
assert runs["held-out"].max() < bayes
same_key = jax.random.key(5)
assert (
    jax.random.normal(same_key, (8, 36)) == jax.random.normal(same_key, (8, 36))
).all()

# %% [markdown]
# In each of the three runs the accuracy after the update is above the Bayes accuracy, which no honest
# measurement on so many examples is. Before the update it agrees with the held-out accuracy, up to chance.
# One seed alone would not have told you how far runs differ. Look at the whole course:


# %% alt="The loss falls towards -200; accuracy after the update passes the Bayes line, the other two stay below it."
def smooth(values, width=50):
    return np.convolve(values, np.ones(width) / width, mode="valid")[::5]


figure, (left, right) = plt.subplots(1, 2, figsize=(8.8, 3.8), layout="constrained")
iterations = np.arange(num_iterations)
left.plot(iterations[::5], runs["loss"][::5, 0], "C0.", markersize=3, alpha=0.5)
left.plot(iterations[49::5], smooth(runs["loss"][:, 0]), "C0")
left.axhline(-200, color="C1", linestyle="--")
left.text(0, -205, "floor, -200", color="C1", va="top")
left.set_ylim(-240, 60)
left.set(
    xlabel="iteration",
    ylabel="loss of a batch of eight",
    title="One seed: every fifth batch, running mean",
)

for name, colour, height in (("after", "C3", 0.99), ("before", "C0", 0.925)):
    right.plot(
        iterations[49::5], smooth(runs[name].mean(axis=1)), colour
    )  # mean over the seeds
    right.text(1060, height, f"batch, {name}\nthe update", color=colour, va="center")
right.plot(iterations[19::20], runs["held-out"], "C2", linewidth=1)
right.text(1060, 0.947, "held-out", color="C2", va="center")
right.axhline(bayes, color="C1", linestyle="--")
right.text(1060, bayes - 0.004, "Bayes", color="C1", va="center")
right.set(
    xlabel="iteration", ylabel="accuracy", ylim=(0.85, 1.005), title="Three seeds"
)
plt.show()

# %% [markdown]
# On the left the loss makes its way towards $-200$ and does not arrive: the labels are noisy, and a batch
# with a surprise in it costs much. On the right, after the update, the accuracy is beyond the possible almost
# from the beginning. The held-out curves (green, one for each seed) are the ones to report. They do most of
# their climb within two hundred iterations, waver with every noisy batch, and stay below the Bayes line. The
# accuracy before the update follows them and costs no test data.
#
# ## What the network answers
#
# The accuracy only counts signs. Look at the outputs of *your* parameters on the test data, label by label.

# %% alt="Outputs for label 0 gather near -50, those for label 1 near 50; a few of each lie on the wrong side of zero." tags=["cover"]
outputs = np.array(my_net.apply(my_params, test_x))  # (8192, 1)
is_one = np.array(test_labels) == 1
figure, axes = plt.subplots(figsize=(6.8, 3.6), layout="constrained")
bins = np.linspace(-110, 110, 111)
for label, chosen, place in ((0, ~is_one, -90), (1, is_one, 90)):
    axes.hist(outputs[chosen], bins, color=f"C{1 - label}", alpha=0.6)
    axes.text(place, 150, f"label {label}", color=f"C{1 - label}", ha="center")
    axes.axvline(50 * (2 * label - 1), color=f"C{1 - label}", linestyle="--")
axes.axvline(0, color="C2", linewidth=1)
axes.set(
    xlabel="output f",
    ylabel="test examples",
    title="Two classes, and where they overlap",
)
plt.show()

# %% [markdown]
# The two heaps lie round $+50$ and $-50$ (dashed), as the completed square demands. What is on the wrong side
# of zero is the error.
#
# ## Without the regulariser
#
# Now for the experiment that the practical warns of: the same network and learning rate, without $0.01 f^2$.
# A single free output walked away at a steady pace. What will a network do?


# %%
def blunt_loss(params, net, x, labels):
    f = net.apply(params, x)  # (B, 1)
    return jnp.sum((1 - 2 * labels) * f)


blown = three_runs(my_net, blunt_loss, learning_rate)
sizes = np.abs(np.where(np.isfinite(blown["loss"]), blown["loss"], np.nan))  # (1000, 3)
for seed in range(3):
    largest, first = (
        np.nanmax(sizes[:, seed]),
        np.isnan(np.append(sizes[:, seed], np.nan)).argmax(),
    )
    print(
        f"seed {seed}: {first} iterations before the first nan, largest loss {largest:.0e},",
        end=" ",
    )
    print(f"held-out accuracy {blown['held-out'][-1, seed]:.3f}")

# %% tags=["hidden"]
assert (np.nanmax(sizes, axis=0) > 1e5).all()
assert (blown["held-out"][-1] < 0.56).all()
ends = jax.tree.map(lambda p: p[-1], blown["path"])
ends_out = np.array(jax.vmap(lambda p: my_net.apply(p, test_x))(ends))[
    ..., 0
]  # (3, 8192)
assert all(np.isnan(out).all() or np.ptp(out) == 0 for out in ends_out)
assert (abs(runs["loss"]) < 2000).all()

# %% alt="Without the regulariser the size of the loss explodes within a hundred iterations; with it, it stays small."
figure, axes = plt.subplots(figsize=(6.8, 3.6), layout="constrained")
axes.semilogy(abs(runs["loss"][:100]), "C0", linewidth=1.2)
axes.semilogy(sizes[:100], "C1", linewidth=1.2)
axes.text(99, 2e3, "with 0.01 f²", color="C0", ha="right")
axes.text(50, 1e8, "without", color="C1", ha="right")
axes.set(
    xlabel="iteration",
    ylabel="size of the loss",
    title="Three seeds, with and without a bottom",
    ylim=(1e-2, None),
)
plt.show()

# %% [markdown]
# It does not walk, it explodes. The output is a product of three layers, so larger weights have larger
# gradients, which make larger weights. A run ends in `nan`, or a last finite step throws the weights so far
# that no ReLU lets anything through. Either way the network gives one answer to everything, and its accuracy
# is the share of one label. Note how quietly that happens: `nan >= 0` is false, so a network of `nan`
# predicts label 0, and its accuracy looks like that of a weak classifier rather than of a broken one.
#
# ## A loss that knows when it is right
#
# The square has a fault that you noticed in its figure: it pulls back outputs that are *too* right. There is
# a loss without that fault. Read the output as a probability, $p = 1 / (1 + e^{-f})$, which is above one half
# when $f > 0$, and let the loss be minus the logarithm of the probability that the network gave to the true
# label. This is the **cross-entropy**. With $s = 2 y - 1$ it is
#
# $$\frac{1}{B} \sum_i \log\left(1 + e^{-s_i f_i}\right)$$
#
# Its slopes are never steeper than one and die out where the answer is right, so it needs no regulariser to
# stay in check. `jax.nn.softplus(z)` is $\log(1 + e^z)$, computed so that it does not overflow. The mean is
# the custom here, and it wants another learning rate than the sum.


# %%
def cross_entropy(params, net, x, labels):
    f = net.apply(params, x)  # (B, 1)
    chex.assert_equal_shape([f, labels])
    return jnp.mean(jax.nn.softplus((1 - 2 * labels) * f))


results = {"network, square": runs["held-out"]}
for rate in (0.01, 0.1):
    results[f"network, cross-entropy, rate {rate}"] = three_runs(
        my_net, cross_entropy, rate
    )["held-out"]
for name, accuracy in results.items():
    print(f"{name:33} {late(accuracy).round(3)}")

# %% [markdown]
# (The second half of each run, one number for each seed, as before.) At the old rate, 0.01, the cross-entropy
# is far behind: its gradients are much smaller. With ten times the rate it is level with the square or a
# little ahead. If you compare losses, let each have a learning rate of its own, or you compare learning
# rates.
#
# ## What beats the network
#
# So another loss is no way to the 0.97 that you know to be possible. Before you try a larger network, try a
# smaller one.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Look again at how the labels are made. Which model has the right form, and how many parameters does it need?
# What is the best accuracy that it could have?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The label depends on a sum of the inputs, so the boundary between the classes is flat, and one linear layer
# can say it: $f = w \cdot x + b$ with all weights equal. That is 37 parameters. The best rule,
# $\sum_j x_j > 0.5$, is of this form, so a linear model can reach the Bayes accuracy itself, 0.9736,
# and nothing reaches more. A linear layer trained with the cross-entropy is called **logistic regression**.
#
# </details>


# %%
linear_model = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
results["linear, square"] = three_runs(linear_model, my_loss, learning_rate)["held-out"]
results["linear, cross-entropy, rate 0.1"] = three_runs(
    linear_model, cross_entropy, 0.1
)["held-out"]
for model in (my_net, linear_model):
    print(hk.data_structures.tree_size(model.init(init_key, test_x)), "parameters")
for name, accuracy in results.items():
    print(f"{name:33} {late(accuracy).round(3)}")
print(f"{'Bayes':33} {bayes:.3f}")

# %% tags=["hidden"]
finals = {name: late(accuracy) for name, accuracy in results.items()}
assert hk.data_structures.tree_size(my_net.init(init_key, test_x)) == 613
assert hk.data_structures.tree_size(linear_model.init(init_key, test_x)) == 37
assert (finals["network, cross-entropy, rate 0.01"] < 0.9).all()
assert (
    abs(
        finals["network, cross-entropy, rate 0.1"].mean()
        - finals["network, square"].mean()
    )
    < 0.03
)
for name in ("linear, square", "linear, cross-entropy, rate 0.1"):
    assert finals[name].mean() > finals["network, square"].mean() + 0.01
    assert (
        finals[name].mean() > finals["network, cross-entropy, rate 0.1"].mean() + 0.005
    )
    assert (abs(finals[name] - bayes) < 0.015).all()

# %% [markdown]
# With 37 parameters instead of 613, the linear model is better with either loss, and within about one part
# in a hundred of the best possible. The network could represent the same rule. But it has to learn from 8000
# examples that 576 of its parameters are not needed, and it bends its boundary after the noise meanwhile.
# This does not say that networks are bad; it says that you learn what a network is worth only beside a simple
# model and, where you can compute it, a limit.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - No message at all: labels of shape `(8,)` meet outputs of shape `(8, 1)`, and loss and accuracy are
#   computed on 64 pairs. Repair: `chex.assert_equal_shape([f, labels])`, which says
#   `[Chex] Assertion assert_equal_shape failed: Arrays have different shapes: [(8, 1), (8,)].`
# - No message at all: the loss is `nan` and the accuracy about one half. The loss has no bottom, or the
#   learning rate is too long. With this loss, ten times the rate is enough.
# - No message at all: the training accuracy is higher than the Bayes accuracy. It is measured on data that the
#   parameters have just been fitted to.
# - No message at all: one key draws two things, as in the practical. `jax.debug_key_reuse(True)` turns that
#   into a `KeyReuseError`.
#
# </div>

# %% tags=["hidden"]
too_fast = three_runs(my_net, my_loss, 0.1)["held-out"][-1]
assert (too_fast < 0.56).all()


def reused(key):
    return jax.random.normal(key, (8, 36)) + jax.random.normal(key, (8, 36))


try:
    with jax.debug_key_reuse(True):
        reused(jax.random.key(0))
    problem = None
except jax.errors.KeyReuseError as error:
    problem = error
assert problem is not None

# %% [markdown]
# ## What you learned
#
# - A classifier is the loop that you knew, with a loss that reads labels. The loss must have a bottom;
#   $0.01 f^2$ gives it one, at $\pm 50$ and $-25$ an example, and cross-entropy does without.
# - Report accuracy on data that the parameters have not seen, from several seeds, and beside two numbers: what
#   a constant answer gets, and the best that anyone can get.
# - Shapes that broadcast make wrong numbers without an error. Assert them where they meet.
# - Try the simple model first. Here it wins.
#
# Next: "Modules, names, sharing", where you write layers of your own. All pages of the course are on its
# [front page](../../docs/index.md).
