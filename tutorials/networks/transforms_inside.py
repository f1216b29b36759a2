# %% [markdown]
# # JAX transformations inside a network
#
# Inside a network, `jax.vmap` can give one dropout mask to all rows, and `jax.grad` can lose the state, without an error.
# Use Haiku's versions. Here `hk.vmap` gives each of the three rows a mask of its own:

# %% tags=["short"]
import haiku as hk
import jax


def drop(row):
    return hk.dropout(hk.next_rng_key(), 0.5, row)


def net(x):
    rows = hk.vmap(drop, split_rng=not hk.running_init())
    return rows(hk.Linear(4)(x))


x, key = jax.numpy.ones((3, 4)), jax.random.key(1)
params = hk.transform(net).init(key, x)
print(hk.transform(net).apply(params, key, x) == 0)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - say whether a transformation belongs outside or inside `hk.transform`, and whose to call;
# - find and repair silent errors: one mask for all rows, leaked tracers, lost state;
# - write a deep stack of layers whose compiled program does not grow with its depth.
#
# You need: [modules](../haiku/modules.py), [state and dropout](../haiku/state.py), [tracers](../jax/compilation.py).
#
# </div>
#
# ## Outside `jax.*`, inside `hk.*`
#
# While `init` or `apply` runs your function, Haiku keeps a [frame](../haiku/transform.py#build-transform-yourself): the
# parameters, the state, and a sequence of keys. `hk.get_parameter` writes a new parameter into it, `hk.set_state`
# replaces a state, and each `hk.next_rng_key()` moves the sequence on by one. These are *side effects*, so your
# function is not [pure](../haiku/transform.py). But `init` and `apply` are pure if nothing but the frame changes,
# because it comes in as an argument and goes out as a result. So JAX can transform them:

# %%
import functools

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


# %%
def noisy_net(x):  # (..., D)
    x = hk.dropout(hk.next_rng_key(), 0.1, x)
    return hk.Linear(1)(x)  # (..., 1)


network = hk.transform(noisy_net)


def loss_fn(params, key, batch):
    inputs, targets = batch
    return jnp.mean((network.apply(params, key, inputs) - targets) ** 2)


ones = jnp.ones((3, 8))  # (B, D)
batch = ones, jnp.zeros((3, 1))
params = network.init(jax.random.key(0), ones)
step = jax.jit(jax.value_and_grad(loss_fn))
loss, grads = step(params, jax.random.key(1), batch)
keys = jax.random.split(jax.random.key(2), 3)
rows = jax.vmap(network.apply, in_axes=(None, 0, 0))(params, keys, ones)
print(loss.shape, jax.tree.map(jnp.shape, grads), rows.shape)

# %% [markdown]
# `step` is a loss that closes over `network.apply`, differentiated and compiled as a whole, and the last line maps `apply`
# over rows *and* keys: with one key, all rows would have one mask.
#
# A JAX transformation *inside* the function meets the side effects. It traces your code, with one tracer in place of
# all rows or steps, so the code may write something else into the frame than you meant:
#
# - `jax.vmap` and `jax.grad` usually work around code that only uses parameters;
# - under `jax.vmap` all rows get one key, and under both a state computed from the mapped or differentiated argument
#   can become a tracer;
# - `jax.jit`, `jax.checkpoint` and `jax.lax.scan` usually leave a tracer in the place of a new parameter or of the next
#   key.
#
# So Haiku has `hk.vmap`, `hk.scan` and others. They turn your code into a pure function that takes the frame and
# returns it, and transform that function with JAX.

# %% [markdown]
# ## One dropout mask for all rows: `hk.vmap`
#
# Think of one row of a batch, draw its dropout mask, and let `jax.vmap` do the rest:


# %%
def drop_half(x):
    return hk.dropout(hk.next_rng_key(), 0.5, x)


def drop_rows(x):
    return jax.vmap(drop_half)(x)


# %% [markdown]
# Dropout with rate 0.5 turns a one into 0 or 2. What will the three rows look like?
#
# - [{{ (same != same[0]).any() }}] Each has its zeros at places of its own.
# - [{{ (same == same[:, :1]).all() }}] Each is all zeros or all twos.
# - [{{ (same == same[0]).all() }}] All have their zeros at the same places.

# %% tags=["predict"]
same = hk.transform(drop_rows).apply({}, jax.random.key(1), ones)
print(same)

# %% [markdown]
# All rows have the same zeros, because `jax.vmap` ran `drop_half` once, which drew one key. Training would not fail,
# but the network would have a weaker regulariser than you think.
#
# `hk.vmap` makes you say what should happen to the keys. `split_rng=True` splits the key and gives each row a part:


# %%
def drop_rows_apart(x):
    return hk.vmap(drop_half, split_rng=True)(x)


apart = hk.transform(drop_rows_apart).apply({}, jax.random.key(1), ones)
print(apart)

# %% tags=["hidden"]
assert (same == same[0]).all()
assert not (apart == apart[0]).all()

# %% tags=["plot", "cover"] alt="Above, jax.vmap uses one key, so three rows lose the same entries; hk.vmap splits the key."
# Caption: `jax.vmap` runs the function once with one key; `hk.vmap` can split the key,
# a part for each row.
from snippets.drawing import DATA, PARAMETERS, RUNS, array, arrow, box, canvas, note

axes = canvas(18)
for top, name, rows in (1.5, "jax.vmap", same), (10.5, "hk.vmap", apart):
    of, result = "jax.vmap(drop_half)(x)", "same = hk.transform(drop_rows)"
    own = "split_rng=True"
    if name == "hk.vmap":
        of = "hk.vmap(drop_half, split_rng=True)"
        result = f"apart = hk.transform(drop_rows_apart) | {str(rows)[1:-1]}"
    note(axes, 0.5, top - 0.5, name, "left", of, color=RUNS, family="monospace")
    key_box = box(axes, 2.6, top + 3.6, "key", DATA, of="jax.random.key(1), ones")
    for row in range(len(rows)):
        source = key_box
        if name == "hk.vmap":  # a key for each row
            source = box(axes, 11.5, top + 1 + 2.6 * row, f"key {row}", DATA, of=own)
            arrow(axes, key_box, source, color=RUNS, of=own)
        arrow(axes, source, (19.4, top + 1 + 2 * row), color=RUNS, of=of)
    array(axes, 19.5, top, rows, cell=2, of=result)
plt.show()

# %% [markdown]
# With parameters this is not enough, because `init` draws keys too, for the initial weights. With their own keys, the
# rows would draw different matrices, so `hk.vmap` raises an error:


# %%
def row_net(x, split_rng):
    def one_row(row):
        return drop_half(hk.Linear(8)(row))

    return hk.vmap(one_row, split_rng=split_rng)(x)


# %% raises="ValueError" match="does not support setting split_rng to True"
hk.transform(row_net).init(jax.random.key(0), ones, split_rng=True)

# %% [markdown]
# The message ends with the repair. `hk.running_init()` is true during `init`, so this splits the key in `apply` only:


# %%
def good_row_net(x):
    return row_net(x, split_rng=not hk.running_init())


row_params = hk.transform(good_row_net).init(jax.random.key(0), ones)
jax.tree.map(jnp.shape, row_params)

# %% tags=["hidden"]
assert jax.tree.map(jnp.shape, row_params) == {"linear": {"b": (8,), "w": (8, 8)}}

# %% [markdown]
# Now one matrix is shared by all rows. `split_rng=not hk.running_init()` is the line to remember.
#
# ### `split_rng=False` around dropout: one mask, and no error
#
# Older code often has `split_rng=False`. It passes `init` too, and it is right until a layer inside draws a key. With
# the same parameters and key, where are the zeros of the three rows now?
#
# - [{{ (y == y[0]).all() }}] At the same places in all rows.
# - [{{ ((y == 0) == (right_y == 0)).all() }}] Where the repaired call has them, too.
# - [{{ (y != 0).all() }}] Nowhere: without keys nothing is dropped.

# %% tags=["predict"]
y, right_y = (
    hk.transform(net).apply(row_params, jax.random.key(1), ones, *split)
    for net, split in ((row_net, (False,)), (good_row_net, ()))
)
print(f"split_rng=False:\n{y != 0}\nsplit_rng=not hk.running_init():\n{right_y != 0}")

# %% [markdown]
# With `False`, every row gets the same key, and so the same mask. [Haiku's own check](#let-haiku-check-check_jax_usage)
# is silent as well. If you add dropout to such code, look at each `hk.vmap` around it: of two nested ones, both need
# the repair.

# %% [markdown]
# ## Exercise: how many masks?
#
# Here are six functions of a batch whose rows have two axes, 2 times 3, and a call from outside. Do not run them yet.

# %%
many_rows = jnp.ones((2, 3, 100))


def one_key(x):
    drop = functools.partial(hk.dropout, hk.next_rng_key(), 0.5)
    return hk.vmap(hk.vmap(drop, split_rng=True), split_rng=True)(x)


def in_two_axes(outer, inner):
    return lambda x: hk.vmap(hk.vmap(drop_half, split_rng=inner), split_rng=outer)(x)


mask_nets = {
    "A": in_two_axes(True, True),
    "B": in_two_axes(False, True),
    "C": in_two_axes(True, False),
    "D": one_key,
    "E": drop_half,  # of the whole batch
    "F": lambda x: jax.vmap(hk.vmap(drop_half, split_rng=True))(x),
}


def from_outside(x):  # G: (2, 3, 100)
    drop_three = hk.transform(hk.vmap(drop_half, split_rng=True)).apply
    return jax.vmap(drop_three, in_axes=(None, None, 0))({}, jax.random.key(1), x)


# %% [markdown]
# A to F each go through `hk.transform`, and `apply` gets one key and `many_rows`; G is `from_outside(many_rows)`. Define
# `mask_counts`, a dictionary from the seven letters to the number of *different* masks among the six rows.

# %% exercise="shared-masks" kind="predict" minutes="8"
# mask_counts = {
#     "A": ...,
#     "B": ...,
#     "C": ...,
#     "D": ...,
#     "E": ...,
#     "F": ...,
#     "G": ...,
# }
### BEGIN SOLUTION
mask_counts = {"A": 6, "B": 3, "C": 2, "D": 1, "E": 6, "F": 3, "G": 3}
### END SOLUTION

# %% check="shared-masks"
from publishing.teaching.checking import predicted


def _number_of_masks(rows):
    masks = np.asarray(rows).reshape(-1, many_rows.shape[-1]) != 0
    return len(np.unique(masks, axis=0))


_truth = {
    letter: _number_of_masks(hk.transform(f).apply({}, jax.random.key(1), many_rows))
    for letter, f in mask_nets.items()
}
_truth["G"] = _number_of_masks(from_outside(many_rows))
_reasons = {
    "A": "Which of the two axes has keys of its own?",
    "B": "The outer hk.vmap gives both of its parts one key. What does the inner one do with it?",
    "C": "The outer hk.vmap splits the key in two. What does the inner one do with each?",
    "D": "When is the key drawn, and is there anything left to split?",
    "E": "Which shape has the array that dropout gets, and so its mask?",
    "F": "How often does jax.vmap run what is inside, and how many keys does hk.vmap make in that run?",
    "G": "Does jax.vmap map over the key, or do both calls of apply get the same one?",
}
predicted(globals(), "mask_counts", _truth, _reasons)
print("All seven agree with the masks.")

# %% [markdown]
# ## One mask for all steps: `hk.scan`
#
# A loop can share its mask too. After four rounds of dropout with independent masks, one entry in sixteen should
# survive: $0.5^4 = 1/16 = 0.0625$. Count them:


# %%
def four_rounds(x, scan):
    last, _ = scan(lambda h, _: (drop_half(h), None), x, None, length=4)
    return last


many = jnp.ones(10_000)
survive = {}
for name, scan in {"jax.lax.scan": jax.lax.scan, "hk.scan": hk.scan}.items():
    left = hk.transform(four_rounds).apply({}, jax.random.key(1), many, scan)
    survive[name] = float((left != 0).mean())
print(survive)

# %% [markdown]
# `jax.lax.scan` traced the body once, with one key, and used the same mask four times. `hk.scan` carries the keys from
# step to step, and so do `hk.fori_loop`, `hk.while_loop` and `hk.map`.
#
# ### Make modules before the loop
#
# All steps of `hk.scan` *share* their parameters, as a recurrent network needs, so make the module before the loop. A
# module made in the body is a new one, usually with a new name, in each run. Because `init` runs the body for the first
# step and for the others, it fails here:

# %% raises="AssertionError" match="New parameters were created"
hk.transform(
    lambda x: hk.scan(lambda h, _: (hk.Linear(8)(h), None), x, None, length=4)
).init(jax.random.key(0), ones)


# %%
def repeated_linear(x):
    layer = hk.Linear(8)  # one module, four uses
    return hk.scan(lambda h, _: (layer(h), None), x, None, length=4)[0]


jax.tree.map(jnp.shape, hk.transform(repeated_linear).init(jax.random.key(0), ones))

# %% [markdown]
# ### Run modules before `hk.while_loop` and `hk.cond`
#
# The body of a while loop may not run at all, so `hk.while_loop` refuses to be called at `init`. `hk.cond` and
# `hk.switch` fail there if one branch makes parameters that another lacks. One way out is to run all modules once at
# `init`, and the loop and the branches in `apply` only:


# %%
def until_small(x):
    layer, other = hk.Linear(8), hk.Linear(8)
    if hk.running_init():
        return other(layer(x))  # makes the parameters of both
    x = hk.while_loop(lambda h: jnp.abs(h).max() > 2, lambda h: layer(h) / 4, x)
    return hk.cond(x.sum() > 0, layer, other, x)


until_small_net = hk.without_apply_rng(hk.transform(until_small))
until_small_params = until_small_net.init(jax.random.key(0), ones)
print(until_small_net.apply(until_small_params, 100 * ones).shape)

# %% [markdown]
# This network computes outputs, but `jax.grad` cannot differentiate it:

# %% raises="ValueError" match="Reverse-mode differentiation does not work for lax.while_loop"
jax.grad(lambda p: until_small_net.apply(p, 100 * ones).sum())(until_small_params)

# %% [markdown]
# The table of [loops and gradients](../jax/compilation.py#loops-laxscan-laxfori_loop-laxwhile_loop) holds for Haiku's
# loops, too. To train a loop that stops by itself, scan over the largest number of steps that you allow, and keep the
# carry with `jnp.where` once the loop should have stopped. The step still runs then, so its values and derivatives
# have to stay finite, or the gradient can become `nan`.


# %%
def until_small_scanned(x):
    layer, other = hk.Linear(8), hk.Linear(8)
    if hk.running_init():
        return other(layer(x))

    def step(h, _):
        return jnp.where(jnp.abs(h).max() > 2, layer(h) / 4, h), None

    x, _ = hk.scan(step, x, None, length=20)
    return hk.cond(x.sum() > 0, layer, other, x)


scanned_net = hk.without_apply_rng(hk.transform(until_small_scanned))
outputs = scanned_net.apply(until_small_params, 100 * ones)
print((outputs == until_small_net.apply(until_small_params, 100 * ones)).all())
slopes = jax.grad(lambda p: scanned_net.apply(p, 100 * ones).sum())(until_small_params)
print(jax.tree.map(jnp.shape, slopes))

# %% [markdown]
# ## Leaked tracers: `hk.remat`
#
# The gradient needs much of what a function computed along the way, so JAX keeps it in memory. `jax.checkpoint`, also
# called `jax.remat`, keeps what goes into the function (`policy=` can keep more) and computes the rest a second time
# when the gradient needs it. Put a module into it, and look at what `init` returns:


# %%
def shapes(tree):
    return jax.tree.map(
        lambda leaf: "TRACER" if isinstance(leaf, jax.core.Tracer) else leaf.shape,
        tree,
    )


def block(x, remat):
    return remat(hk.nets.MLP([8, 8]))(x)


leaky = hk.transform(block).init(jax.random.key(0), ones, jax.checkpoint)
shapes(leaky)

# %% [markdown]
# The parameters were made while JAX traced the module, so they are tracers, and they stayed in the frame after the
# trace was over. Here the error comes where you use them:

# %% raises="UnexpectedTracerError" match="Encountered an unexpected tracer"
jax.tree.map(lambda p: 2 * p, leaky)

# %% [markdown]
# `hk.remat` returns the new parameters from the trace as results, so they are arrays:

# %%
sound = hk.transform(block).init(jax.random.key(0), ones, hk.remat)
shapes(sound)

# %% tags=["hidden"]
assert "TRACER" in jax.tree.leaves(shapes(leaky))
assert not any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(sound))
_leaks = {
    "jit": lambda x: jax.jit(hk.Linear(8))(x),
    "scan": lambda x: jax.lax.scan(
        lambda h, _: (hk.Linear(8)(h), None), x, None, length=2
    )[0],
}
for _leak in _leaks.values():
    _made = hk.transform(_leak).init(jax.random.key(0), ones)
    assert "TRACER" in jax.tree.leaves(shapes(_made))

# %% [markdown]
# To see that memory is saved, look at what the gradient keeps. `jax.vjp(f, params)` returns `f(params)` and a function
# that computes gradients, a pytree whose leaves are the arrays that it keeps:


# %%
def kept_for_gradient(remat):
    def f(params):
        return hk.transform(block).apply(params, None, ones, remat)

    _, pullback = jax.vjp(f, sound)
    return [leaf.shape for leaf in jax.tree.leaves(pullback)]


print("without:", kept_for_gradient(lambda module: module))
print("hk.remat:", kept_for_gradient(hk.remat))

# %% [markdown]
# Without `hk.remat`, the gradient keeps the intermediate results of the layers, of shape `(B, 8)`. With it, the only
# array of this shape is the input; the others are the parameters.
#
# Tracers also leak from `jax.jit` and `jax.lax.scan` around a new module. (Haiku has no `hk.jit`: compile from
# outside.) For a quick test, compile `init`: `jax.jit(network.init)(key, x)` fails if it returns a leaked tracer.
#
# ## Lost state: `hk.grad`
#
# In physics, a network may compute an energy and return the force, minus the gradient of the energy, which takes a
# gradient *inside*. This network also has a state, the largest energy so far:


# %%
def force(x, grad):
    def energy(x):
        e = jnp.sum(jnp.tanh(hk.Linear(1)(x)) ** 2)
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, e))
        return e

    return -grad(energy)(x)


force_net = hk.transform_with_state(force)
params, state = force_net.init(jax.random.key(0), ones, hk.grad)
lost_y, lost = force_net.apply(params, state, None, ones, jax.grad)
y, new_state = force_net.apply(params, state, None, ones, hk.grad)
print("the same force:", bool(jnp.allclose(lost_y, y)))
print("state by jax.grad:", shapes(lost))
print("state by hk.grad: ", new_state)

# %% [markdown]
# The forces agree, but with `jax.grad` the new state is lost, and a tracer is in its place. A compiled `apply` fails at
# once; otherwise the error waits until you use the tracer. `hk.grad` and `hk.value_and_grad` bring the state out. For
# the gradient of a loss you do not need them: `jax.grad` goes around `apply`, and the new state comes out through
# `has_aux=True`.
#
# ## Let Haiku check: `check_jax_usage`
#
# Most of these mistakes look alike: a Haiku call, such as `hk.next_rng_key()`, under a JAX transformation that Haiku
# does not know of. If you ask for it, Haiku checks this at calls that ask for a key, a parameter or a state:

# %% raises="JaxUsageError" match="You need to use a Haiku overloaded transform"
with hk.config.context(check_jax_usage=True):
    hk.transform(drop_rows).apply({}, jax.random.key(1), ones)

# %% [markdown]
# The check reports the scan, the leak and the lost state of this page, so turn it on in your tests. It does not look at
# functions that are already compiled. It looks no further out than the nearest `hk.*`, so that
# `jax.vmap(hk.remat(drop_half))` passes, as does `split_rng=False` around dropout. And it reports code that happens to
# work, such as `jax.vmap` around `hk.Linear`. Here is another mistake that it cannot see:


# %%
def rounds_with_one_key(x):
    key = hk.next_rng_key()  # before the loop
    return hk.scan(lambda h, _: (hk.dropout(key, 0.5, h), None), x, None, length=4)[0]


with hk.config.context(check_jax_usage=True):
    left = hk.transform(rounds_with_one_key).apply({}, jax.random.key(1), many)
print(f"{(left != 0).mean():.3f} survive")

# %% [markdown]
# The key is drawn once, before the loop, and every step uses it. Because the body asks Haiku for nothing, the check
# has nothing to report, and `hk.scan` cannot help: it is the [reuse of a key](../jax/random_keys.py).
#
# ### What is allowed inside
#
# A JAX transformation is usually fine inside if its function asks Haiku for no parameter, state or key, and, if it
# draws, gets a key for each row or step. Make the parameters and draw the keys first, then hand them to pure code:


# %%
def pure_parts(x):
    h = hk.Linear(8)(x)
    slopes = jax.grad(lambda h: jnp.sum(jnp.tanh(h)))(h)
    keys = jnp.stack(hk.next_rng_keys(len(x)))  # (B,), one key for each row
    return jax.vmap(lambda key, row: hk.dropout(key, 0.5, row))(keys, slopes)


with hk.config.context(check_jax_usage=True):
    pure_params = hk.transform(pure_parts).init(jax.random.key(0), ones)
    print(hk.transform(pure_parts).apply(pure_params, jax.random.key(1), ones) != 0)

# %% [markdown]
# The masks differ, and nothing is reported.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# You call `jax.vmap(hk.Linear(5))(x)` inside a network, and `init` returns real arrays of the right shapes. Why are they
# not tracers?
#
# - [{{ not any(jax.vmap(lambda row: isinstance(row, jax.core.Tracer))(ones)) }}] `jax.vmap` runs row by row, untraced.
# - [{{ isinstance(init(lambda x: jax.jit(hk.Linear(5))(x))["linear"]["w"], jax.core.Tracer) }}] `jax.vmap` traces only
#   what depends on a row.
# - [{{ not isinstance(init(lambda x: jax.jit(hk.Linear(5))(x))["linear"]["w"], jax.core.Tracer) }}] `hk.Linear(5)` makes
#   them before `jax.vmap` runs.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# `jax.vmap` and `jax.grad` make tracers only of what depends on the mapped or differentiated argument. The weights come
# from a key and a shape, and do not depend on the row. `jax.jit`, `jax.checkpoint` and `jax.lax.scan` also trace
# operations on constants, so there the weights are tracers. The code works, but only until you add something: with
# dropout the rows share a mask, and a state computed from one row leaks. Write `hk.vmap`.
#
# </details>
#
# ## Exercise: which calls fail, and which are silently wrong?
#
# Here are eight calls, with comments that say what each is meant to give. Do not run them yet.

# %%
row_keys = jax.random.split(jax.random.key(5), 3)


def init(f):
    return hk.transform(f).init(jax.random.key(1), ones)


def apply(f):
    return hk.transform(f).apply({}, jax.random.key(1), ones)


calls = {
    # A mask of its own for each of the three rows:
    "A": lambda: apply(lambda x: jax.lax.map(drop_half, x)),
    "B": lambda: jax.vmap(hk.transform(drop_half).apply, (None, 0, 0))(
        {}, row_keys, ones
    ),
    "C": lambda: apply(lambda x: hk.vmap(drop_half, split_rng=hk.running_init())(x)),
    # Parameters for `apply`:
    "D": lambda: init(lambda x: jax.jit(hk.Linear(8))(x)),
    "E": lambda: jax.jit(hk.transform(lambda x: hk.Linear(8)(x)).init)(
        row_keys[0], ones
    ),
    "F": lambda: init(lambda x: hk.vmap(hk.Linear(8), split_rng=True)(x)),
    "G": lambda: init(lambda x: hk.while_loop(lambda h: h.sum() > 9, hk.Linear(8), x)),
    "H": lambda: init(lambda x: jax.grad(lambda h: jnp.sum(h**2))(hk.Linear(8)(x))),
}

# %% [markdown]
# Define `outcomes`, a dictionary from the eight letters to one of three words: `"right"` if the call gives what the
# comment says, `"wrong"` if it runs and gives something else (equal masks, or tracers), `"fails"` if it raises an error.

# %% exercise="inside-or-outside" kind="predict" minutes="10"
# Each is "right", "wrong" or "fails":
# outcomes = {
#     "A": ...,
#     "B": ...,
#     "C": ...,
#     "D": ...,
#     "E": ...,
#     "F": ...,
#     "G": ...,
#     "H": ...,
# }
### BEGIN SOLUTION
outcomes = {
    "A": "wrong",
    "B": "right",
    "C": "wrong",
    "D": "wrong",
    "E": "right",
    "F": "fails",
    "G": "fails",
    "H": "right",
}
### END SOLUTION

# %% check="inside-or-outside"
from publishing.teaching.checking import predicted


def _outcome(call):
    try:
        leaves = jax.tree.leaves(call())
    except Exception:  # any error counts
        return "fails"
    if any(isinstance(leaf, jax.core.Tracer) for leaf in leaves):
        return "wrong"
    masks = [np.asarray(leaf) != 0 for leaf in leaves if leaf.shape == ones.shape]
    return "wrong" if any((mask == mask[0]).all() for mask in masks) else "right"


_truth = {letter: _outcome(call) for letter, call in calls.items()}
_reasons = {
    "A": "How often does jax.lax.map run drop_half, and how many keys does that draw?",
    "B": "Is the function that jax.vmap gets here pure, and where do its keys come from?",
    "C": "What is hk.running_init() during apply, and what does hk.vmap then do with the key?",
    "D": "What is a parameter that is made while jax.jit traces?",
    "E": "Is the function that jax.jit gets here pure?",
    "F": "Which keys would the rows use for the weights?",
    "G": "Can hk.while_loop make parameters?",
    "H": "Is there a Haiku call in the function that jax.grad gets?",
}
predicted(globals(), "outcomes", _truth, _reasons)
print("All eight agree with what the calls do.")

# %% [markdown]
# ## Exercise: repair three modules
#
# These three do not do what their docstrings say, and none of them raises an error by itself:


# %%
class NoisyRows(hk.Module):
    """A linear layer 50 wide, then dropout of one half, with a mask for each row."""

    def __call__(self, x):  # (B, D)
        def noisy_row(row):
            return drop_half(hk.Linear(50)(row))

        return hk.vmap(noisy_row, split_rng=False)(x)  # (B, 50)


class NoisyRounds(hk.Module):
    """Four rounds of dropout of one half, each with masks of its own."""

    def __call__(self, x):  # any shape
        key = hk.next_rng_key()
        keep = jnp.repeat(jax.random.bernoulli(key, 0.5, x.shape)[None], 4, axis=0)
        return jax.lax.scan(lambda h, k: (jnp.where(k, 2 * h, 0), None), x, keep)[0]


class SavedBlock(hk.Module):
    """Linear(7) and tanh, recomputed for the gradient; keeps the largest |x| so far."""

    def __call__(self, x):  # (B, D)
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        if hk.running_init():
            return block(x)  # makes the parameters and the state
        return jax.checkpoint(block)(x)  # (B, 7)


# %% [markdown]
# To see this, make a module's parameters and state, apply it, and look:


# %%
def try_out(module, x):
    net = hk.transform_with_state(lambda x: module()(x))
    params, state = net.init(jax.random.key(0), x)
    y, new_state = net.apply(params, state, jax.random.key(1), x)
    return y, shapes(params), shapes(new_state)


y, _, _ = try_out(NoisyRows, ones)
equal = bool(((y != 0) == (y[0] != 0)).all())
print("NoisyRows, equal masks:", equal)
y, _, _ = try_out(NoisyRounds, many)
left = float((y != 0).mean())
print(f"NoisyRounds: {left:.3f} survive, and it should be {1 / 16:.3f}")
_, _, state = try_out(SavedBlock, ones)
print("SavedBlock, new state:", state)

# %% tags=["hidden"]
assert equal
assert jax.tree.leaves(state) == ["TRACER"]
assert 0.48 < left < 0.52

# %% [markdown]
# Define the three classes again, so that they do what their docstrings say, for any batch size. `init` and `apply` must
# work under `jax.jit`, and `apply` under `jax.grad`. `SavedBlock` must still recompute both the layer and the tanh.
#
# <details>
# <summary>Hint</summary>
#
# An `hk.` alone repairs one of them. For the others, follow the key: in `init` and in `apply`, who draws it, and how often?
#
# </details>


# %% exercise="repair-three" kind="repair" minutes="15"
class NoisyRows(hk.Module):
    """A linear layer 50 wide, then dropout of one half, with a mask for each row."""

    def __call__(self, x):  # (B, D) -> (B, 50)
        ### BEGIN SOLUTION
        linear = hk.Linear(50)
        return hk.vmap(
            lambda row: drop_half(linear(row)), split_rng=not hk.running_init()
        )(x)
        ### END SOLUTION


class NoisyRounds(hk.Module):
    """Four rounds of dropout of one half, each with masks of its own."""

    def __call__(self, x):  # any shape
        ### BEGIN SOLUTION
        return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)
        ### END SOLUTION


class SavedBlock(hk.Module):
    """Linear(7) and tanh, recomputed for the gradient; keeps the largest |x| so far."""

    def __call__(self, x):  # (B, D) -> (B, 7)
        ### BEGIN SOLUTION
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block)(x)
        ### END SOLUTION


# %% check="repair-three"
from publishing.teaching.checking import Check

_advice = {
    "UnexpectedTracer": "Which JAX transformation does a Haiku call meet inside?",
    "Reverse-mode": "Which loops have a gradient?",
    "'tuple'": "Which part of the pair that hk.scan returns is the result?",
    "": "Which Haiku calls does each JAX transformation meet, in init and in apply?",
}
_read = "One dropout mask for all rows: `hk.vmap`"
_rows = Check(globals(), "NoisyRows", _read, _advice)
_rounds = Check(globals(), "NoisyRounds", "One mask for all steps: `hk.scan`", _advice)
_saved = Check(globals(), "SavedBlock", "Leaked tracers: `hk.remat`", _advice)


def init_of(module):
    return jax.jit(hk.transform_with_state(lambda x: module()(x)).init)


def apply_with_slope_of(module):
    net = hk.transform_with_state(lambda x: module()(x))

    def total(x, *given):
        y, state = net.apply(*given, x)
        return (y**2).sum(), (y, state)

    return jax.jit(jax.grad(total, has_aux=True))


def kept_for_gradient_of(module):
    net = hk.transform_with_state(lambda x: module()(x))
    return lambda params, *given: jax.tree.leaves(
        jax.vjp(lambda params: net.apply(params, *given)[0], params)[1]
    )


def _made(check, x, wide=None):
    params, state = check.call(jax.random.key(7), x, by=init_of)
    shapes = sorted(leaf.shape for leaf in jax.tree.leaves(params))
    right = sorted([(x.shape[1], wide), (wide,)]) if wide else shapes
    told = f"the parameters of {check.name}, one layer for all rows, have the shapes {shapes[:4]}, not {right}."
    check.require(shapes == right, told)
    params = jax.tree.map(lambda p: jnp.float32(_draw.normal(size=p.shape)), params)
    found = {leaf.ndim: np.float64(leaf) for leaf in jax.tree.leaves(params)}
    return params, state, found.get(2, np.eye(x.shape[-1])), found.get(1, 0)


_draw, _by = np.random.default_rng(0), apply_with_slope_of
for _check, _shape, _wide, _part in (
    (_rows, (2, 3), 50, 1 / 2),
    (_rows, (int(_draw.integers(65, 99)), 9), 50, 1 / 2),
    (_rows, (1, 3), 50, 1 / 2),
    (_rounds, (100, 200), None, 1 / 16),
    (_rounds, (12, 30, 40), None, 1 / 16),
):
    _x = np.float32(1 + _draw.exponential(size=_shape))
    _params, _state, _w, _b = _made(_check, _x, _wide)
    _found = [
        _check.call(_x, _params, _state, jax.random.key(i), by=_by) for i in (1, 2)
    ]
    _full = (_x @ _w + _b) / _part
    _alive, _other = (
        np.resize(np.asarray(y) != 0, _full.shape) for _, (y, _) in _found
    )
    _told = f"{_check.name} drops nothing of its result: is dropout the last step?"
    _check.require(not _alive.all(), _told)
    if _alive.size > 1000:
        _told = f"Do the masks of {_check.name} depend on the key of apply?"
        _check.require((_alive != _other).any(), _told)
        _mean, _own = _alive.mean(), len(np.unique(_alive, axis=0))
        _spread = max(_alive.mean(axis=axis).std() for axis in range(_alive.ndim))
        _told = f"Only {_own} of {len(_alive)} rows of {_check.name} have a mask of their own."
        _check.require(_own == len(_alive), _told)
        _told = f"In {_check.name} a part of {_mean:.3f} survives, where {_part:.3f} should: "
        _once = "do all rounds share a mask?" if abs(_mean - 0.5) < 0.05 else ""
        _near = abs(_mean - _part) < 5 * (_part / _alive.size) ** 0.5 and _spread < 0.15
        _check.require(_near, _told + (_once or "how often is a half dropped?"))
    _right = 2 * _full * _alive @ _w.T / _part, (_full * _alive, _state)
    _others = {"": "What does hk.dropout do with what survives, and where is it?"}
    _check.agrees(_found[0], _right, _others, what=f"{_check.name} with its slope")
_many = int(_draw.integers(65, 99))
_x = np.float32(_draw.uniform(-3, 3, size=(_many, 3)))
_x[[0, -1], 1] = -3.5, -4
_params, _state, _w, _b = _made(_saved, _x, 7)
for _count, _size, _largest in ((_many, 0.01, 0.04), (_many, 1.5, 6.0), (1, 0.5, 6.0)):
    _few = _size * _x[:_count]
    _slope, (_y, _state) = _saved.call(_few, _params, _state, None, by=_by)
    _right = np.tanh(_few @ _w + _b)
    _right = _right, 2 * _right * (1 - _right**2) @ _w.T
    _others = {"": "Is it the tanh of the linear layer?"}
    _saved.agrees((_y, _slope), _right, _others, what="SavedBlock with its slope")
    _others = {
        "that is the largest |x| of this call, not so far.": [np.abs(_few).max()],
        "that is the largest x, not the largest |x|.": [_few.max()],
        "": 'Is it the largest |x| so far? Read "Lost state: `hk.grad`" again.',
    }
    _saved.agrees(jax.tree.leaves(_state), [_largest], _others, what="The state")
_kept = _saved.call(_params, _state, None, _x, by=kept_for_gradient_of)
_told = "SavedBlock keeps as many numbers as its output has for the gradient: what is computed again?"
_saved.require(sum(leaf.size for leaf in _kept) < 10 * _many, _told)  # x: 3 * _many
print("A mask for each row, four rounds of masks, and a block that is recomputed.")

# %% [markdown]
# ## Deep stacks: `hk.layer_stack`
#
# Deep networks repeat a block many times. Here is a small one, a residual layer $h + \tanh(hW + b)$, repeated in three
# ways: by a Python loop, by `hk.layer_stack`, and by `hk.scan` around one module.


# %%
UNITS = 16


def residual(h):
    return h + jnp.tanh(hk.Linear(UNITS)(h))  # (B, 16)


def python_loop(h, depth):
    for _ in range(depth):
        h = residual(h)
    return h


def layer_stack(h, depth):
    return hk.layer_stack(depth)(residual)(h)


def scan_one_module(h, depth):
    layer = hk.Linear(UNITS)

    def step(h, _):
        return h + jnp.tanh(layer(h)), None

    return hk.scan(step, h, None, length=depth)[0]


# %%
h = jnp.ones((4, UNITS))
for f in (python_loop, layer_stack, scan_one_module):
    params = hk.transform(f).init(jax.random.key(0), h, 3)
    size = hk.data_structures.tree_size(params)
    print(f"{f.__name__}: {size} numbers")
    print("  ", {name: its["w"].shape for name, its in params.items()})

# %% [markdown]
# - The loop makes a module for each layer: three names, three matrices.
# - `hk.layer_stack(depth)` makes the same number of parameters under *one* name (`name=` gives it a better one). Its
#   arrays have a leading axis of length `depth`, and a scan runs over it. Each layer has parameters and keys of its
#   own. The function here has to return what it takes: the same structure, shapes and dtypes.
# - `hk.scan` shares one layer between all steps. That is a different network, with one matrix instead of three.

# %% tags=["plot"] alt="Three matrices of the loop, under three names, become entries of one array; each step of the scan takes one."
# Caption: A scan is one layer with stacked weights, of which each step takes its own.
loop, stack = (
    hk.transform(f).init(jax.random.key(0), h, 3) for f in (python_loop, layer_stack)
)
(its,) = stack.values()
axes, before = canvas(22.4), (0.4, 18.4)
scan, w = "hk.layer_stack(depth)(residual)", its["w"].shape
of = f"{scan} | {w}"
box(axes, 18, 11, "\n\n", PARAMETERS, 33, of)
note(axes, 12.5, 7.7, f"w {w}", of=of, family="monospace")
note(axes, 1.8, 21.4, "the scan of layer_stack", "left", scan, color=RUNS)
for i, (module, its) in enumerate(loop.items()):
    place, w = 7 + 11 * i, its["w"].shape
    made = f"h = residual(h) | '{module}': {w}"
    own = box(axes, place, 2.4, f"{module}\nw {w}", PARAMETERS, of=made)
    part = box(axes, place, 11, f"w[{i}]", PARAMETERS, of=of)
    layer = box(axes, place, 18.4, "residual", of="def residual(h)")
    arrow(axes, own, part, color=PARAMETERS, of=of)
    arrow(axes, part, layer, color=PARAMETERS, of=scan)
    arrow(axes, before, layer, "" if i else "h", of=scan)
    before = layer
arrow(axes, before, (35.6, 18.4), of=scan)
plt.show()

# %% [markdown]
# The program of a Python loop has a piece for each layer, that of a scan one piece, which is repeated. Count the
# equations of the jaxpr and the arrays of parameters, for several depths:


# %%
def names_and_equations(f, depth):
    net = hk.without_apply_rng(hk.transform(lambda h: f(h, depth)))
    params = jax.eval_shape(net.init, jax.random.key(0), h)  # shapes, no numbers
    jaxpr = jax.make_jaxpr(net.apply)(params, h)
    return len(jax.tree.leaves(params)), str(jaxpr).count(" = ")


depths = [1, 2, 4, 8, 16, 32]
counts = {
    f.__name__: np.array([names_and_equations(f, depth) for depth in depths])
    for f in (python_loop, layer_stack)
}
for name, its in counts.items():
    print(f"{name:12}arrays", *its[:, 0], " equations", *its[:, 1])

# %% tags=["hidden"]
assert (counts["python_loop"][:, 0] == 2 * np.array(depths)).all()
assert (np.diff(counts["python_loop"][:, 1]) > 0).all()
assert len(set(counts["layer_stack"][:, 1])) == 1
assert (counts["layer_stack"][:, 0] == 2).all()
assert names_and_equations(scan_one_module, 8) == (2, counts["layer_stack"][0, 1])

# %% [markdown]
# At depth {{ depths[-1] }} the loop has {{ counts["python_loop"][-1, 1] }} equations. The stack still has
# {{ counts["layer_stack"][-1, 1] }} of them, as at depth 1. XLA compiles more equations for longer,
# which you notice in deep networks.
#
# The price is that all layers must be alike, and that parameters saved from the loop do not fit until you rename and
# stack them. To save memory in training, wrap the layer, as in `hk.layer_stack(depth)(hk.remat(residual))`.
#
# ## Two more: `hk.eval_shape` and `hk.lift`
#
# `hk.eval_shape` says which shape a module would return, and computes nothing. It keeps no parameters, so in `apply`
# it fails unless another call made them. `hk.lift` brings the parameters of another, already transformed network into
# the frame of this one, so that you can map over *parameters*, which `hk.vmap` shares between rows, here to five
# linear layers side by side:


# %%
def committee(x):
    member = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(3)(x)))
    keys = hk.next_rng_keys(5) if hk.running_init() else None
    many_inits = jax.vmap(member.init, in_axes=(0, None))
    params = hk.lift(many_inits, name="committee")(keys, x)
    return jax.vmap(member.apply, in_axes=(0, None))(params, x)  # (5, B, 3)


committee_params = hk.transform(committee).init(jax.random.key(0), ones)
jax.tree.map(jnp.shape, committee_params)

# %% tags=["hidden"]
_shapes = {"committee/linear": {"b": (5, 3), "w": (5, 8, 3)}}
assert jax.tree.map(jnp.shape, committee_params) == _shapes

# %% [markdown]
# `member.init` and `member.apply` are pure, so `jax.vmap` is allowed. During `apply`, `hk.lift` returns the stored
# parameters and does not call `many_inits`.
#
# ## Exercise: a stack that runs several rounds
#
# Some networks send their data through the same stack several times. Define `looped_stack(x, depth, rounds)`, a function
# for `hk.transform`: a stack of `depth` residual layers $h + \tanh(hW_l + b_l)$, each with parameters of its own, which
# runs `rounds` times with the *same* parameters. `x` has the shape `(B, D)`, for any `B` and `D`. In loops, for $D = 2$:


# %%
def rounds_in_loops(w, b, x, rounds):
    for _ in range(rounds):
        for layer in range(len(w)):
            x = x + np.tanh(x @ w[layer] + b[layer])
    return x


w = np.array([[[0.0, 1.0], [0.0, 0.0]], [[0.0, 0.0], [-1.0, 0.0]]])  # (2, 2, 2)
b = np.array([[0.0, 0.0], [0.5, 0.0]])  # (2, 2)
print(rounds_in_loops(w, b, np.array([[1.0, 2.0]]), rounds=1))
print(rounds_in_loops(w, b, np.array([[1.0, 2.0]]), rounds=3))

# %% [markdown]
# - The parameters are two arrays, of shapes `(depth, D, D)` and `(depth, D)`, under any names. The matrices are random,
#   and differ from layer to layer.
# - The jaxpr of `apply` has as many equations for 6 layers and 5 rounds as for 2 layers and 3 rounds.
# - `init` and `apply` work under `jax.jit`, `apply` without a key, and `jax.grad` with respect to the parameters works.
#
# <details>
# <summary>Hint</summary>
#
# Called twice, `hk.layer_stack` makes two stacks, as `hk.Linear` makes two layers. What can you make once, before the
# loop? An `hk.Module` of your own can hold the stack in its `__call__`. Or make the two arrays with `hk.get_parameter`,
# so that what is left is pure.
#
# </details>


# %% exercise="looped-stack" kind="build" minutes="20"
def looped_stack(x, depth, rounds):
    """Run a stack of residual layers several times, for `hk.transform`: (B, D) -> (B, D)."""
    ### BEGIN SOLUTION

    def layer(h):
        return h + jnp.tanh(hk.Linear(h.shape[-1])(h))

    class Stack(hk.Module):
        def __call__(self, h):
            return hk.layer_stack(depth)(layer)(h)

    stack = Stack()  # one module, used in every round
    return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
    ### END SOLUTION


# %% check="looped-stack"
import functools

from publishing.teaching.checking import Check

_steps = 'Read "Make modules before the loop" again.'
_advice = {
    "New parameters": f"Is a module made in each round? {_steps}",
    "pytree structure": f"Is a module made in each round? {_steps}",
    "UnexpectedTracer": 'Is a parameter made under a JAX transformation? Read "Leaked tracers: `hk.remat`" again.',
    "Reverse-mode": f"Which loops have a gradient? {_steps}",
    "MissingRNG": "For what does apply need a key?",
    "'tuple'": f"Which part of the pair that hk.scan returns is the result? {_steps}",
    "": "Is the stack made once, for any x of shape (B, D), and its result returned?",
}
_check = Check(globals(), "looped_stack", "Deep stacks: `hk.layer_stack`", _advice)


def init_of(stack):
    return jax.jit(hk.transform(stack).init, static_argnums=(2, 3))


def apply_with_slopes_of(stack):
    def total(params, *given):
        y = hk.transform(stack).apply(params, *given)
        return (y**2).sum(), y

    return jax.jit(jax.grad(total, has_aux=True), static_argnums=(3, 4))


def equations_of(stack):
    jaxpr = jax.make_jaxpr(hk.transform(stack).apply, static_argnums=(3, 4))
    return lambda *given: str(jaxpr(*given)).count(" = ")


def _loops(x, w, b, layers, step=lambda h, z: h + np.tanh(z)):
    for layer in layers:
        x = step(x, x @ w[layer] + b[layer])
    return x


_counts, _draw = [], np.random.default_rng(0)
_keys = jax.random.split(jax.random.key(0))
for _depth, _rounds, _shape, _size in (
    (2, 3, (4, 5), 1),
    (6, 5, (4, 5), 30),
    (*_draw.integers((7, 6), (10, 10)).tolist(), (2, 2), 0.01),
    (3, 1, (1, 1), 1),
    (2, 1, (4, 5), 1),
):
    _when = f"For {_depth} layers, {_rounds} rounds and x of shape {_shape}, "
    _x = jnp.float32(_size * _draw.normal(size=_shape))
    _call = functools.partial(_check.call, when=_when)
    _made = [_call(key, _x, _depth, _rounds, by=init_of) for key in _keys]
    _right = sorted([(_depth, *2 * _shape[1:]), (_depth, *_shape[1:])])
    _shapes = sorted(leaf.shape for leaf in jax.tree.leaves(_made[0]))
    _told = f"the parameters should have the shapes {_right}, not {_shapes[:6]}: one stack for all rounds."
    _check.require(_shapes == _right, _when + _told)
    _first, _other = ({p.ndim: p for p in jax.tree.leaves(made)}[3] for made in _made)
    _told = "are the matrices random numbers, drawn with the key of init?"
    _check.require((_first != _other).mean() > 0.9, _when + _told)
    _told = "do the layers start with the same matrix?"
    _check.require(len(np.unique(_first, axis=0)) == _depth, _when + _told)
    _made = jax.tree.map(lambda p: _draw.normal(size=p.shape) / len(p), _made[0])
    _given = _made, None, _x, _depth, _rounds
    _slopes, _y = _call(*_given, by=apply_with_slopes_of)
    _arrays = {leaf.ndim: leaf for leaf in jax.tree.leaves(_made)}
    _of = functools.partial(_loops, np.float64(_x), _arrays[3], _arrays[2])
    _stack = [*range(_depth)]
    _all = _stack * _rounds
    _mistakes = {
        "it runs a round too many.": _of(_stack + _all),
        "each layer is repeated before the next: what is a round?": _of(sorted(_all)),
        "where is the sum h + ...?": _of(_all, lambda h, z: np.tanh(z)),
        "is there another function than tanh?": _of(_all, lambda h, z: h + z * (z > 0)),
        "": "In which order do layers and rounds come in rounds_in_loops?",
    }
    _check.agrees(_y, _of(_all), _mistakes, _when)
    _way = jax.tree.map(lambda p: _draw.normal(size=p.shape) / len(p), _made)
    _ways = {leaf.ndim: leaf for leaf in jax.tree.leaves(_way)}
    _near = (_arrays[n] + 1e-6 * _ways[n] for n in (3, 2))
    _rise = _loops(np.float64(_x), *_near, _all) ** 2 - _of(_all) ** 2
    _slope = sum(map(np.vdot, *map(jax.tree.leaves, (_slopes, _way))))
    _others = {"": "Is a part of the computation held back from the gradient?"}
    _rise = _rise.sum() / 1e-6
    _check.agrees(_slope, _rise, _others, _when, "the gradient", rtol=1e-2)
    _counts.append(_call(*_given, by=equations_of))
    _told = f"apply has {_counts[-1]} equations, and {_counts[0]} for 2 layers and 3 rounds: where is a Python loop?"
    _check.require(_depth != 6 or _counts[0] == _counts[1], _when + _told)
print(f"Agrees with the loops, and has {_counts[1]} equations whatever the sizes.")

# %% [markdown]
# ## What can go wrong
#
# - `UnexpectedTracerError: Encountered an unexpected tracer` Often, a parameter, a state or a key was made under a
#   `jax.*` transformation inside. Use `hk.*`.
# - `ValueError: hk.scan() should not be used outside of hk.transform(). Use jax.lax.scan() instead.` The opposite case.
# - `TypeError: Haiku now requires the split_rng argument to be passed to hk.vmap.` And with `split_rng=True`:
#   `hk.vmap does not support setting split_rng to True during initialization`. Say `split_rng=not hk.running_init()`.
# - `AssertionError: New parameters were created` in `hk.scan`, or `TypeError: ... must have the same pytree structure`
#   in `hk.fori_loop` and `hk.cond`: often, a module is made in the body, or first used in one branch. Make it before,
#   use all at `init`.
# - `ValueError: hk.while_loop does not support initialization` Branch on `hk.running_init()`.
# - `ValueError: Reverse-mode differentiation does not work for lax.while_loop or lax.fori_loop with dynamic start/stop
#   values.` Use `hk.scan`, or `hk.fori_loop` with Python numbers as bounds.
# - No message: equal masks. Compare two rows, count survivors, set `check_jax_usage`, look where keys are drawn.
# - No message, or `UnexpectedTracerError` under `jit`: `jax.jit`, `jax.lax.scan` or the like of a function from outside.
#   Once traced, it may make no parameters, and keep its first ones and key.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - `init` and `apply` are pure: transform them with `jax.*`. Inside, code that asks Haiku for parameters, state
#   or keys goes through `hk.*`.
# - Equal masks, leaked tracers and lost state are silent. `check_jax_usage=True` finds most where a Haiku call runs
#   under a `jax.*` transformation, but not a key drawn before the loop, or shared by `split_rng=False`.
# - Where a function makes parameters and draws keys, give `hk.vmap` `split_rng=not hk.running_init()`. Make modules
#   before `hk.scan`, and run them before `hk.while_loop` and `hk.cond`.
# - Here the program of `hk.layer_stack` does not grow with depth, and its parameters are stacked. `hk.scan` shares one
#   layer.
#
# Next: [A small transformer, written the way research code is](transformer.py).
