# %% [markdown]
# # Run an old Haiku script on today's JAX
#
# Old Haiku code often stops at a name that JAX has moved or removed.
# [`haiku-port revive`](../../reference/revive.md) finds such names in whole files, and repairs many of them:
#
# ```console
# $ haiku-port revive train.py nets.ipynb src/
# $ haiku-port revive --fix train.py
# ```
#
# These lines are repaired; the old names are in the comments:

# %% tags=["short"]
import haiku as hk
import jax
import jax.numpy as jnp

x = jnp.zeros(2).at[0].set(5.0)  # jax.ops.index_update
x = jnp.clip(x, min=0, max=1)  # a_min=0, a_max=1
tree = jax.tree.map(jnp.exp, {"w": x})  # jax.tree_map
net = hk.transform(lambda tree: tree["w"])
net = hk.without_apply_rng(net)  # apply_rng=False
is_array = isinstance(x, jax.Array)  # jnp.DeviceArray
print(is_array, net.apply({}, tree))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - find versions of Haiku and JAX that fit together, and tell which library is in the way;
# - read the report of `haiku-port revive`, and decide what it leaves to you;
# - repair the errors that come after the names.
#
# You need: [`jax.grad`](../jax/gradients.py) and [`hk.transform`](../haiku/transform.py).
#
# </div>
#
# ## First the environment
#
# An old script tends to break in the same order: first the environment, then names of JAX that moved or were removed, and
# last what you can't tell from a name. This page goes through these three stages.
#
# Haiku uses parts of JAX that are not public, so an old Haiku can fail under a new JAX although your own file needs no
# change. The traceback then ends in a file of Haiku, or in one of JAX that Haiku called, and the usual remedy is `pip
# install --upgrade jax dm-haiku`. Earlier releases of Haiku cause these messages:

# %%
import importlib
import math

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

# %%
for module, name in [
    (jax.config, "jax_experimental_name_stack"),
    (jax.core, "CallPrimitive"),
    (jax.core, "DropVar"),
]:
    try:
        getattr(module, name)
    except AttributeError as error:
        print(error)

# %% tags=["hidden"]
assert not hasattr(jax.config, "jax_experimental_name_stack")
assert not hasattr(jax.core, "CallPrimitive")
assert not hasattr(jax.core, "DropVar")

# %% [markdown]
# If you must keep an old pair, take a JAX that still has the names that your Haiku uses. This table, made from the
# histories of both, gives for most releases of Haiku the last JAX that has their public names (apart from those of
# `jax.numpy`), and a name that the next JAX lacks. A newer JAX may still work, as long as your code never reaches the
# line that uses the missing name.

# %%
COMPANIONS = """
Haiku             JAX      then missing
0.0.3 to 0.0.6    0.3.15   jax.tree_multimap
0.0.8, 0.0.9      0.4.10   jax.interpreters.xla.xla_call_p
0.0.10            0.4.23   jax.random.KeyArray
0.0.11, 0.0.12    0.4.23   jax.random.PRNGKeyArray
0.0.13            0.4.35   jax.core.thread_local_state
0.0.14            0.6.2    jax.experimental.pjit.pjit_p
0.0.15            0.9.2    jax.core.get_aval
"""

# %% tags=["hidden"]
import contextlib

for row in COMPANIONS.strip().splitlines()[1:]:
    parent, _, last = row.split()[-1].rpartition(".")
    with contextlib.suppress(ModuleNotFoundError):
        assert not hasattr(importlib.import_module(parent), last), row

# %% [markdown]
# Other libraries can fail too, such as TensorFlow Probability, and with it distrax and RLax, which import it. The last
# release that we tried (this page does not install it) stopped with `module 'jax.interpreters.xla' has no attribute
# 'pytype_aval_mappings'`, whereas the nightly build, `tfp-nightly`, worked. Upgrade such a library before you
# touch a line of your own.
#
# ## Then the names: `haiku-port revive`
#
# Running an old file shows one error at a time, and a file a few years old may have a dozen.
# [`haiku-port revive`](../../reference/revive.md), of [a package](../../reference/porting.md#the-package) that needs
# Python and not even JAX, reads the file instead and lists what it finds at once. It follows names through the imports
# and looks them up in [a table](../../reference/removed.md) of what JAX, Haiku, Optax, chex and NumPy have removed, made
# from their histories. Here is a small regression in the style of that time, as a string, so that it can fail while this
# page still runs.

# %%
OLD_SCRIPT = """
import haiku as hk
import jax
import jax.numpy as jnp
from jax.config import config
from jax.experimental import optimizers

config.update("jax_debug_nans", True)


def net_fn(x: jnp.DeviceArray) -> jnp.DeviceArray:
    return hk.nets.MLP([16, 1])(x)


net = hk.transform(net_fn, apply_rng=False)
opt_init, opt_update, get_params = optimizers.adam(1e-2)


def loss_fn(params, x, y):
    penalty = sum(jnp.sum(p ** 2) for p in jax.tree_leaves(params))
    return jnp.mean((net.apply(params, x) - y) ** 2) + 1e-4 * penalty


@jax.jit
def update(i, opt_state, x, y):
    params = get_params(opt_state)
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    grads = jax.tree_map(lambda g: jnp.clip(g, a_min=-1.0, a_max=1.0), grads)
    return loss, opt_update(i, grads, opt_state)


rng = jax.random.PRNGKey(0)
x = jnp.linspace(-1.0, 1.0, 64)[:, None]
y = jax.ops.index_update(jnp.sin(3 * x), jax.ops.index[0], 0.0)
opt_state = opt_init(net.init(rng, x))
for i in range(500):
    loss, opt_state = update(i, opt_state, x, y)
    if i % 100 == 99:
        params = get_params(opt_state)
        average = jax.tree_multimap(lambda a, b: (a + b) / 2, params, params)
        assert jnp.alltrue(jnp.isfinite(net.apply(average, x)))
print(loss.block_host_until_ready())
"""

# %% raises="ModuleNotFoundError" match="No module named 'jax.config'"
exec(OLD_SCRIPT, {})

# %% [markdown]
# Saved as `old.py`, it gives this report; a function of this course runs the command, where the package is installed:

# %% tags=["recap"]
from snippets.terminal import haiku_port

# %%
print(haiku_port("revive old.py", {"old.py": OLD_SCRIPT}))

# %% tags=["hidden"]
from haiku_porting.revive import find_changes, fix

failing = [change.line for change in find_changes(OLD_SCRIPT) if change.fails]
unfixed = [change.line for change in find_changes(fix(OLD_SCRIPT)) if change.fails]
assert 0 < len(unfixed) < len(failing)
by_hand = "hk.without_apply_rng(hk.transform(net_fn))"
mended = fix(OLD_SCRIPT).replace("hk.transform(net_fn, apply_rng=False)", by_hand)
assert mended != fix(OLD_SCRIPT)
ported = {}
exec(mended, ported)
jax.config.update("jax_debug_nans", False)

# %% [markdown]
# How to read it:
#
# - The report takes a name marked `!` to fail today, and one marked `?` to fail perhaps; names without a mark still work,
#   but have a newer form. The line numbers are in brackets.
# - Below, each name has a reason and the code of a [rule](../../reference/revive.md#the-rules), and most have the last
#   release that had them.
# - Between an old name and a new one, an arrow usually means that `--fix` writes it, imports included. What follows an
#   arrow in words, as for `jax.ops.index`, depends on the lines around it.
#
# This script fails in {{ len(failing) }} places, on {{ len(set(failing)) }} lines. `--fix` repairs all of them but line
# {{ unfixed[0] }}, which needs a decision: see [below](#haiku-apply-without-a-key-and-apply_rngfalse). With this line
# changed by hand, the script runs, and trains to a loss of {{ float(ported["loss"]):.4f}}. `--diff` shows the changes
# before you make them:

# %%
print(haiku_port("revive --diff old.py", {"old.py": OLD_SCRIPT}))

# %% tags=["hidden"]
assert float(ported["loss"]) < 0.02

# %% [markdown]
# The report knows names, and few values. It does not see `getattr`, strings other than annotations, or names that come
# from `import *`, and it leaves branches for other versions as they are, for instance after `hasattr`. With
# `--installed` it also looks names up in your releases of these five packages. Its exit status says whether something
# fails, so that it can [guard a repository](../../reference/revive.md#for-other-programs).
#
# ### How much it finds
#
# We drew files of 27 public repositories that had not been looked at while it was written, as they were
# at ten dates of seven years, and checked it with a second program, which looks up the dotted names and keywords in the
# installed packages. For each state the table counts files and then places: those that *both* programs find to fail,
# those that only the second finds (*missed*), and those that only revive reports, rightly (*extra*) or wrongly (*false*).
# Two of those it missed are slips of their authors, and one is a private name; where the packages are installed, add
# `--installed`.

# %%
# November 2026, JAX 0.12.0.1, Haiku 0.0.17, NumPy 2.5.5
MEASURED = """
state  files  both  missed  extra  false
2020     105   235       1      8      0
2021     150   284       2     14      0
2022     203   143       0      5      0
2023     104    47       1      0      0
2025      95    22       1      0      0
2026      86    16       0      0      0
"""

# %% tags=["hidden"]
table = [row.split() for row in MEASURED.strip().splitlines()[1:]]
files, both, missed, extra, false = np.array([row[1:] for row in table], int).T
assert both.sum() / (both.sum() + missed.sum()) >= 0.99
assert (both + extra).sum() / (both + extra + false).sum() >= 0.99

# %% [markdown]
# In these states, the older the files, the more of them fails:

# %% tags=["plot", "cover"] alt="Failing places per hundred files in six states: over two hundred in the first, some twenty in the last."
# Caption: Of these files, the older ones fail in more places.
rows = [row.split() for row in MEASURED.strip().splitlines()[1:]]
rates = [100 * int(row[2]) / int(row[1]) for row in rows]
assert rates == sorted(rates, reverse=True)
plt.figure(figsize=(5.6, 2.6))
plt.bar([row[0] for row in rows], rates)
plt.ylabel("failing places\nper 100 files")
plt.show()

# %% [markdown]
# ## An entry changed, in an array of NumPy
#
# JAX arrays are immutable, so a change returns a new array: `x.at[i].set(y)` replaces `jax.ops.index_update(x, i, y)`,
# and so on for its family. The functions also took NumPy arrays, and those do not have `.at`:

# %% raises="AttributeError" match="'numpy.ndarray' object has no attribute 'at'"
np.zeros(3).at[1].set(5.0)

# %% [markdown]
# Convert them first. The NumPy array stays as it was.

# %%
zeros = np.zeros(3, np.float32)
print(jnp.asarray(zeros).at[1].set(5.0), zeros)

# %% [markdown]
# So `--fix` writes `.at` where it sees that a function of JAX makes the array, and `--unsafe-fixes` in more places.
#
# ## The type of an array: `jax.Array` for `jnp.DeviceArray`
#
# JAX used to have several classes of arrays. Now there is one, `jax.Array`, for annotations and for `isinstance`, on
# one device or many. `--fix` writes the name, but look at each `isinstance`: tracers of arrays are instances of it as
# well, which they were not of `DeviceArray`; NumPy's arrays and refs are not.

# %%
print(isinstance(jnp.ones(2), jax.Array))
print(jax.jit(lambda x: isinstance(x, jax.Array))(1.0))

# %% [markdown]
# ## Optimisers: `jax.experimental.optimizers`
#
# The module was only an example. It still exists as `jax.example_libraries.optimizers`, which `--fix` writes because it
# is the quickest repair, but today's code uses [Optax](https://optax.readthedocs.io), where you keep the parameters
# yourself and add an update to them.

# %%
from jax.example_libraries import optimizers

weights = {"w": jnp.ones(2)}
gradients = {"w": jnp.array([1.0, -2.0])}

opt_init, opt_update, get_params = optimizers.adam(0.1)
print("example_libraries:", get_params(opt_update(0, gradients, opt_init(weights))))

optimizer = optax.adam(0.1)
opt_state = optimizer.init(weights)
updates, opt_state = optimizer.update(gradients, opt_state, weights)
print("Optax:            ", optax.apply_updates(weights, updates))

# %% tags=["hidden"]
moved, kept = weights, optimizer.init(weights)
triple = opt_init(weights)
for number in range(3):
    triple = opt_update(number, gradients, triple)
    changes, kept = optimizer.update(gradients, kept, moved)
    moved = optax.apply_updates(moved, changes)
    assert np.allclose(get_params(triple)["w"], moved["w"], atol=1e-5)

# %% [markdown]
# Up to rounding, both take the same step here, but `opt_update` expects its number, while Optax counts in its state.
#
# ## Haiku: `apply` without a key, and `apply_rng=False`
#
# In Haiku's first months the `apply` of a plain `hk.transform(f)` took no key; today it takes one, and
# `hk.without_apply_rng` removes it. So a script of that time may use no removed name at all, and yet fail where it
# calls `apply`:

# %% raises="ValueError" match="Apply must be called with an RNG as the second argument"
net = hk.transform(lambda x: hk.Linear(2)(x))
net.apply(net.init(jax.random.key(0), jnp.ones(3)), jnp.ones(3))

# %% [markdown]
# Other scripts ask for the same with `apply_rng=False`:

# %% raises="ValueError" match="apply_rng argument has been removed"
hk.transform(lambda x: hk.Linear(2)(x), apply_rng=False)

# %% [markdown]
# Both become `hk.without_apply_rng`, unless the network uses the key at `apply`, as dropout does.

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
print(net.apply(net.init(jax.random.key(0), jnp.ones(3)), jnp.ones(3)).shape)

# %% [markdown]
# `apply_rng=True` still runs, but it is the default, so delete it and leave the calls as they are:

# %%
net = hk.transform(lambda x: hk.Linear(2)(x), apply_rng=True)
params = net.init(jax.random.key(0), jnp.ones(3))
print(net.apply(params, jax.random.key(1), jnp.ones(3)).shape)

# %% tags=["hidden"]
drop = hk.transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x))
try:
    hk.without_apply_rng(drop).apply({}, jnp.ones(3))
except Exception as _problem:
    _message = f"{type(_problem).__name__}: {_problem}"
assert "MissingRNGError" in _message

# %% [markdown]
# ## Exercise: old calls with their meaning
#
# A package calls `hk.transform` and `optimizers.adam` as above in three hundred places, and you may change none of them.
# Write the two functions that it imports in their place:
#
# - `transform(f, apply_rng=False)` is the function of Haiku's first months: `apply` takes a key after the parameters only
#   if `apply_rng` is true.
# - `adam(step_size)` returns the functions `opt_init`, `opt_update` and `get_params`. They make the steps that
#   `example_libraries` makes, and `opt_state` is the pair of the parameters and the state of `optax.adam`, so that new code
#   can go on from it.
# - `opt_update(i, grads, opt_state)` makes the step with the number `i`, traced or not, whatever the numbers before: the
#   package begins again from 0 with the state that it has, and leaves numbers out.
#
# <details>
# <summary>Hint</summary>
#
# Where does Optax count? Print the state of `optax.adam`, and note that it is made of named tuples.
#
# </details>


# %% exercise="old-calls" kind="build" minutes="12"
def transform(f, apply_rng=False):
    """The `hk.transform` of Haiku's first months."""
    ### BEGIN SOLUTION
    net = hk.transform(f)
    return net if apply_rng else hk.without_apply_rng(net)
    ### END SOLUTION


def adam(step_size):
    """The three functions of the old Adam, by Optax."""
    ### BEGIN SOLUTION
    inner = optax.adam(step_size)

    def opt_init(params):
        return params, inner.init(params)

    def opt_update(i, grads, opt_state):
        params, (moments, *others) = opt_state
        moments = moments._replace(count=jnp.asarray(i, jnp.int32))
        updates, state = inner.update(grads, (moments, *others), params)
        return optax.apply_updates(params, updates), state

    def get_params(opt_state):
        return opt_state[0]

    return opt_init, opt_update, get_params
    ### END SOLUTION


# %% check="old-calls"
from publishing.teaching.checking import Check

_adam = Check(
    globals(),
    "adam",
    "Optimisers: `jax.experimental.optimizers`",
    {
        "racer": "i may be traced: Python cannot look at it.",
        "unpack": "It returns three functions, and opt_state is a pair.",
        "positional arg": "In which order does adam return its functions?",
        "has no attribute": "opt_state is the pair (params, state), in this order.",
        "": "Each function gets what it had: params; i, grads, opt_state; opt_state.",
    },
)
_transform = Check(
    globals(),
    "transform",
    "Haiku: `apply` without a key, and `apply_rng=False`",
    {
        "RNG as the second": "Does apply need a key if apply_rng is false?",
        "takes 1 pos": "Does apply take a key if apply_rng is true?",
        "": "What does each apply take after the parameters?",
    },
)


def steps(adam):
    """What `get_params` gives in the end, and the pair after some steps."""

    def run(params, grads, numbers, step_size):
        opt_init, opt_update, get_params = adam(step_size)
        opt_state = opt_init(params)
        for i, g in zip(numbers, grads, strict=True):
            opt_state = opt_update(i, g, opt_state)
        return get_params(opt_state), opt_state

    return run


def steps_compiled(adam):
    def compiled(step_size):
        opt_init, opt_update, get_params = adam(step_size)
        return jax.jit(opt_init), jax.jit(opt_update), get_params

    return steps(compiled)


def _old_way(params, grads, numbers, step_size):
    mu = nu = jax.tree.map(np.zeros_like, params)
    for g in grads:
        mu = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mu, g)
        nu = jax.tree.map(lambda n, g: 0.999 * n + 0.001 * g**2, nu, g)
    first, *others = optax.adam(step_size).init(params)
    first = first._replace(count=np.int32(numbers[-1] + 1), mu=mu, nu=nu)
    params, _ = steps(optimizers.adam)(params, grads, numbers, step_size)
    return params, (params, (first, *others))


_draw = np.random.default_rng(0)
for _by in (steps, steps_compiled):
    for _numbers, _size in (
        ((0, 1, 2), 0.1),
        ((0, 1, 0, 7), 0.3),
        ((int(_draw.integers(300, 900)), 5), 1.0),
    ):
        _trees = [
            [{"w": _draw.normal(size=(2, 3)), "b": _draw.normal(size=3)}, ()]
            for _ in range(len(_numbers) + 1)
        ]
        _params, *_grads = jax.tree.map(np.float32, _trees)
        _given = _params, _grads, _numbers, _size
        _moved, _state = _right = _old_way(*_given)
        _when = f"With the numbers {', '.join(map(str, _numbers))}, "
        _out = _adam.call(*_given, by=_by, when=_when)
        _leaves = [jax.tree.leaves(pair) for pair in (_out[1], _state)]
        _told = "opt_state is not the pair of the parameters and the state of Optax."
        _adam.require(len(_leaves[0]) == len(_leaves[1]), _told)
        _told = "the moments stay 0: does opt_update return Optax's new state?"
        _adam.require(any(map(np.any, _leaves[0][-4:])), _when + _told)
        _later = [number + 1 for number in _numbers]
        _slips = {
            "it is all of opt_state, and not the parameters.": _state,
            "the first step has the number 0, not 1.": _old_way(
                _params, _grads, _later, _size
            )[0],
            "updates of Optax are added, not subtracted.": jax.tree.map(
                lambda p, moved: 2 * p - moved, _params, _moved
            ),
            "": "Is it a step of optax.adam(step_size), from its own moments?",
        }
        if _numbers[-1] > 2:
            _in_a_row = _old_way(_params, _grads, range(len(_numbers)), _size)[0]
            _slips["the steps are numbered by Optax, and not by i."] = _in_a_row
            _known = _old_way(_params, _grads, _numbers, 0.1)[0]
            _slips["the step size is 0.1, whatever step_size is."] = _known
            _slips[""] = "i goes back and jumps: is it the count of this step?"
        _what = "what get_params gives"
        _adam.agrees(_out[0], _moved, _slips, _when, _what, rtol=2e-5)
        _slips = {"": "It is the pair of the parameters and the state of optax.adam."}
        _adam.agrees(_out[1], _state, _slips, _when, "opt_state", dtypes=True)


def without_key(transform):
    def run(*x):
        net = transform(lambda *x: hk.Linear(2)(x[0]))
        return net.apply(net.init(jax.random.key(0), *x), *x)

    return run


def with_key(transform):
    def run(x):
        net = transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x), True)
        return net.apply({}, jax.random.key(3), x)

    return run


_x = jnp.float32(_draw.normal(size=(4, 30)))
for _inputs in ((_x,), (_x, _x)):
    _when = "With two inputs, " * (len(_inputs) > 1)
    _given = _transform.call(*_inputs, by=without_key, when=_when)
    _right = without_key(lambda f: hk.without_apply_rng(hk.transform(f)))(*_inputs)
    _what = "what apply gives without a key"
    _transform.agrees(_given, _right, {"": "Is it f that runs?"}, what=_what)
_given = _transform.call(_x, by=with_key)
_right = with_key(lambda f, _: hk.transform(f))(_x)
_what = "what apply gives with a key"
_transform.agrees(_given, _right, {"": "Does f get this key?"}, what=_what)
print("Both functions do what they did, compiled or not.")

# %% [markdown]
# ## Names that still work: `jax.random.PRNGKey`, `jax.pmap`
#
# Names without a mark still work. `PRNGKey` works in Haiku too. By default it returns an array of two integers,
# whereas `jax.random.key` returns a *typed* key: arithmetic with it is an error, and `jax.debug_key_reuse` can follow it.
# From the same seed both give the same numbers, as long as the default generator is the one that made the `PRNGKey`,
# because an array does not say which generator that was.

# %%
old, new = jax.random.PRNGKey(0), jax.random.key(0)
print(old.dtype, old.shape, "|", new.dtype, new.shape)
print(jax.random.normal(old, (2,)), jax.random.normal(new, (2,)))

# %% [markdown]
# `pmap` still works outside `jax.set_mesh`, if not nested, but `jax.jit` on arrays laid out over devices replaces it.
# [Many devices](../training/devices.py#what-pmap-code-becomes) ports a training step, and shows where `jax.shard_map`
# makes its gradient silently too big.
#
# ## After the names
#
# Other errors can remain after you have repaired the names. You have seen two: an `apply` that gets no key, and `.at`
# on an array that NumPy made. The third is a tuple or a list, given to a function of `jax.numpy` that expects one
# array. Such functions used to take one, as NumPy does, and most now refuse it. `jnp.stack` and its like, which expect
# several arrays, still take them in a list; `jnp.asarray` makes an array of a list, and `jnp.size` warns.

# %% raises="TypeError" match="requires ndarray or scalar arguments"
jnp.prod((28, 28, 1))

# %% [markdown]
# For sizes, which are known when the program is traced, use Python's `math.prod`; `np.prod(())`, for a shape without
# axes, is a float. For numbers that JAX should compute with, make an array first. `haiku-port revive` marks these calls
# where it can see them.

# %%
print(math.prod((28, 28, 1)), jnp.max(jnp.asarray([1.0, 3.0])))

# %% [markdown]
# [Error messages](../look_up/errors.py) explains one more: `hk.vmap` must be told whether to split the key.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# `jax.ops.index_add(counts, tokens, 1.0)` became `counts.at[tokens].add(1.0)`. If `counts` comes from `np.zeros`, which
# line counts as the old one did, repeated tokens too?
#
# - [{{ hasattr(np.zeros(3), "at") }}] `counts.at[tokens].add(1.0)`, as it stands
# - [{{ jnp.asarray(np.zeros(3)).at[jnp.array([1, 1])].add(1.0)[1] == 2 }}] `jnp.asarray(counts).at[tokens].add(1.0)`
# - [{{ (np.zeros(3)[[1, 1]] + 1.0).max() == 2 }}] `counts[tokens] += 1.0`, as in NumPy
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The function converted its argument, whereas `.at` is a property of JAX's arrays, which NumPy's lack. Make `counts` with
# `jnp.zeros`, or wrap it in `jnp.asarray`. Where nothing is traced, NumPy's own `np.add.at(counts, tokens, 1.0)`
# changes it in place.
#
# </details>
#
# Which of these old calls run today?
#
# - [{{ not hasattr(jax.tree_util, "tree_map") }}] Only the first: `tree_map` has moved to `jax.tree.map`.
# - [{{ jnp.zeros(3).at[5].set(1.0).size != 3 }}] Only the second: 5 is no place among three.
# - [{{ jnp.zeros(3).at[5].set(1.0)[2] == 1 }}] Both, and the first sets the last place.
# - [{{ not jnp.zeros(3).at[5].set(1.0).any() }}] Both, and the first sets no place.

# %% tags=["predict"]
print(jnp.zeros(3).at[5].set(1.0), jax.tree_util.tree_map(abs, {"w": -1}))

# %% [markdown]
# ### Exercise: a script whose names are repaired
#
# `haiku-port revive --fix` has repaired the names of this part of an old script. It marks two lines with `?`, and yet
# none of the three functions does today what it did. The last one keeps a list:

# %%
NOTED = []

# %% [markdown]
# - `flatten(x)`: each row of an array becomes a vector.
# - `histogram(tokens, weights, size)`: for each integer below `size`, the sum of the weights of its places in `tokens`, as
#   an array of JAX in float32.
# - `note(x)` returns `x`. If `x` is an array of JAX with known values, it appends the sum of its entries to `NOTED`, as a
#   float, and otherwise nothing: for no array of NumPy, and not while JAX traces under `jit`, `vmap` or `grad`.
#
# Repair them. All three must also run under `jax.jit`, with `size` static, `jax.vmap` and `jax.grad`.
#
# <details>
# <summary>Hint</summary>
#
# Which tests would an array have passed before there was `jax.Array`? All tracers are instances of `jax.core.Tracer`.
#
# </details>


# %% exercise="names-mended" kind="repair" minutes="12"
def flatten(x):
    return jnp.reshape(x, (x.shape[0], jnp.prod(x.shape[1:])))


def histogram(tokens, weights, size):
    counts = np.zeros(size, np.float32)
    return counts.at[tokens].add(weights)


def note(x):
    if isinstance(x, jax.Array):  # it was jnp.DeviceArray
        NOTED.append(float(x.sum()))
    return x


### BEGIN SOLUTION
def flatten(x):
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def histogram(tokens, weights, size):
    counts = jnp.zeros(size, jnp.float32)
    return counts.at[tokens].add(weights)


def note(x):
    if isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer):
        NOTED.append(float(x.sum()))
    return x


### END SOLUTION

# %% check="names-mended"
from publishing.teaching.checking import Check

_flatten = Check(
    globals(),
    "flatten",
    "After the names",
    {
        "oncrete": "jnp.prod gives a tracer, and a shape holds integers of Python.",
        "cannot reshape": "Multiply all axes but the first.",
        "": "What of a shape is known while JAX traces, and what multiplies it?",
    },
)
_histogram = Check(
    globals(),
    "histogram",
    "An entry changed, in an array of NumPy",
    {
        "incompatible types": "Is the array that gets the weights in float32?",
        "immutable": "Instead of += there is .at.",
        "": "Which arrays have .at, and can NumPy change one where JAX traces?",
    },
)
_note = Check(
    globals(),
    "note",
    "The type of an array: `jax.Array` for `jnp.DeviceArray`",
    {"": "A tracer is an array of JAX without values: is it left alone?"},
)


def under(transform):
    """Passes the arrays of a call through a transformation, and leaves a size alone."""

    def by(function):
        def call(*args):
            arrays = [a for a in args if not isinstance(a, int)]
            size = args[len(arrays) :]
            return transform(lambda *arrays: function(*arrays, *size))(*arrays)

        return call

    by.__name__ = transform.__name__
    return by


def gradient(function):
    """The gradient of the sum of squares by the last argument."""

    def squares(*arrays):
        return (function(*arrays) ** 2).sum()

    return lambda *arrays: jax.grad(squares, len(arrays) - 1)(*arrays)


def eager(function):
    return function


_ways = [(under(f), f.__name__) for f in (eager, jax.jit, jax.vmap, gradient)]
_draw = np.random.default_rng(0)
_times = int(_draw.integers(2_100, 2_300))  # floats of 16 bits count less far
for _by, _name in _ways:
    _when, _twice = f"With {_name}, ", _name == "vmap"
    for _shape in ((2, 3), (1, 2, 3, 2), (4,), (3, 1, 5)):
        _x = jnp.float32(_draw.normal(size=(2,) * _twice + _shape))
        _right = _by(lambda x: x.reshape(len(x), -1))(_x)
        _given = _flatten.call(_x, by=_by, when=_when)
        _whole = _by(lambda x: x.reshape(1, -1))(_x)
        _told = {"all rows are one vector.": _whole, "": "Is each row one vector?"}
        _flatten.agrees(_given, _right, _told, _when, dtypes=True)
    for _tokens, _size in (([2, 0, 2], 4), ([], 3), ([1, 4, 1], 7), ([1] * _times, 2)):
        _t = jnp.array([_tokens, _tokens[::-1]] if _twice else _tokens, jnp.int32)
        _kind = int if _size == 7 and _name != "gradient" else jnp.float32
        _w = jnp.array(_draw.uniform(1.5, 9.5, _t.shape), _kind)
        _given = _histogram.call(_t, _w, _size, by=_by, when=_when)

        def _sums(tokens, weights, size):
            return jax.nn.one_hot(tokens, size).T @ weights

        def _last(tokens, weights, size):
            return jnp.zeros(size).at[tokens].set(weights)

        def _counts(tokens, weights, size):
            return _sums(tokens, jnp.ones_like(weights), size)

        with jax.default_matmul_precision("highest"):
            _right = _by(_sums)(_t, _w, _size)
        _told = {"": "Each entry is the sum of the weights of its places."}
        if len(_tokens) == 3:
            _one = "is a weight added to the entry, or set?"
            _told[_one] = _by(_last)(_t, _w, _size)
            _told["it does not depend on the weights."] = _by(_counts)(_t, _w, _size)
        _histogram.agrees(_given, _right, _told, _when, dtypes=True)
        _is_jax = isinstance(_given, jax.Array)
        _histogram.require(_is_jax, "histogram should give an array of JAX.")
    _arrays = jnp.float32(_draw.normal(size=(3, 2))), np.ones(2, np.float32)
    for _x in (*_arrays, *[jnp.arange(4)][: _name != "gradient"]):
        NOTED.clear()
        _right = _by(lambda x: x)(_x)
        _note.agrees(_note.call(_x, by=_by, when=_when), _right, {}, _when)
        _sum = [float(_x.sum())] * (_name == "eager" and isinstance(_x, jax.Array))
        _kind = "JAX" if isinstance(_x, jax.Array) else "NumPy"
        _what = f"NOTED, for an array of {_kind},"
        _told = {"": "Of arrays of JAX with known values it gets the sum."}
        _note.agrees(list(NOTED), _sum, _told, _when, _what)
        _floats = {*map(type, NOTED)} <= {float}
        _note.require(_floats, _when + "NOTED should hold floats of Python.")
print("All three do what they did: alone, under jit, vmap and grad.")

# %% [markdown]
# ## What can go wrong
#
# - Your message is not on this page. Look it up by its text in [Error messages](../look_up/errors.py).
# - `No module named 'jax._src.device_array'` where a pickle is read: it holds old arrays, whose names a repair of your
#   file does not reach. [Load weights](weights.py) reads it.
# - You pin the old versions instead. They may need an old Python and, on a GPU, old CUDA libraries, and there may
#   be no wheels for your machine. If only names fail, porting is usually quicker.
# - A tree contains `None`. For `jax.tree.map` that is an empty tree, so `None` in the first tree and an array in the
#   second is an error. With `is_leaf=lambda x: x is None` it is a leaf.
# - Random numbers differ. JAX has changed how it draws (`jax_threefry_partitionable`), so the same seed can give you
#   other initial parameters than the authors had. Compare results, not bits.

# %% [markdown]
# ## What you learned
#
# - The environment comes first: Haiku with its JAX, and the libraries that import both.
# - `haiku-port revive` lists what an old file must change, and `--fix` makes most of the changes.
# - A mark is about a name. What depends on a value is left to you: which arrays are NumPy's, whether a network draws from
#   its key, what an `isinstance` is for.
# - Three of these failures have no old name to search for: an `apply` that is called without a key, `.at` on a NumPy
#   array, and tuples in `jax.numpy`.
# - `PRNGKey`, `jax.tree_util` and mostly `pmap` still work. Change them when you touch the code.
#
# Next: [Load weights that somebody else trained](weights.py).
