# %% [markdown]
# # Run an old Haiku script on today's JAX
#
# Haiku code that worked when its paper appeared often stops on its first line today. Haiku itself has hardly
# changed; JAX has. Names moved, a few functions went, and some idioms were replaced. The changes are few and
# mechanical, and this page goes through them: each old call with the error that it gives now, and what to
# write instead.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - list the lines of an old file that need a change, with a function that follows its imports;
# - read the error of each removed call, and replace the call;
# - tell what must change from what still works and has a newer form.
#
# You need: [`jax.grad`](../jax/gradients.py) and [`hk.transform`](../haiku/transform.py).
#
# </div>

# %%
import importlib
import sys
from pathlib import Path

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax

# %% [markdown]
# ## List what must change: `find_changes`
#
# Running an old file shows one error at a time, and a file a few years old may have a dozen. `find_changes` reads
# the file instead: it follows the names through the import statements and compares them with a table of what
# went. Its code is folded here.
# %% tags=["recap"]
from snippets.porting import find_changes


# %%
def report(source, name):
    lines = []
    for line, old, new, reason, fails in find_changes(source):
        lines.append(f"{name}:{line:<3} {'!' if fails else ' '} {old}")
        lines.append(f"      write {new}\n      because {reason}")
    return "\n".join(lines)


# %% [markdown]
# Use it on a file of your own: the script of this page (in *Run it yourself*) takes file names.
# `uv run old_code.py train.py nets.py` prints what must change in those files, with a `!` where a line fails today, and stops
# there. It knows the names of a table, and not every name that ever went; nor can it see calls through `getattr`,
# strings, and other libraries.

# %%
files = [Path(name) for name in sys.argv[1:] if name.endswith(".py")]
for file in files:
    print(report(file.read_text(encoding="utf-8"), file.name))
if files:
    sys.exit()

# %% [markdown]
# ## A script as it was written
#
# Here is a small regression in the style of that time. It is a string, so that you can see it fail and this page
# still runs.

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
# This is what `find_changes` says of it:

# %%
print(report(OLD_SCRIPT, "old.py"))

# %% tags=["hidden"]
changes = find_changes(OLD_SCRIPT)
failing = {change.old for change in changes if change.fails}
newer = {change.old for change in changes if not change.fails}
assert newer == {"jax.random.PRNGKey"}
assert failing == {
    "jax.config.config",
    "jax.experimental.optimizers",
    "jax.numpy.DeviceArray",
    "apply_rng= of haiku.transform",
    "jax.tree_leaves",
    "jax.tree_map",
    "a_min= of jax.numpy.clip",
    "a_max= of jax.numpy.clip",
    "jax.ops.index_update",
    "jax.ops.index",
    "jax.tree_multimap",
    "jax.numpy.alltrue",
    "block_host_until_ready",
}, failing

# %% [markdown]
# {{ len(failing) }} different calls fail today. One more, `PRNGKey`, works and has a newer form.

# %% [markdown]
# ## Trees: `jax.tree_map`, `jax.tree_multimap`, `jax.tree_leaves`
#
# The functions on pytrees moved to `jax.tree`, without the prefix. `tree_multimap`, which took several trees,
# became part of `map`.

# %% raises="AttributeError" match="module 'jax' has no attribute 'tree_map'"
jax.tree_map(jnp.negative, {"w": jnp.ones(2)})

# %% [markdown]
# Some functions went earlier and have the same kind of message:

# %% raises="AttributeError" match="module 'jax' has no attribute 'tree_multimap'"
jax.tree_multimap(jnp.add, {"w": jnp.ones(2)}, {"w": jnp.ones(2)})

# %%
print(jax.tree.map(jnp.negative, {"w": jnp.ones(2)}))
print(jax.tree.map(jnp.add, {"w": jnp.ones(2)}, {"w": jnp.ones(2)}))
print(jax.tree.leaves({"w": jnp.ones(2), "b": jnp.zeros(1)}))

# %% [markdown]
# `jax.tree_util.tree_map` and its siblings still work; the short names are today's.
#
# ## Changing an entry: `jax.ops.index_update`
#
# JAX arrays are immutable, so a change returns a new array. The functions `index_update`, `index_add`,
# `index_min`, `index_max` and the helper `jax.ops.index` were replaced by the property `.at`, which takes the
# index as NumPy does.

# %% raises="AttributeError" match="module 'jax.ops' has no attribute 'index_update'"
jax.ops.index_update(jnp.zeros(3), 1, 5.0)

# %%
print(jnp.zeros(3).at[1].set(5.0))
print(jnp.zeros(3).at[1:].add(2.0))

# %% [markdown]
# ## The type of an array: `jnp.DeviceArray`
#
# There were several classes of arrays. Now there is one, `jax.Array`, which serves annotations and
# `isinstance` on one device or many. Tracers count as instances of it as well.

# %% raises="AttributeError" match="module 'jax.numpy' has no attribute 'DeviceArray'"
isinstance(jnp.ones(2), jnp.DeviceArray)

# %%
print(isinstance(jnp.ones(2), jax.Array))
print(jax.jit(lambda x: isinstance(x, jax.Array))(1.0))

# %% [markdown]
# Methods disappeared with the classes. `block_host_until_ready` is
# `block_until_ready`, and `to_py` is `np.asarray`.

# %% raises="AttributeError" match="has no attribute 'block_host_until_ready'"
jnp.ones(2).block_host_until_ready()

# %%
print(jnp.ones(2).block_until_ready(), np.asarray(jnp.ones(2)))

# %% [markdown]
# ## Optimisers: `jax.experimental.optimizers`
#
# The module was an example. It lives on as `jax.example_libraries.optimizers`, which is the quickest repair.
# The code that people write today uses [Optax](https://optax.readthedocs.io): the state no longer holds the
# parameters, and an update is added to them. (An import statement and `importlib.import_module` fail alike; the
# second can be shown to fail and leaves the name free.)

# %% raises="ModuleNotFoundError" match="No module named 'jax.experimental.optimizers'"
importlib.import_module("jax.experimental.optimizers")

# %%
from jax.example_libraries import optimizers

weights = {"w": jnp.ones(2)}
slopes = {"w": jnp.array([1.0, -2.0])}

opt_init, opt_update, get_params = optimizers.adam(0.1)
print("example_libraries:", get_params(opt_update(0, slopes, opt_init(weights))))

optimizer = optax.adam(0.1)
opt_state = optimizer.init(weights)
updates, opt_state = optimizer.update(slopes, opt_state, weights)
print("Optax:            ", optax.apply_updates(weights, updates))

# %% tags=["hidden"]
one = get_params(opt_update(0, slopes, opt_init(weights)))
assert np.allclose(one["w"], optax.apply_updates(weights, updates)["w"], atol=1e-5)

# %% [markdown]
# The first step is the same. Watch out for the count: `opt_update` wants the number of the step, Optax keeps
# it in its state.
#
# ## Configuration: `from jax.config import config`

# %% raises="ModuleNotFoundError" match="No module named 'jax.config'"
importlib.import_module("jax.config")

# %%
print(type(jax.config).__name__, jax.config.jax_debug_nans)

# %% [markdown]
# `jax.config` is an object now, and `jax.config.update("jax_enable_x64", True)` works after `import jax`.
#
# ## Haiku: `hk.transform(..., apply_rng=False)`
#
# Long ago `apply` had no key unless you asked for one. Today it always has, and `hk.without_apply_rng` takes
# it away.

# %% raises="ValueError" match="apply_rng argument has been removed"
hk.transform(lambda x: hk.Linear(2)(x), apply_rng=False)

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
print(net.apply(net.init(jax.random.key(0), jnp.ones(3)), jnp.ones(3)).shape)

# %% [markdown]
# Two more names are met in old answers on the web. `hk.jit` went: compile `init` and `apply` from outside.

# %% raises="AttributeError" match="module 'haiku' has no attribute 'jit'"
hk.jit(lambda x: x)

# %% [markdown]
# `hk.Dropout` was never there: dropout is a function, `hk.dropout(key, rate, x)`.

# %% raises="AttributeError" match="module 'haiku' has no attribute 'Dropout'"
hk.Dropout(0.5)

# %% [markdown]
# ## Names that NumPy dropped, and arguments that it renamed
#
# `jnp` follows NumPy. When NumPy dropped `alltrue`, `product`, `in1d`, `row_stack`, `trapz` and a few others,
# so did `jnp`. `clip` has the arguments `min` and `max`.

# %% raises="AttributeError" match="module 'jax.numpy' has no attribute 'alltrue'"
jnp.alltrue(jnp.ones(2) > 0)

# %% [markdown]
# An argument that was renamed is an unexpected one:

# %% raises="TypeError" match="unexpected keyword argument 'a_m"
jnp.clip(jnp.arange(4.0), a_min=1.0, a_max=2.0)

# %%
print(jnp.all(jnp.ones(2) > 0), jnp.clip(jnp.arange(4.0), min=1.0, max=2.0))

# %% [markdown]
# ## Keys: `jax.random.PRNGKey`
#
# `PRNGKey` works, in Haiku too. Its result is an array of two whole numbers; `jax.random.key` gives a *typed*
# key, which cannot be mistaken for data and which `jax.debug_key_reuse` can follow. The numbers drawn are
# the same.

# %%
old, new = jax.random.PRNGKey(0), jax.random.key(0)
print(old.dtype, old.shape, "|", new.dtype, new.shape)
print(jax.random.normal(old, (2,)), jax.random.normal(new, (2,)))

# %% tags=["hidden"]
assert (jax.random.normal(old, (9,)) == jax.random.normal(new, (9,))).all()

# %% [markdown]
# ## Devices: `jax.pmap`
#
# `pmap` works too. What replaces it is `jax.jit` with arrays that are laid out over devices: the same compiled
# function serves one device or many. Here it is with the devices that this page ran on;
# [Many devices](../beyond/devices.py) ports a training step, and shows where `jax.shard_map` makes its gradient silently
# too big.

# %%
devices = jax.device_count()
mesh = jax.make_mesh((devices,), ("batch",))
rows = jax.NamedSharding(mesh, jax.P("batch"))
x = jax.device_put(jnp.arange(4.0 * devices), rows)
print(devices, "device,", jax.jit(lambda x: (x**2).sum())(x))

# %% [markdown]
# ## The script, ported
#
# All repairs together. Nothing else was changed.

# %%
NEW_SCRIPT = """
import haiku as hk
import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_debug_nans", True)


def net_fn(x: jax.Array) -> jax.Array:
    return hk.nets.MLP([16, 1])(x)


net = hk.without_apply_rng(hk.transform(net_fn))
optimizer = optax.adam(1e-2)


def loss_fn(params, x, y):
    penalty = sum(jnp.sum(p ** 2) for p in jax.tree.leaves(params))
    return jnp.mean((net.apply(params, x) - y) ** 2) + 1e-4 * penalty


@jax.jit
def update(params, opt_state, x, y):
    loss, grads = jax.value_and_grad(loss_fn)(params, x, y)
    grads = jax.tree.map(lambda g: jnp.clip(g, min=-1.0, max=1.0), grads)
    updates, opt_state = optimizer.update(grads, opt_state, params)
    return loss, optax.apply_updates(params, updates), opt_state


key = jax.random.key(0)
x = jnp.linspace(-1.0, 1.0, 64)[:, None]
y = jnp.sin(3 * x).at[0].set(0.0)
params = net.init(key, x)
opt_state = optimizer.init(params)
for i in range(500):
    loss, params, opt_state = update(params, opt_state, x, y)
    if i % 100 == 99:
        average = jax.tree.map(lambda a, b: (a + b) / 2, params, params)
        assert jnp.all(jnp.isfinite(net.apply(average, x)))
print(loss.block_until_ready())
"""
ported = {}
exec(NEW_SCRIPT, ported)
print("changes left:", find_changes(NEW_SCRIPT))

# %% tags=["hidden"]
jax.config.update("jax_debug_nans", False)
assert find_changes(NEW_SCRIPT) == []
assert float(ported["loss"]) < 0.02

# %% [markdown]
# It trains to a loss of {{ float(ported["loss"]):.4f}}, and nothing is left to change.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - Pinning the old versions instead. An old JAX wants an old Python and old CUDA libraries, and its wheels may
#   not exist for your machine. Porting is usually the shorter way.
# - `jax.tree.map` treats `None` as an empty tree, not as a leaf. Code that kept `None` among its parameters
#   needs `is_leaf=lambda x: x is None`.
# - Saved parameters. Today's Haiku still reads a pickled `FlatMap`, as a dictionary. Arrays that were pickled as
#   JAX arrays may name classes that went: convert them with `np.asarray` in the old environment, save a plain
#   dictionary there, and load that here.
# - Random numbers differ. JAX changed how it splits keys (`jax_threefry_partitionable`), so the same seed gives
#   other initial parameters than it gave the authors. Compare results, not bits.
#
# </div>

# %% [markdown]
# ## What you learned
#
# - `find_changes` lists what an old file must change, and why.
# - Most of it is renaming: `jax.tree_*` to `jax.tree.*`, `index_update` to `.at[...]`, `DeviceArray` to
#   `jax.Array`, `jax.experimental.optimizers` to Optax.
# - `PRNGKey`, `pmap` and `jax.tree_util` still work. Change them when you touch the code anyway.
#
# Next: [Leaving Haiku](leaving_haiku.py), with the weights that you have.
