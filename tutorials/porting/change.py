# %% [markdown]
# # Change one layer and go on training
#
# If you insert a layer without a name, it may take the number of the next layer of its class, and with the number its
# weights, if the shapes agree. So give the new layer a name:

# %% tags=["short"]
import haiku as hk
import jax


def net(x, extra):  # (B, 2)
    h = hk.Linear(2)(x)
    for name in extra:
        h += hk.Linear(2, name=name)(h)
    return hk.Linear(2)(h)


init, x = hk.transform(net).init, jax.numpy.ones((1, 2))
for extra in ([], [None], ["extra"]):
    print(extra, *init(jax.random.key(0), x, extra))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - insert, replace or freeze a layer, swap a head and add dropout in a network that others trained;
# - carry parameters and optimiser state over, and see which arrays are taken, fresh, left over or in doubt;
# - test, before the first step and after it, that the network changed as you meant and in no other way.
#
# You need: the [names of parameters](../haiku/modules.py), [Optax](../training/training_loops.py) and
# [files of weights](weights.py).
#
# </div>
#
# ## A run that you take over
#
# Most changes of a trained network run at once, and that is the danger: `apply` takes any array that has the right name
# and shape. This page makes the five usual changes, each with a test that can fail.
#
# To practise, you need a run. Here is the author's network, which sorts points of the plane into three spiral arms, and
# 600 steps of training. The state of the run is the parameters and the state of Adam:

# %%
import functools
from typing import Any, NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

jax.config.update("jax_default_matmul_precision", "highest")  # or a GPU rounds more


class Run(NamedTuple):
    params: Any
    opt_state: Any


x = jax.random.normal(jax.random.key(0), (512, 2))
turns = (jnp.arctan2(x[:, 1], x[:, 0]) + 3 * jnp.linalg.norm(x, axis=1)) / (2 * jnp.pi)
labels = jnp.floor(3 * turns).astype(int) % 3


def author_fn(x):  # (B, 2)
    def one_row(row):
        h = jax.nn.relu(hk.Linear(32)(row))
        h = jax.nn.relu(hk.Linear(32)(h))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(x)  # (B, 3)


# %% [markdown]
# The functions below are for all networks of this page. Each step gets a key of its own, for the dropout to come:


# %%
def loss_fn(net, params, key=None):
    logits = net.apply(params, key, x)
    losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return losses.mean()


def begin(net, optimizer, seed=1):
    params = net.init(jax.random.key(seed), x)
    return Run(params, optimizer.init(params))


def train(net, optimizer, run, steps=600):
    def step(run, key):
        loss, grads = jax.value_and_grad(lambda p: loss_fn(net, p, key))(run.params)
        updates, opt_state = optimizer.update(grads, run.opt_state, run.params)
        return Run(optax.apply_updates(run.params, updates), opt_state), loss

    keys = jax.random.split(jax.random.key(2), steps)
    return jax.jit(lambda run: jax.lax.scan(step, run, keys))(run)


author_net = hk.transform(author_fn)
adam = optax.adam(3e-3)
old, author_losses = train(author_net, adam, begin(author_net, adam))
print(jax.tree.map(jnp.shape, old.params))
print(f"loss {author_losses[0]:.3f}, after 600 steps {author_losses[-1]:.3f}")

# %% [markdown]
# ## Insert a layer: the numbers move
#
# You would like a third hidden layer, between the two. You write one line, take a fresh tree, and put the trained arrays
# over it where the names agree:


# %%
def inserted_fn(x):  # (B, 2)
    def one_row(row):
        h = jax.nn.relu(hk.Linear(32)(row))
        h = h + hk.Linear(32, w_init=jnp.zeros)(h)  # new: adds 0 at first
        h = jax.nn.relu(hk.Linear(32)(h))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(x)


inserted_net = hk.transform(inserted_fn)
fresh = begin(inserted_net, adam)
by_name = hk.data_structures.merge(fresh.params, old.params)

# %% [markdown]
# The new layer begins with a matrix of zeros and is added to its input, as in a residual block, so that the network should
# compute what it did before. Nothing stops. What does the loss say?
#
# - [{{ abs(loss_fn(inserted_net, by_name) - loss_fn(author_net, old.params)) < 0.01 }}] It is as before.
# - [{{ loss_fn(inserted_net, by_name) > 10 * loss_fn(author_net, old.params) }}] It is more than ten times as high.
# - [{{ loss_fn(inserted_net, by_name) < 2 * loss_fn(author_net, old.params) }}] It is higher, but less than twice.

# %% tags=["predict"]
print(f"before {loss_fn(author_net, old.params):.3f}")
print(f"after  {loss_fn(inserted_net, by_name):.3f}")

# %% [markdown]
# Haiku numbers the three `Linear`s without a name in the order in which they are made. The new layer is made second, so
# it is `linear_1`, the name of the author's second layer. The shapes agree, and it got that layer's weights, while the
# second layer of the author is now `linear_2` and has none. Training goes on from there, and no message tells you that
# it starts from a worse network than you were given.
#
# `graft`, a function of this course, puts old leaves into a new tree and says of each leaf what became of it:

# %% tags=["recap"]
from snippets.porting.change import graft
from snippets.porting.masks import same_masks

# %%
grafted = graft(fresh, old)
print(grafted)

# %% [markdown]
# It looked at the parameters and at Adam's moments together. There are more unnamed `linear` than before: they are *in
# doubt*, and a tree in doubt is not handed out:

# %% raises="ValueError" match="old has 2 linear, new has 3: linear, linear_1 may be other layers"
run = grafted.tree

# %% [markdown]
# You know what happened, so say it, old name to new name:

# %%
grafted = graft(fresh, old, {"linear_1": "linear_2"})
run = grafted.tree
print(grafted)
print(
    "same outputs:",
    jnp.allclose(
        inserted_net.apply(run.params, None, x),
        author_net.apply(old.params, None, x),
        atol=1e-5,
    ),
)

# %% [markdown]
# The last line is the test of this change. Make the new layer so that it changes nothing at first, and compare outputs
# before you train.
#
# If you name the inserted layer, `hk.Linear(32, name="extra")`, the other numbers stay. (After `name="linear_9"` comes
# `linear_10`.) A whole class works, too: in the call of `Extra()`, a new `hk.Linear` is `extra/linear`.


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `graft` finds layers that are in doubt by counting names. Which change of unnamed layers can it not see?
#
# - [{{ not graft(fresh.params, old.params).doubts }}] A layer is inserted.
# - [{{ not graft(old.params, fresh.params).doubts }}] A layer is removed.
# - [{{ not graft(dict(fresh.params, linear_1=fresh.params["linear_2"]), fresh.params).doubts }}] Two change places.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# One that keeps the count: a layer inserted here and another removed there, or two layers that changed places. All names
# and shapes may then agree. So test the outputs, too.
#
# </details>
#
# ## Exercise: which layer is it now?
#
# Here are another network and its changed version. Do not call `graft` yet.


# %%
def before_fn(x):  # (B, 8)
    h = hk.Linear(8)(x)
    h = hk.LayerNorm(-1, create_scale=True, create_offset=True)(h)
    h = hk.Linear(8)(jax.nn.relu(h))
    h = hk.Linear(8)(jax.nn.relu(h))
    return hk.Linear(2, name="head")(h)


def after_fn(x):  # (B, 8)
    h = hk.Linear(8)(x)
    h = hk.LayerNorm(-1, create_scale=True, create_offset=True)(h)
    h = h + hk.Linear(8)(jax.nn.relu(h))  # new
    h = hk.Linear(8)(jax.nn.relu(h))
    h = hk.Linear(8)(jax.nn.relu(h))
    return hk.Linear(4, name="head")(h)  # new: four classes


# %% [markdown]
# Let `new` and `old` be the parameters of the two. Define `predicted_graft` with the sets of *modules* whose leaves
# `graft(new, old)` takes, leaves fresh, leaves over and has in doubt; the fewest `names` that make each layer what it
# was; and how many leaves of Adam's state, of `optax.adam(3e-3)`, are taken with these names.

# %% exercise="which-layer" kind="predict" minutes="8"
# Sets of names, a dictionary of names, and a number:
# predicted_graft = {
#     "taken": {...},
#     "fresh": {...},
#     "left over": {...},
#     "in doubt": {...},
#     "names": {...},  # such as {"linear_5": "linear_6"}
#     "leaves of Adam": ...,
# }
### BEGIN SOLUTION
predicted_graft = {
    "taken": {"linear", "layer_norm", "linear_1", "linear_2"},
    "fresh": {"linear_3", "head"},
    "left over": {"head"},
    "in doubt": {"linear", "linear_1", "linear_2"},
    "names": {"linear_1": "linear_2", "linear_2": "linear_3"},
    "leaves of Adam": 17,
}
### END SOLUTION

# %% check="which-layer"
from publishing.teaching.checking import predicted


def _told():
    key, ones = jax.random.key(0), jnp.ones((1, 8))
    new, was = (hk.transform(f).init(key, ones) for f in (after_fn, before_fn))
    modules = [
        {path.rpartition("/")[0] for path in part}
        for part in (lambda g: (g.taken, g.fresh, g.left))(graft(new, was))
    ]
    names = {"linear_1": "linear_2", "linear_2": "linear_3"}
    states = graft(adam.init(new), adam.init(was), names)
    return {
        **dict(zip(("taken", "fresh", "left over"), modules, strict=True)),
        "in doubt": {"linear", "linear_1", "linear_2"},
        "names": names,
        "leaves of Adam": len(states.taken),
    }


_reasons = {
    "taken": "Which modules of `before_fn` have a namesake in `after_fn` with the same shapes, whether it is the same layer or not?",
    "fresh": "Which modules of `after_fn` have no namesake in `before_fn`, or one of other shapes?",
    "left over": "Which modules of `before_fn` are taken by nothing?",
    "in doubt": "Of which name are there more numbers now, and which of its modules are taken?",
    "names": "Which number had each Linear of `before_fn`, and which has it in `after_fn`? Name only those that moved.",
    "leaves of Adam": "Adam has two moments for each array that is taken, and one count. With the right names, how many arrays are taken?",
}
predicted(globals(), "predicted_graft", _told(), _reasons)
print("All is as `graft` tells it.")

# %% tags=["hidden"]
_key, _ones = jax.random.key(0), jnp.ones((1, 8))
_pair = [hk.transform(f).init(_key, _ones) for f in (after_fn, before_fn)]
assert graft(*_pair).doubts == {
    "linear": "old has 3 linear, new has 4: linear, linear_1, linear_2 may be other layers"
}

# %% [markdown]
# ## The optimiser's state follows the parameters
#
# For each parameter Adam keeps two running means, in trees of the form of the parameters, and here one count of steps.
# With a new state, `adam.init(params)`, the first update moves entries by nearly a full learning rate, even where the
# gradient is only $10^{-6}$. `graft` takes the means of the layers that stayed, under their new names, and the count.
#
# But what does the count mean for a *new* layer? Adam divides its means by $1-\beta^t$, because they begin at zero.
# With a large old count $t$ that correction is almost 1, although the means of the new layer have just begun. With the
# default $\beta$s, its first update is then near $(1-\beta_1)(1-\beta_2)^{-1/2} = 3.2$ learning rates, in place of one:


# %%
def first_update(count):  # in learning rates
    state = adam.init(jnp.zeros(()))
    started = state[0]._replace(count=jnp.array(count))
    update, _ = adam.update(jnp.array(0.2), (started, *state[1:]))
    return abs(float(update)) / 3e-3


for count in (0, 600, 100_000):
    print(f"{count:6} steps: {first_update(count):.2f} learning rates")

# %% [markdown]
# So give the new layer an optimiser of its own, with `optax.partition`, and a rate that grows from zero. The state of
# `optax.partition` has another form than that of Adam alone; `graft` finds the means by the ends of their paths, and lets
# the count of the new group begin at zero:


# %%
def label(params):
    return {m: "new" if m == "linear_1" else "old" for m in params}


warm_up = optax.adam(optax.linear_schedule(0, 3e-3, 100))
grouped = optax.partition({"old": adam, "new": warm_up}, label)
moved = {"linear_1": "linear_2"}
print(graft(begin(inserted_net, grouped), old, moved))

# %% [markdown]
# Now go on in four ways, and without a new layer. All but "by name" begin with the author's outputs. One training says
# little about a loss, so do it for eight authors, whose networks began from other seeds:


# %%
def go_on(seed):
    old, _ = train(author_net, adam, begin(author_net, adam, seed))
    by_name = hk.data_structures.merge(fresh.params, old.params)
    run = graft(fresh, old, moved).tree
    own_group = graft(begin(inserted_net, grouped), old, moved).tree
    ways = {
        "no layer inserted": (author_net, adam, old),
        "by name": (inserted_net, adam, Run(by_name, adam.init(by_name))),
        "new Adam for all": (
            inserted_net,
            adam,
            Run(run.params, adam.init(run.params)),
        ),
        "old Adam for all": (inserted_net, adam, run),
        "a group of its own": (inserted_net, grouped, own_group),
    }
    return {way: train(*its)[1] for way, its in ways.items()}


curves = jax.jit(jax.vmap(go_on))(jnp.arange(1, 9))  # way: (8, 600)
for way, losses in curves.items():
    low, high = losses.min(0), losses.max(0)
    bands = (f"{low[i]:7.3f} to {high[i]:6.3f}" for i in (0, 1, -1))
    print(f"{way:18} first, second, last:", *bands)

# %% tags=["hidden"]
_before = curves["no layer inserted"][:, 0]
_second = {way: losses[:, 1] / _before for way, losses in curves.items()}
assert (_second["old Adam for all"] > 3).all()
assert (_second["new Adam for all"] > 3).all()
assert (_second["a group of its own"] < 1.2).all()

# %% tags=["plot", "cover"] alt="By name, the loss begins high; with one Adam for all it jumps at once; with a group of its own, neither."
# Caption: Equal outputs at the start are not enough: the optimiser's memory has to fit
# the new layer, too. Lines are medians of eight runs, bands reach from the lowest to the highest.
figure, axes = plt.subplots(figsize=(4.1, 3.4), layout="constrained")
colors = ("0.5", "C1", "C2", "C3", "C0")
for (way, losses), color in zip(curves.items(), colors, strict=True):
    steps = slice(60)  # later, all fall
    axes.plot(jnp.median(losses, 0)[steps], color=color, label=way)
    band = losses.min(0)[steps], losses.max(0)[steps]
    axes.fill_between(range(60), *band, color=color, alpha=0.2, lw=0)
axes.set(xlabel="step after the change", ylabel="loss", yscale="log")
axes.legend(frameon=False, fontsize=8)
plt.show()

# %% [markdown]
# Equal outputs before the first step are not enough. With one Adam for all, old or new, the loss jumps in one step, in
# each of the eight runs to more than three times what it was. It jumps because all
# {{ fresh.params["linear_1"]["w"].size }} entries of the new matrix move at once, by one rate with the new Adam and by two with
# the old. With a group of its own, the second loss is nearly the first. So the second test is to look at the loss after one
# step.
#
# The last loss is not such a test: it depends on the seed and even on the processor. Here a group of its own ends below the
# network without a new layer in {{ int((curves["a group of its own"][:, -1] < curves["no layer inserted"][:, -1]).sum()) }} of
# eight runs. From some other seeds its loss has spikes, and one may fall on the last step.
# Give the new layer a group because it keeps what you were given: the outputs, the means of the
# old layers, and a loss that goes on from where it was.
#
# ## Replace a layer, swap a head
#
# A replaced layer should not find the arrays of its predecessor. Give it a new name, or give the old one the name `None`.
# `graft` misses some changes: a head for three *other* classes has the name and the shapes of the old head,
# and nothing about it is in doubt:

# %%
print(graft(begin(author_net, adam), old, {"head": None}))

# %% [markdown]
# If the classes stay and more are added, keep what the head knows. Here its arrays get more columns, and the first are
# the old ones:


# %%
def five_fn(x):  # (B, 2)
    def one_row(row):
        h = jax.nn.relu(hk.Linear(32)(row))
        h = jax.nn.relu(hk.Linear(32)(h))
        return hk.Linear(5, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(x)  # (B, 5)


five_net = hk.transform(five_fn)
print(graft(begin(five_net, adam), old))

# %% [markdown]
# ## Exercise: widen all leaves
#
# Define `widen(fresh, trained)`. The two trees have the same paths, whatever they are made of: dictionaries, or a whole
# `Run`. `widen` returns a tree of this form in which each leaf is the fresh one with the trained one in its first entries,
# along each axis. For one pair of arrays, this is the specification:


# %%
def widen_by_loops(fresh, trained):
    wide = np.array(fresh)
    for place in np.ndindex(np.shape(trained)):
        wide[place] = np.asarray(trained)[place]
    return wide


widen_by_loops(np.zeros((2, 3), int), np.array([[1, 2]]))

# %% [markdown]
# Leaves keep the dtype of the fresh ones, and the arguments stay as they are. A trained leaf with another number of axes,
# or with more entries along one of them, is a `ValueError`, also where NumPy would broadcast.
#
# <details>
# <summary>Hint</summary>
#
# `jax.tree.map` goes through two trees at once. A tuple of slices, one for each axis, is an index, also for an array
# without axes.
#
# </details>


# %% exercise="widen" kind="build" minutes="12"
def widen(fresh, trained):
    """The fresh tree, with each trained leaf in the first entries of its own."""

    ### BEGIN SOLUTION
    def wider(new, old):
        shapes = np.shape(new), np.shape(old)
        if len(shapes[0]) != len(shapes[1]) or any(map(int.__lt__, *shapes)):
            raise ValueError(f"{shapes[1]} does not go into {shapes[0]}.")
        first = tuple(slice(size) for size in shapes[1])
        new = jnp.asarray(new)
        return new.at[first].set(jnp.asarray(old, new.dtype))

    return jax.tree.map(wider, fresh, trained)
    ### END SOLUTION


# %% check="widen"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "widen",
    "Exercise: widen all leaves",
    {
        "scatter inputs": "Has what you set the dtype of the fresh leaf?",
        "ncompatible": "Which slice of the fresh leaf has the shape of the trained one?",
        "has no attribute": "Trees may be of named tuples, too: jax.tree.map knows all.",
        "jnp.pad": "The other entries are the fresh ones, not zeros.",
        "item assignment": "JAX arrays are immutable: use x.at[index].set(values).",
        "": "Does it work for each number of axes, from 0 up?",
    },
)
_draw = np.random.default_rng(0)


def _widened(pair, change=lambda new, old, wide: wide):
    return {
        m: {n: change(*both, widen_by_loops(*both)) for n, both in its.items()}
        for m, its in pair.items()
    }


def refusal_of(widen):
    def attempt(fresh, trained):
        try:
            widen(fresh, trained)
        except ValueError:
            return "a ValueError"
        except Exception as problem:
            return f"a {type(problem).__name__}"
        return "no error"

    return attempt


def _drawn(shape, dtype=np.float32):
    return _draw.normal(size=shape).astype(dtype) * 3


def _side(pair, side):
    return {m: {n: both[side] for n, both in its.items()} for m, its in pair.items()}


for _shapes in (
    {"head": {"w": ((4, 5), (4, 3)), "b": ((5,), (3,))}},
    {"a": {"w": ((3, 4), (2, 1)), "b": ((4,), (4,))}, "c/d": {"scale": ((2,), (0,))}},
    {"conv": {"w": ((3, 3, 2, 5), (3, 2, 2, 4))}, "adam": {"count": ((), ())}},
):
    _pair = {
        m: {n: tuple(map(_drawn, both)) for n, both in its.items()}
        for m, its in _shapes.items()
    }
    _pair["steps"] = {"count": (np.zeros((), np.int32), np.full((), 7, np.int32))}
    _new, _old = (jax.tree.map(jnp.asarray, _side(_pair, side)) for side in (0, 1))
    _mistakes = {
        "the trained entries are the last and not the first along each axis.": _widened(
            _pair,
            lambda new, old, wide: np.flip(widen_by_loops(np.flip(new), np.flip(old))),
        ),
        "that is the fresh tree; what `.at[...].set` returns is a new array.": _widened(
            _pair, lambda new, old, wide: new
        ),
        "the other entries are 0 and not those of the fresh leaf.": _widened(
            _pair, lambda new, old, wide: widen_by_loops(np.zeros_like(new), old)
        ),
        "the trained entries are added to the fresh ones.": _widened(
            _pair,
            lambda new, old, wide: new + widen_by_loops(np.zeros_like(new), old),
        ),
        "": "Which entries of each leaf are the trained ones?",
    }
    _when = f"For the leaves of {' and '.join(_shapes)}, "
    _given = _check.call(_new, _old, when=_when)
    _check.agrees(_given, _widened(_pair), _mistakes, _when, rtol=0, dtypes=True)
_half = {"head": {"w": jnp.zeros((2, 3), jnp.bfloat16)}}
_given = _check.call(_half, {"head": {"w": jnp.ones((2, 2))}}, when="In bfloat16, ")
_right = {"head": {"w": _half["head"]["w"].at[:, :2].set(1)}}
_told = {"": "Which dtype has the fresh leaf?"}
_check.agrees(_given, _right, _told, "For a bfloat16 leaf, ", rtol=0, dtypes=True)
_new, _old = (
    Run({name: fill((2, size)) * ord(name) for name in names}, ([fill(size)],))
    for fill, size, names in ((jnp.zeros, 3, "wv"), (jnp.ones, 2, "vw"))
)
_given = _check.call(_new, _old, when="For a `Run`, ")
_right = jax.tree.map(widen_by_loops, _new, _old)
_told = {"": "Does it go through a named tuple, too?"}
_check.agrees(_given, _right, _told, "For a `Run`, ", rtol=0, dtypes=True)
_given = ({"w": np.full((2, size), size)} for size in (3, 2))
_check.call(*_given, by=refusal_of)  # NumPy's arrays may be refused, but not changed
for _shape, _other in (
    ((3,), (4,)),
    ((3, 3), (3,)),
    ((2, 3), (1, 4)),
    ((2, 3), (3, 2)),
    ((4,), ()),
    ((), (1,)),
    ((1, 3), (3,)),
    ((3,), (1, 3)),
):
    _trees = ({"a": {"w": jnp.zeros(each)}} for each in (_shape, _other))
    _told = _check.call(*_trees, by=refusal_of)
    _said = (
        f"A trained leaf of shape {_other} for a fresh one of {_shape} gives {_told}. "
    )
    _check.require(_told == "a ValueError", f"{_said}Compare the shapes yourself.")
print("Every leaf keeps what was trained, in its first entries.")

# %% [markdown]
# It works on the whole run, because the trees of Adam have the form of the parameters. The test of this change: the logits
# of the old classes stay what they were.

# %%
wide = widen(begin(five_net, adam), old)
logits = five_net.apply(wide.params, None, x)  # (B, 5)
print(
    "same logits:",
    jnp.allclose(logits[:, :3], author_net.apply(old.params, None, x), atol=1e-5),
)
print("count of steps:", wide.opt_state[0].count)

# %% tags=["hidden"]
assert np.allclose(logits[:, :3], author_net.apply(old.params, None, x), atol=1e-5)
assert wide.opt_state[0].count == 600
_none = graft(begin(author_net, adam), old, {"head": None})
assert not _none.doubts
assert {"[0]", ".params"} & {path.partition("/")[0] for path in _none.fresh}
assert not graft(begin(author_net, adam), old).fresh

# %% [markdown]
# ## Freeze what was trained
#
# To train the head alone, put the other layers into a group whose updates are zero. This changes the optimiser and not the
# network, and the means of the head come along:


# %%
def trained_part(params):
    return {m: "train" if m == "head" else "freeze" for m in params}


frozen = optax.partition({"train": adam, "freeze": optax.set_to_zero()}, trained_part)
grafted = graft(begin(author_net, frozen), old)
after, _ = train(author_net, frozen, grafted.tree, steps=50)
same = jax.tree.map(jnp.array_equal, after.params, old.params)
print(jax.tree.map(bool, same))
print("left over:", len(grafted.left), "of Adam's leaves")

# %% [markdown]
# The test is that frozen leaves are equal, and that the others moved. A gradient set to zero does not
# pass it here: Adam's old means go on moving the weights, and weight decay would, too. Where to put clipping, and what
# `optax.masked` does instead, is in
# [Optimisers](../training/training_loops.py#decay-weights-not-biases-freeze-a-layer-a-rate-for-each-group). The running
# averages of `BatchNorm` are state, and not in the optimiser's trees; to freeze these, too, run the layer with
# `is_training=False`.
#
# ## Add dropout: who shares a mask?
#
# Dropout has no parameters, so every array is taken and no number moves. What can go wrong is the key. `author_fn` thinks in
# rows, under `hk.vmap` with `split_rng=False`, which was right as long as nothing inside drew a key:


# %%
def dropout_fn(x):  # (B, 2)
    def one_row(row):
        h = jax.nn.relu(hk.Linear(32)(row))
        h = hk.dropout(hk.next_rng_key(), 0.2, h)  # new
        h = jax.nn.relu(hk.Linear(32)(h))
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(x)


dropout_net = hk.transform(dropout_fn)
for draw in same_masks(
    functools.partial(dropout_net.apply, old.params), jax.random.key(0), x
):
    print(draw)

# %% [markdown]
# `same_masks` traces the network without running it, follows random draws to where they meet data entry by entry, and
# names the axes and loops along which the data vary and the draw does not. Here all {{ len(x) }} rows lose the same
# units. It also finds a `jax.lax.scan` with one key and a key that draws one shape twice. Of masks in matrix products
# and gathers it tells nothing. Dropout with `broadcast_dims` shares on purpose.


# %% [markdown]
# ## Exercise: dropout with a mask for each row
#
# This version has dropout after both hidden layers, and three faults. It raises no error:


# %%
def dropped_fn(x, is_training):  # (B, 2)
    def one_row(row):
        key = hk.next_rng_key()
        h = jax.nn.relu(hk.Linear(32)(row))
        h = hk.dropout(key, 0.1, h)
        h = jax.nn.relu(hk.Linear(32)(h))
        h = hk.dropout(key, 0.1, h)
        return hk.Linear(3, name="head")(h)

    return hk.vmap(one_row, split_rng=False)(x)  # (B, 3)


# %% [markdown]
# Repair it. With `is_training=True`, each row and each of the two layers has a mask of its own, which drops a tenth of the
# units and scales the others up. With `is_training=False`, it returns what `author_fn` returns with the same parameters, and
# needs no key. In both modes `init` makes the tree of `author_fn`.
#
# <details>
# <summary>Hint</summary>
#
# `split_rng=not hk.running_init()` splits the key in `apply` only. But without a key there is nothing to split: in
# evaluation it must be `False`, too.
#
# </details>


# %% exercise="dropped-rows" kind="repair" minutes="10"
def dropped_fn(x, is_training):  # (B, 2)
    ### BEGIN SOLUTION
    def drop(h):
        return hk.dropout(hk.next_rng_key(), 0.1, h) if is_training else h

    def one_row(row):
        h = drop(jax.nn.relu(hk.Linear(32)(row)))
        h = drop(jax.nn.relu(hk.Linear(32)(h)))
        return hk.Linear(3, name="head")(h)

    split = is_training and not hk.running_init()
    return hk.vmap(one_row, split_rng=split)(x)  # (B, 3)
    ### END SOLUTION


# %% check="dropped-rows"
_check = Check(
    globals(),
    "dropped_fn",
    "Add dropout: who shares a mask?",
    {
        "non-None": "Is the key split, or drawn, where none is needed?",
        "does not support setting split_rng": "What must split_rng be while `init` makes the parameters?",
        "": "Does it work in both modes, at `init` and at `apply`?",
    },
)


def tree_of(dropped_fn):
    def init(x, is_training):
        made = hk.transform(dropped_fn).init(jax.random.key(0), x, is_training)
        return jax.tree.map(jnp.zeros_like, made)

    return init


def outputs_of(dropped_fn):
    def apply(params, key, x, is_training):
        return hk.transform(dropped_fn).apply(params, key, x, is_training)

    return apply


def draws_of(dropped_fn):
    def draws(params, key, x):
        net = hk.transform(lambda x: dropped_fn(x, True))
        return same_masks(functools.partial(net.apply, params), key, x)

    return draws


_tree = jax.tree.map(jnp.zeros_like, author_net.init(jax.random.key(0), x))
for _rows_of_x in (5, 1):
    _x = x[:_rows_of_x]
    for _mode in (True, False):
        _when = f"With is_training={_mode}, "
        _given = _check.call(_x, _mode, by=tree_of, when=_when)
        _names = [", ".join(sorted(tree)) for tree in (_given, _tree)]
        _told = (
            f"`init` makes the modules {_names[0]}, and that of author_fn {_names[1]}."
        )
        _check.require(_names[0] == _names[1], _when + _told)
        _check.agrees(_given, _tree, {}, _when, "what `init` makes", dtypes=True)
    for _seed in (3, 4):
        _params = author_net.init(jax.random.key(_seed), x)
        _right = author_net.apply(_params, None, _x)
        _when = "With is_training=False and no key, "
        _given = _check.call(_params, None, _x, False, by=outputs_of, when=_when)
        _said = {"": "Where does dropout happen in evaluation?"}
        _check.agrees(_given, _right, _said, _when, rtol=1e-5)
        _given = _check.call(
            _params, jax.random.key(0), _x, False, by=outputs_of, when=_when
        )
        _check.agrees(_given, _right, _said, "With is_training=False and a key, ")
for _draw_ in _check.call(
    author_net.init(jax.random.key(3), x), jax.random.key(0), x, by=draws_of
):
    _check.require(False, f"same_masks says: {_draw_}.")
# Parameters that show the masks: units are 1 before each dropout, the head reads three.
_shows = jax.tree.map(jnp.zeros_like, _tree)
_shows["linear"]["b"] = jnp.ones(32)
_shows["head"]["w"] = jnp.eye(32)[:, [0, 15, 31]]
_second = {**_shows, "linear_1": {"w": jnp.zeros((32, 32)), "b": jnp.ones(32)}}
_both = {**_shows, "linear_1": {"w": jnp.eye(32), "b": jnp.zeros(32)}}
_many = jnp.ones((2000, 2))
_seen = []
for _params, _value, _share, _what in (
    (_second, 1 / 0.9, 0.9, "after the second layer"),
    (_both, 1 / 0.81, 0.81, "after both layers"),
):
    for _seed in (5, 6):
        _given = _check.call(_params, jax.random.key(_seed), _many, True, by=outputs_of)
        _check.require(np.shape(_given) == (2000, 3), "The outputs have another shape.")
        _alive = ~np.isclose(_given, 0, atol=1e-3)
        _told = f"Of 6000 units {_alive.mean():.2f} survive dropout {_what}; {_share} should. "
        _told += "Has each of the two layers a mask of its own, at rate 0.1?"
        _check.require(abs(_alive.mean() - _share) < 0.025, _told)
        _told = f"Units that survive {_what} should be {_value:.3f} times as large, and others 0."
        _check.require(np.allclose(_given, _value * _alive, atol=1e-3), _told)
        _rows_alive = abs(np.corrcoef(_alive.T) - np.eye(3)).max() < 0.1
        _check.require(_rows_alive, f"The units of a row share their mask {_what}.")
        _by_row = abs(_alive.reshape(2, 1000, 3).mean(1) - _share).max() < 0.07
        _check.require(_by_row, f"Some rows lose other shares of their units {_what}.")
        _alike = [(_alive[n:] == _alive[:-n]).mean() for n in range(1, 1900)]
        _told = f"Rows {1 + np.argmax(_alike)} apart have the same masks {_what}."
        _check.require(max(_alike) < 0.95, _told)
        _seen.append(_alive)
_told = "Two keys give the same masks. Is the key that of `hk.next_rng_key()`?"
_check.require(not np.array_equal(_seen[0], _seen[1]), _told)
print("Each row and layer has its own mask, and evaluation is the author's network.")

# %% [markdown]
# With this the run goes on, in training mode, from the author's parameters and moments. Test dropout in evaluation, where the
# outputs must be the old ones, and by `same_masks`:

# %%
dropped_net = hk.transform(functools.partial(dropped_fn, is_training=True))
grafted = graft(begin(dropped_net, adam), old)
print("fresh:", grafted.fresh, "in doubt:", grafted.doubts)
after, losses = train(dropped_net, adam, grafted.tree)
print(
    f"training loss {losses[-1]:.2f}, in evaluation {loss_fn(author_net, after.params):.2f}"
)

# %% tags=["hidden"]
assert not grafted.fresh
assert not grafted.doubts
_eval = hk.transform(functools.partial(dropped_fn, is_training=False))
assert np.allclose(
    _eval.apply(old.params, None, x), author_net.apply(old.params, None, x), atol=1e-6
)

# %% [markdown]
# ## The five changes, side by side
#
# | change | what moves | `names` for `graft` | before the first step |
# |---|---|---|---|
# | insert a layer | numbers of its class after it, unless it has a name | old name to new name | equal outputs, if it begins as no change |
# | replace a layer | numbers after it, if its class changes | its old name: `None` | equal values before it |
# | swap the head | nothing | the old head: `None`, or `widen` | equal logits of old classes |
# | freeze | the form of the optimiser's state | none | equal outputs; frozen leaves equal later |
# | add dropout | nothing | none | equal outputs in evaluation; `same_masks` |
# | wrap it in a class | all names get a prefix | `{m: f"net/{m}" for m in old.params}` | equal outputs |
#
# In all rows, look at the loss after one step.


# %% tags=["hidden"]
class _Net(hk.Module):
    def __call__(self, x):
        return author_fn(x)


_wrapped = hk.transform(lambda x: _Net(name="net")(x))
_names = {m: f"net/{m}" for m in old.params}
_into = graft(begin(_wrapped, adam), old, _names)
assert not _into.fresh
assert np.allclose(
    _wrapped.apply(_into.tree.params, None, x),
    author_net.apply(old.params, None, x),
    atol=1e-6,
)

# %% [markdown]
# ## What can go wrong
#
# - No message, and a worse loss: perhaps an unnamed layer took the number of another. Name it, or say in `names` what
#   moved.
# - `ValueError: old has 2 linear, new has 3` You read `.tree` of a graft that is in doubt. If each number is the layer that
#   it was, as after a layer appended at the end, say so for one of them: `{"linear": "linear"}`.
# - `ValueError: ['linear_1', 'linear_2'] of old would all be ['linear_2']` You moved one layer to a name that another still
#   has. Move that one, too.
# - `ValueError: Unable to retrieve parameter 'w' for module 'linear_2'` The tree that went into `apply` lacks it, as
#   the trained one does here. `graft` it into that of `init`.
# - `ValueError: The number of updates and states has to be the same in chain`, or `AttributeError: 'tuple' object has
#   no attribute 'inner_states'`: the optimiser's state is that of another optimiser, or a part of one. `graft` it into
#   `optimizer.init(params)`.
# - `ValueError: pytree structure error: different numbers of pytree children` in an update: the means in the
#   optimiser's state are usually those of the network as it was. `graft` state and parameters together.
# - The loss jumps at the first step: perhaps a new layer shares the old count, or Adam began anew. Give new layers a
#   group.
# - `MissingRNGError: You must pass a non-None PRNGKey` in evaluation: something draws there, or a key is split.
#
# More messages: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - Unnamed modules of a class are numbered in order. An inserted layer can silently
#   get the weights of another, if their shapes agree.
# - `graft` says of parameters, state and optimiser state what is taken, fresh, left over or in doubt.
# - The optimiser's trees follow the parameters. Give a new layer a count of its own, and a rate that grows.
# - For each change there is a test: equal outputs, equal logits, equal frozen leaves, equal evaluation. `same_masks`
#   finds dropout that rows, steps or layers share.
#
# Next: [Leave Haiku with your weights](leaving_haiku.py).
