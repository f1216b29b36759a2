# %% [markdown]
# # Cheat sheet: the calls you need
#
# <div class="sheet"></div>
#
# Print this page, and you have the calls of JAX and Haiku that most projects need on two sheets of paper. A comment at
# the end of a line gives the line's value, or its dtype and shape, and was checked when the page ran.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - find the call that you need, in a form that runs;
# - see what most calls return without running them;
# - go from a call to the page that teaches it.
#
# You need: what the linked pages teach.
#
# </div>

# %% tags=["hidden"]
import ast
import io
import linecache
import re
import tokenize

import jax
import numpy as np


def text(value, leaf):
    """A value on one line: containers as Python writes them, arrays by `leaf`."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{name!r}: {text(its, leaf)}" for name, its in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, list | tuple):
        items = ", ".join(text(item, leaf) for item in value)
        comma = "," * (len(value) == 1)
        return f"[{items}]" if isinstance(value, list) else f"({items}{comma})"
    return leaf(value)


def numbers(value):
    return repr(value) if isinstance(value, str) else str(value)


def kinds(value):
    array = isinstance(value, jax.Array | jax.ShapeDtypeStruct)
    return str(jax.typeof(value)) if array else numbers(value)


NUMBER = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:e[+-]?\d+)?(?![\w\[])")


def same(said, found):
    """Equal texts, but for spaces and a thousandth of each number."""
    bare = [re.sub(r"\s", "", NUMBER.sub("#", one)) for one in (said, found)]
    both = [np.array(NUMBER.findall(one), float) for one in (said, found)]
    return bare[0] == bare[1] and np.allclose(*both, rtol=1e-3, atol=1e-3)


class Watched(ast.NodeTransformer):
    """Hands the value of each line that ends in a comment to `compare`."""

    def __init__(self, said):
        self.said = said

    def visit_Assign(self, node):
        watched = self.call(node.targets[0], node.end_lineno)
        return [node, watched] if watched else node

    def visit_Expr(self, node):
        return self.call(node.value, node.end_lineno) or node

    def call(self, value, row):
        if row in self.said:
            return ast.parse(f"compare({row}, {ast.unparse(value)})").body[0]


def check_comments(source=None):
    """Run the last cell once more, and compare each comment at the end of a line with the line's value."""
    source = source or globals()["In"][-2]
    lines = source.splitlines()
    said = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        row, column = token.start
        if token.type == tokenize.COMMENT and lines[row - 1][:column].strip():
            said[row] = token.string.removeprefix("# ")
    refused = [
        said.pop(row)[5:-1] for row in list(said) if said[row].startswith("not `")
    ]
    compared = set()

    def compare(row, value):
        compared.add(row)
        forms = [text(value, form) for form in (numbers, kinds)]
        assert any(same(said[row], form) for form in forms), (lines[row - 1], *forms)

    if said:
        tree = ast.fix_missing_locations(Watched(said).visit(ast.parse(source)))
        # chex reads the source of what it decorates.
        linecache.cache["cell"] = len(source), None, source.splitlines(True), "cell"
        exec(compile(tree, "cell", "exec"), globals() | {"compare": compare})
    assert compared == set(said), [lines[row - 1] for row in set(said) - compared]
    wide = [line for line in lines if len(line) > 58]
    assert not wide, f"wider than a column in print: {wide}"
    return refused


# %% [markdown]
# ## Set-up
#
# The groups below use these names. How to install: [Start](../../docs/start.md)

# %%
import time

import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree

key = jax.random.key(0)  # key<fry>[]
x = jnp.arange(3.0)  # [0. 1. 2.]
batch = jnp.ones((4, 3))  # float32[4,3]
image = jnp.ones((1, 8, 8, 3))  # float32[1,8,8,3]
series = jnp.ones((5, 16))  # float32[5,16]

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Arrays
#
# They are immutable: `.at` returns a changed copy, and `x += 1` rebinds the name. [Gradients of anything](../jax/gradients.py)

# %%
a = jnp.arange(6.0).reshape(2, 3)  # float32[2,3]
a.sum(axis=0)  # [3. 5. 7.]
a.mean(axis=1, keepdims=True)  # float32[2,1]
jnp.stack([x, x], axis=1)  # float32[3,2]
jnp.einsum("ij,j->i", a, x)  # [5. 14.]
jnp.where(x > 1, x, -1.0)  # [-1. -1. 2.]
jax.nn.one_hot(jnp.array([0, 2]), 3)  # float32[2,3]
jax.lax.top_k(x, 2)  # [[2. 1.], [2 1]]
outer = x[:, None] * x[None, :]  # float32[3,3]
x.at[0].set(9.0)  # [9. 1. 2.]
x.at[jnp.array([1, 1])].add(1.0)  # [0. 3. 2.]
# Index out of range: reads the nearest, writes nothing.
x[7], x[-7], x.at[7].set(9.0)  # (2.0, 0.0, [0. 1. 2.])
x.at[7].get(mode="fill", fill_value=-1.0)  # -1.0
numpy_array = np.asarray(x)  # [0. 1. 2.]

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Pytrees
#
# Nested dicts, lists and tuples with arrays as leaves; JAX sorts plain dicts by key. [Gradient descent by hand](../jax/descent.py)

# %%
tree = {"b": jnp.zeros(3), "w": jnp.ones((2, 3))}
jax.tree.map(jnp.shape, tree)  # {'b': (3,), 'w': (2, 3)}
jax.tree.map(lambda p, g: p - 0.1 * g, tree, tree)
jax.tree.leaves(tree)  # [float32[3], float32[2,3]]
sum(leaf.size for leaf in jax.tree.leaves(tree))  # 9
leaves, treedef = jax.tree.flatten(tree)
again = jax.tree.unflatten(treedef, leaves)
flat, unravel = ravel_pytree(tree)
flat.astype(int)  # [0 0 0 1 1 1 1 1 1]
same_tree = unravel(flat)

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Gradients
#
# `jax.grad` wants one real number. Of a complex argument it gives the conjugate direction. [Gradients of anything](../jax/gradients.py)


# %%
def f(w, x):
    return jnp.sum(w * x**2)


def f_and_aux(w, x):
    return f(w, x), {"mean": x.mean()}


# %%
jax.grad(f)(2.0, x)  # 5.0
jax.grad(f, argnums=1)(2.0, x)  # [0. 4. 8.]
jax.grad(f, argnums=(0, 1))(2.0, x)  # (5.0, [0. 4. 8.])
jax.value_and_grad(f)(2.0, x)  # (10.0, 5.0)
with_aux = jax.value_and_grad(f_and_aux, has_aux=True)
with_aux(2.0, x)  # ((10.0, {'mean': 1.0}), 5.0)
jax.vmap(jax.grad(jnp.square))(x)  # [0. 2. 4.]
jax.jacobian(jnp.cumsum)(x)  # float32[3,3]
jax.hessian(f, argnums=1)(2.0, x)  # float32[3,3]
# Forwards along a direction; backwards from a cotangent.
jax.jvp(jnp.square, (3.0,), (1.0,))  # (9.0, 6.0)
y, pull_back = jax.vjp(jnp.square, x)
pull_back(jnp.ones(3))  # ([0. 2. 4.],)
# No gradient flows through what stop_gradient returns.
g = jax.grad(lambda v: v * jax.lax.stop_gradient(v))
slope = g(3.0)  # 3.0

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## `vmap`
#
# Write for one example, run on a batch. [`vmap`](../jax/batching.py)

# %%
jax.vmap(jnp.dot)(batch, batch)  # [3. 3. 3. 3.]
jax.vmap(jnp.sum, in_axes=1)(batch)  # [4. 4. 4.]
jax.vmap(jnp.cumsum, out_axes=1)(batch)  # float32[3,4]
with_x = jax.vmap(jnp.dot, in_axes=(0, None))
products = with_x(batch, x)  # [3. 3. 3. 3.]

# %% tags=["hidden"]
check_comments()

# %%
# All pairs of rows, then one gradient for each example:
pairs = jax.vmap(jax.vmap(jnp.dot, (None, 0)), (0, None))
pairs(batch, batch)  # float32[4,4]
per_example = jax.vmap(jax.grad(f), in_axes=(None, 0))
slopes = per_example(2.0, batch)  # [3. 3. 3. 3.]

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## `jit`
#
# Compiles again for another shape, dtype, weak type or static value. [`jit`](../jax/compilation.py)


# %%
@jax.jit(static_argnames="n")
def power(x, n):
    return x**n


# %%
power(x, n=3)  # [0. 1. 8.]
jax.eval_shape(jnp.dot, batch, x)  # float32[4]
jaxpr = jax.make_jaxpr(f)(2.0, x)
compiled = jax.jit(f).lower(2.0, x).compile()
compiled(2.0, x)  # 10.0
# Donated: the output may take the memory of the input.
decay = jax.jit(lambda p: 0.9 * p, donate_argnums=0)
old = jnp.ones(3)
new = decay(old)  # [0.9 0.9 0.9]
gone = old.is_deleted()  # True

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## What `jit` refuses
#
# Under `jit` a tracer has no value: the forms in the comments fail. [Error messages](errors.py)


# %%
@jax.jit
def write_instead(v):
    m = v.max()
    a = jnp.where(m > 1, v, 0)  # not `v if m > 1 else 0`
    b = jnp.sum(v, where=v > 0)  # not `v[v > 0].sum()`
    c = jnp.arange(v.size)  # not `jnp.arange(m)`
    d = v.mean()  # not `float(v.mean())`
    return a, b, c, d, jnp.sin(v)  # not `np.sin(v)`


# %% tags=["hidden"]
for form in check_comments():
    try:
        jax.jit(eval(f"lambda v, m: {form}"))(x, x.max())
    except (TypeError, IndexError):  # of which JAX's own are kinds
        continue
    raise AssertionError(f"jit takes {form}")

# %% [markdown]
# ## Random keys
#
# Use a key once; split it, or fold a number in. [Random keys, not seeds](../jax/random_keys.py)

# %%
key, subkey = jax.random.split(key)
keys = jax.random.split(key, 8)  # key<fry>[8]
step_key = jax.random.fold_in(key, 10)  # key<fry>[]
jax.random.normal(keys[0], (2, 3))  # float32[2,3]
jax.random.uniform(keys[1], (3,), minval=-1)  # float32[3]
jax.random.bernoulli(keys[2], 0.5, (4,))  # bool[4]
jax.random.randint(keys[3], (4,), 0, 10)  # int32[4]
jax.random.categorical(keys[4], jnp.zeros(10))  # int32[]
jax.random.choice(keys[6], 9, (2,), replace=False)
order = jax.random.permutation(keys[5], 4)  # int32[4]
# In this block, two draws from one typed key fail.
with jax.debug_key_reuse(True):
    noise = jax.random.normal(subkey)

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Loops and branches
#
# `grad` cannot differentiate a `while_loop`, or a `fori_loop` with a traced bound. [`jit`](../jax/compilation.py),
# [training loops](../training/training_loops.py)


# %%
def body(carry, x):
    return carry + x, x**2


# %%
jax.lax.scan(body, 0.0, x)  # (3.0, [0. 1. 4.])
jax.lax.fori_loop(0, 5, lambda i, v: v + i, 0)  # 10
jax.lax.while_loop(lambda v: v < 9, jnp.square, 2)  # 16
jax.lax.cond(x.sum() > 2, jnp.sin, jnp.cos, 0.0)  # 0.0
jax.lax.switch(1, [jnp.sin, jnp.exp], 0.0)  # 1.0
jax.lax.associative_scan(jnp.add, x)  # [0. 1. 3.]
rows = jax.lax.map(jnp.sum, batch)  # [3. 3. 3. 3.]

# %% tags=["hidden"]
check_comments()

# %% [markdown]
# ## dtypes
#
# In `jnp`, Python numbers (weak, `~`) give way within a kind, float or integer. [`jit`](../jax/compilation.py)

# %%
jnp.asarray(np.ones(2))  # float32[2]
half = jnp.ones(2, jnp.bfloat16) * 2.0  # bfloat16[2]
half + jnp.ones(2)  # float32[2]
jnp.arange(2) + 1.0  # ~float32[2]
eps = jnp.finfo(jnp.bfloat16).eps  # 0.0078125
with jax.enable_x64(True):
    double = jnp.ones(2)  # float64[2]
with jax.default_matmul_precision("highest"):
    product = batch @ x  # [3. 3. 3. 3.]

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Timing
#
# Compile first, and wait for the result. [`jit`](../jax/compilation.py)

# %%
fast = jax.jit(f)
jax.block_until_ready(fast(2.0, x))
start = time.perf_counter()
for _ in range(100):
    result = jax.block_until_ready(fast(2.0, x))
seconds = (time.perf_counter() - start) / 100

# %% [markdown]
# ## `hk.transform`
#
# Modules inside, two pure functions outside. [`hk.transform`](../haiku/transform.py)

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
hk.Linear(2)(batch)

# %%
keyed = hk.transform(lambda x: hk.nets.MLP([8, 1])(x))
params = keyed.init(key, batch)
keyed.apply(params, key, batch)  # float32[4,1]
# For a network that needs no key in apply:
net = hk.without_apply_rng(keyed)
net.apply(params, batch)  # float32[4,1]
list(params)  # ['mlp/~/linear_0', 'mlp/~/linear_1']
params["mlp/~/linear_1"]["w"]  # float32[8,1]
shapes = jax.eval_shape(net.init, key, batch)
predict = jax.jit(net.apply)
# An ensemble of as many networks as there are keys:
many = jax.vmap(net.init, (0, None))(keys, batch)
many["mlp/~/linear_1"]["w"]  # float32[8,8,1]
table = hk.experimental.tabulate(net)(batch)

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Modules, names, initialisers
#
# [Modules, names and shared parameters](../haiku/modules.py), [all names of Haiku](names.py)


# %%
class Block(hk.Module):
    def __init__(self, width, name=None):
        super().__init__(name=name)
        self.inner = hk.Linear(width)

    def __call__(self, x):
        g = hk.get_parameter("g", (3,), init=jnp.ones)
        h = jax.nn.relu(self.inner(x * g))
        small = hk.initializers.RandomNormal(0.02)
        with hk.name_scope("head"):
            return hk.Linear(1, w_init=small)(h)


# %%
block = hk.transform(lambda x: Block(4)(x))
p = block.init(key, batch)
# `~` is __init__. Calls of one module share parameters.
list(p)[1:]  # ['block/~/linear', 'block/head/linear']
p["block"]  # {'g': [1. 1. 1.]}
hk.initializers.VarianceScaling(2.0, "fan_in", "normal")
hk.initializers.TruncatedNormal(stddev=0.02)
zeros = hk.initializers.Constant(0.0)

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Layers
#
# By default channels are last, and time first in `dynamic_unroll`. [Modules](../haiku/modules.py), [attention](../networks/transformer.py)


# %%
@hk.testing.transform_and_run
def layers():
    y = hk.Linear(2)(batch)  # float32[4,2]
    y = hk.Conv2D(6, 3)(image)  # float32[1,8,8,6]
    y = hk.max_pool(image, (2, 2, 1), (2, 2, 1), "SAME")
    y = hk.Flatten()(y)  # float32[1,48]
    y = hk.LayerNorm(-1, True, True)(series)
    y = hk.Embed(9, 8)(jnp.array([1, 2]))  # float32[2,8]
    y = hk.Sequential([hk.Linear(8), jnp.tanh])(batch)
    core = hk.LSTM(4)
    state = core.initial_state(None)
    y, state = hk.dynamic_unroll(core, series, state)
    init = hk.initializers.VarianceScaling()
    attend = hk.MultiHeadAttention(2, 4, w_init=init)
    return y, attend(series, series, series)


y = jax.eval_shape(layers)  # (float32[5,4], float32[5,8])

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## State and dropout
#
# `apply` takes the state and returns the new one. [State and randomness](../haiku/state.py)


# %%
def noisy(x, is_training):
    x = hk.Linear(8)(x)
    x = hk.BatchNorm(True, True, 0.9)(x, is_training)
    if is_training:
        x = hk.dropout(hk.next_rng_key(), 0.5, x)
    n = hk.get_state("calls", (), init=jnp.zeros)
    hk.set_state("calls", n + 1)
    return x


# %%
noisy_net = hk.transform_with_state(noisy)
p, s = noisy_net.init(key, batch, is_training=True)
y, s = noisy_net.apply(p, s, key, batch, True)
y, _ = noisy_net.apply(p, s, None, batch, False)
calls = s["~"]["calls"]  # 1.0
# In a loss, return the new state with has_aux=True.
draws = hk.PRNGSequence(key)
fresh = next(draws)  # key<fry>[]

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Transformations inside a network
#
# In `hk.transform` use `hk.vmap`, `hk.scan`, ...; outside, `jax.` [Inside a network](../networks/transforms_inside.py)


# %%
def drop(x):
    return hk.dropout(hk.next_rng_key(), 0.5, x)


def deep(x):
    x = hk.vmap(drop, split_rng=not hk.running_init())(x)
    x, _ = hk.scan(lambda h, _: (drop(h), h), x, None, 2)
    x = hk.remat(hk.Linear(3))(x)
    stack = hk.layer_stack(6)
    return stack(lambda x: hk.Linear(3)(x))(x)


# %%
with hk.config.context(check_jax_usage=True):
    p = hk.transform(deep).init(key, batch)
count = hk.data_structures.tree_size(p)  # 84

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## Parameters: count, partition, save
#
# A dict of dicts of arrays. [Modules](../haiku/modules.py), [checkpoints](../training/training_loops.py)

# %%
ds = hk.data_structures
ds.tree_size(params), ds.tree_bytes(params)  # (41, 164)
b, rest = ds.partition(lambda m, n, v: n == "b", params)
chex.assert_trees_all_equal(ds.merge(b, rest), params)
flat = {}
for path, name, w in ds.traverse(params):
    flat[f"{path}//{name}"] = np.asarray(w)
np.savez("params.npz", **flat)
loaded = {}
with np.load("params.npz") as file:
    for path, w in file.items():
        module, _, name = path.rpartition("//")
        loaded.setdefault(module, {})[name] = w
chex.assert_trees_all_equal(loaded, params)

# %% tags=["hidden"]
check_comments()
# %% [markdown]
# ## A training step with Optax
#
# One `jit` for all of it. [The whole step](../haiku/compiled_training.py), [optimisers](../training/training_loops.py)


# %%
def loss_fn(params, data):
    x, y = data
    return jnp.mean((net.apply(params, x) - y) ** 2)


@jax.jit
def step(state, data):
    params, opt_state = state
    loss, g = jax.value_and_grad(loss_fn)(params, data)
    g, opt_state = optimizer.update(g, opt_state, params)
    params = optax.apply_updates(params, g)
    return (params, opt_state), {"loss": loss}


# %%
optimizer = optax.chain(
    optax.clip_by_global_norm(1.0),
    optax.adamw(optax.cosine_decay_schedule(0.01, 300)),
)
state = params, optimizer.init(params)
for i in range(300):
    k = jax.random.fold_in(key, i)
    v = jax.random.normal(k, (8, 3))
    state, metrics = step(state, (v, v[:, :1]))

# %% tags=["hidden"]
check_comments()

# %% [markdown]
# ## Debugging
#
# [Test and debug what you train](../training/testing.py), [error messages](errors.py)


# %%
@jax.jit
@chex.assert_max_traces(1)
def root(x):
    jax.debug.print("x = {x}", x=x)
    return jnp.sqrt(x)


# %%
chex.assert_shape(x, (3,))
chex.assert_tree_all_finite(params)
chex.assert_trees_all_close(x, x + 1e-7, atol=1e-6)
with jax.checking_leaks():
    y = root(x)  # float32[3]
with jax.debug_nans(True), jax.disable_jit():
    y = jax.jit(jnp.sqrt)(x)
jax.effects_barrier()

# %% tags=["hidden"]
check_comments()

# %% [markdown]
# Next: [Gradients of anything: `jax.grad`](../jax/gradients.py), where the course begins.
