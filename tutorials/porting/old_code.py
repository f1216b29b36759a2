# %% [markdown]
# # Run an old Haiku script on today's JAX
#
# Much of the Haiku code that worked when its paper appeared still runs today, and some of it stops on its first line.
# Most of what fails are names of JAX: some moved, a few functions were removed, and some idioms were replaced. Haiku
# changed less. Most repairs are mechanical, and this page goes through those that old scripts need most: each old
# call with the error that it gives now, and what to write instead.
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
import pickle
import sys
from pathlib import Path

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax

# %% [markdown]
# ## First upgrade Haiku together with JAX
#
# Haiku uses parts of JAX that are not public. So an old Haiku can fail under a new JAX although your own file needs no
# change, and the traceback ends in a file of Haiku. `pip install --upgrade jax dm-haiku` repairs that. These messages come
# from what Haiku read in earlier releases:

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
# ## List what must change: `find_changes`
#
# Running an old file shows one error at a time, and a file a few years old may have a dozen. `find_changes` reads
# the file instead: it follows the names through the import statements and compares them with a table of what
# was removed. Its code is folded here.
# %% tags=["recap"]
from snippets.porting.revive import GONE, GONE_ARGUMENTS, find_changes


# %%
def report(source, name):
    lines = []
    for line, old, new, reason, fails in find_changes(source):
        lines.append(f"{name}:{line:<3} {'!' if fails else ' '} {old}")
        lines.append(f"      write {new}\n      because {reason}")
    return "\n".join(lines) or f"{name}: nothing that the table knows"


# %% tags=["hidden"]
of_haiku = [name for name in GONE if name.startswith("haiku.")]
of_jax = [name for name in (*GONE, *GONE_ARGUMENTS) if name not in of_haiku]
assert len(of_jax) > 10 * len(of_haiku)
assert "nothing" in report("import jax\n", "clean.py")

# %% [markdown]
# Use it on a file of your own: the script of this page (in *Run it yourself*) takes the names of Python files, though
# not of notebooks or folders. `uv run old_code.py train.py nets.py` prints what must change in those files, with a `!` where a
# line fails today, and stops there. It only knows its table, {{ len(of_jax) }} names and arguments of JAX and {{ len(of_haiku) }}
# of Haiku, not every name that was ever removed. It does not see calls through `getattr` and strings, or what other
# libraries call.

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
# {{ len(failing) }} different names and arguments fail today. One more, `PRNGKey`, still works, but has a newer form.

# %% [markdown]
# ## Trees: `jax.tree_map`, `jax.tree_multimap`, `jax.tree_leaves`
#
# The functions on pytrees moved to `jax.tree`, without the prefix. `tree_multimap`, which took several trees,
# became part of `map`.

# %% raises="AttributeError" match="module 'jax' has no attribute 'tree_map'"
jax.tree_map(jnp.negative, {"w": jnp.ones(2)})

# %% [markdown]
# `tree_multimap` gives the same kind of message:

# %% raises="AttributeError" match="module 'jax' has no attribute 'tree_multimap'"
jax.tree_multimap(jnp.add, {"w": jnp.ones(2)}, {"w": jnp.ones(2)})

# %%
print(jax.tree.map(jnp.negative, {"w": jnp.ones(2)}))
print(jax.tree.map(jnp.add, {"w": jnp.ones(2)}, {"w": jnp.ones(2)}))
print(jax.tree.leaves({"w": jnp.ones(2), "b": jnp.zeros(1)}))

# %% [markdown]
# `jax.tree_util` still has `tree_map` and the others, but not `tree_multimap`. The short names are the current ones.

# %% tags=["hidden"]
for short in ("all", "flatten", "leaves", "map", "reduce", "structure", "transpose"):
    assert hasattr(jax.tree, short)
    assert hasattr(jax.tree_util, f"tree_{short}")
assert not hasattr(jax.tree_util, "tree_multimap")

# %% [markdown]
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
# The functions also took NumPy arrays, and those do not have `.at`:

# %% raises="AttributeError" match="'numpy.ndarray' object has no attribute 'at'"
np.zeros(3).at[1].set(5.0)

# %% [markdown]
# Convert them first. The NumPy array stays as it was.

# %%
zeros = np.zeros(3, np.float32)
print(jnp.asarray(zeros).at[1].set(5.0), zeros)

# %% tags=["hidden"]
assert (zeros == 0).all()

# %% [markdown]
# ## The type of an array: `jnp.DeviceArray`
#
# There were several classes of arrays. Now there is one, `jax.Array`, for annotations and for `isinstance`, on one
# device or many. Tracers count as instances of it as well.

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
# second can be shown to fail and leaves the name free.) `jax.experimental.optix` became Optax, with the same names
# except for a few: its type `InitUpdate` is `optax.GradientTransformation`.

# %% raises="ModuleNotFoundError" match="No module named 'jax.experimental.optimizers'"
importlib.import_module("jax.experimental.optimizers")

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
assert not hasattr(optax, "InitUpdate")
assert isinstance(optimizer, optax.GradientTransformation)

# %% [markdown]
# The step is the same. Watch out for the count: `opt_update` wants the number of the step, Optax keeps
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
# ## Haiku: `apply` without a key, and `apply_rng=False`
#
# In Haiku's first months the `apply` of a plain `hk.transform(f)` took no key; later it always took one, and
# `hk.without_apply_rng` removes it. A script of that time may have no old name at all, and fails where it calls `apply`:

# %% raises="ValueError" match="Apply must be called with an RNG as the second argument"
net = hk.transform(lambda x: hk.Linear(2)(x))
net.apply(net.init(jax.random.key(0), jnp.ones(3)), jnp.ones(3))

# %% [markdown]
# Others say what they want with `apply_rng=False`:

# %% raises="ValueError" match="apply_rng argument has been removed"
hk.transform(lambda x: hk.Linear(2)(x), apply_rng=False)

# %% [markdown]
# Both become `hk.without_apply_rng`, if the network draws nothing at `apply`. A network with dropout needs its key.

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
print(net.apply(net.init(jax.random.key(0), jnp.ones(3)), jnp.ones(3)).shape)

# %% [markdown]
# `apply_rng=True` still runs and says what is the default, so delete it and leave the calls as they are:

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
advice = {
    value: find_changes(f"import haiku as hk\nhk.transform(f, apply_rng={value})")
    for value in ("True", "False", "flag")
}
assert [change.fails for (change,) in advice.values()] == [False, True, True]

# %% [markdown]
# Two more names appear in old answers on the web. `hk.jit` was removed: compile `init` and `apply` from outside.

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
# so did `jnp`. The arguments of `jnp.clip` are `min` and `max` now.

# %% raises="AttributeError" match="module 'jax.numpy' has no attribute 'alltrue'"
jnp.alltrue(jnp.ones(2) > 0)

# %% [markdown]
# An argument that was renamed is an unexpected one:

# %% raises="TypeError" match="unexpected keyword argument 'a_m"
jnp.clip(jnp.arange(4.0), a_min=1.0, a_max=2.0)

# %%
print(jnp.all(jnp.ones(2) > 0), jnp.clip(jnp.arange(4.0), min=1.0, max=2.0))

# %% [markdown]
# `jnp.isin` keeps the shape of its first argument, where `in1d` returned a single axis:

# %%
print(jnp.isin(jnp.arange(4).reshape(2, 2), jnp.array([1, 2])))

# %% [markdown]
# ## Keys: `jax.random.PRNGKey`
#
# `PRNGKey` works, in Haiku too. Its result is an array of integers, two with the default generator; `jax.random.key`
# gives a *typed* key, with which arithmetic is an error, and which `jax.debug_key_reuse` can follow. From the same seed
# and generator both give the same numbers.

# %%
old, new = jax.random.PRNGKey(0), jax.random.key(0)
print(old.dtype, old.shape, "|", new.dtype, new.shape)
print(jax.random.normal(old, (2,)), jax.random.normal(new, (2,)))

# %% tags=["hidden"]
for generator in ("threefry2x32", "rbg", "unsafe_rbg"):
    plain, typed = (
        make(0, impl=generator) for make in (jax.random.PRNGKey, jax.random.key)
    )
    with jax.default_prng_impl(generator):  # what an array of integers is read with
        assert (jax.random.normal(plain, (9,)) == jax.random.normal(typed, (9,))).all()
try:
    new + 1
except TypeError:
    pass
else:
    raise AssertionError("arithmetic with a typed key")

# %% [markdown]
# ## Devices: `jax.pmap`
#
# `pmap` works too. What replaces it is `jax.jit` with arrays that are laid out over devices: the same function
# works for one device or many. Here it is with the devices that this page ran on;
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
# All repairs together, and Optax in place of the old optimisers. Nothing else was changed.

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
# ## Parameters in a pickle of that time
#
# Haiku reads a pickled `FlatMap`, the older class of parameters, as a dictionary. But an array that was pickled as a JAX
# array names a function that was removed, and `pickle.load` fails with `No module named 'jax._src.device_array'`. What the
# function got is a NumPy array in parts, so a reader that puts the parts together needs no old JAX. Use it only for files
# that you trust, as `pickle` itself: reading a pickle runs code.


# %%
class OldArrays(pickle.Unpickler):
    def find_class(self, module, name):
        if name in ("reconstruct_device_array", "_reconstruct_array"):
            return self.numpy_array
        return super().find_class(module, name)

    @staticmethod
    def numpy_array(make, arguments, contents, *_):
        array = make(*arguments)
        array.__setstate__(contents)
        return array


# %% tags=["hidden"]
import io
import types


def _message(call, *arguments):
    try:
        call(*arguments)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}"
    return ""


def _as_old_jax_pickled(array):
    """The bytes that a JAX before `jax.Array` wrote for an array."""
    name = "jax._src.device_array"
    old_module = types.ModuleType(name)
    exec("def reconstruct_device_array(*parts): pass", vars(old_module))
    old_module.reconstruct_device_array.__module__ = name

    class OldArray:
        def __reduce__(self):
            make, arguments, contents = array.__reduce__()
            rest = {"weak_type": False, "named_shape": {}}
            function = old_module.reconstruct_device_array
            return function, (make, arguments, contents, rest)

    sys.modules[name] = old_module
    try:
        return pickle.dumps({"linear": {"w": OldArray()}})
    finally:
        del sys.modules[name]


for _array in (
    np.arange(6, dtype=np.float32).reshape(2, 3),
    np.zeros((0, 2), np.int32),
    np.array(2.5, np.float16),
):
    old_bytes = _as_old_jax_pickled(_array)
    assert "No module named 'jax._src.device_array'" in _message(
        pickle.loads, old_bytes
    )
    _read = OldArrays(io.BytesIO(old_bytes)).load()["linear"]["w"]
    assert (_read.dtype, _read.shape) == (_array.dtype, _array.shape)
    assert (_read == _array).all()
today = {"w": jnp.arange(3.0)}  # what today's JAX pickles is read as well
assert (OldArrays(io.BytesIO(pickle.dumps(today))).load()["w"] == today["w"]).all()
frozen = hk.data_structures.to_immutable_dict({"linear": {"w": np.ones(2)}})
assert type(pickle.loads(pickle.dumps(frozen))) is dict
# What the box says. `None` in a tree:
pair = {"w": None}, {"w": 1.0}
assert "NoneType" in _message(jax.tree.map, lambda a, b: b, *pair)
kept = jax.tree.map(lambda a, b: b, *pair, is_leaf=lambda leaf: leaf is None)
assert kept == {"w": 1.0}
# What TensorFlow Probability looks for, and the numbers of the older generator:
import jax.interpreters.xla

assert not hasattr(jax.interpreters.xla, "pytype_aval_mappings")
drawn = []
for partitionable in (True, False):
    with jax.threefry_partitionable(partitionable):
        drawn.append(jax.random.normal(jax.random.key(0), (9,)))
assert (drawn[0] != drawn[1]).all()

# %% [markdown]
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - A library that the code imports does not work with this JAX, although your own files are right. TensorFlow
#   Probability is one, and with it distrax and RLax, which import it: its last release that we tried stopped with
#   `module 'jax.interpreters.xla' has no attribute 'pytype_aval_mappings'`, and its nightly build, `tfp-nightly`, worked. (This
#   page does not install them.) `find_changes` does not look into libraries: upgrade them too.
# - Pinning the old versions instead. An old JAX wants an old Python and old CUDA libraries, and its wheels may
#   not exist for your machine. Where only names fail, porting is the shorter way.
# - `None` in a tree. `jax.tree.map` takes it for an empty tree, so `None` in the first tree and an array in the second is an
#   error. With `is_leaf=lambda x: x is None` it is a leaf.
# - Random numbers differ. JAX changed how it draws (`jax_threefry_partitionable`), so the same seed gives
#   other initial parameters than it gave the authors. Compare results, not bits.
#
# </div>

# %% [markdown]
# ## What you learned
#
# - `find_changes` lists what an old file must change, as far as its table goes, and why.
# - Most of it is renaming: `jax.tree_*` to `jax.tree.*`, `index_update` to `.at[...]`, `DeviceArray` to
#   `jax.Array`, `jax.experimental.optimizers` to Optax.
# - An `apply` that is called without a key, and `.at` on a NumPy array, have no old name to find.
# - `PRNGKey`, `pmap` and `jax.tree_util` still work. Change them when you touch the code anyway.
#
# Next: [Leaving Haiku](leaving_haiku.py), with the weights that you have.
