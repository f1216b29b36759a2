# %% [markdown]
# # Error messages of JAX and Haiku, explained
#
# Paste the last line of your traceback into the field on this page, and it shows the entries that fit; the search of
# the site knows these messages, too. For each message, an entry produces it in a few lines, explains it and repairs the
# code. The messages are those of the versions that ran this page; [older wordings](#older-wordings), and messages that
# cannot be produced here, are at the end.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - find what a message of JAX or Haiku means, and which of your lines caused it;
# - repair the cause, rather than silence the message;
# - tell an error that JAX reports from one that it cannot see.
#
# You need: some code that fails.
#
# </div>

# %%
import io
import pickle

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import checkify

x = jnp.arange(4.0)
key = jax.random.key(0)

# %% [markdown]
# ## Gradients
#
# `jax.grad` differentiates one number with respect to floats or complex numbers, as [Gradients of
# anything](../jax/gradients.py) teaches.
#
# ### `Gradient only defined for scalar-output functions`

# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.grad(lambda x: x**2)(x)

# %% [markdown]
# The function returned an array, and a gradient belongs to one number. Decide how to combine the outputs, usually by a
# sum or a mean. If you want the gradient of each output, ask for `jax.jacobian`.

# %%
jax.grad(lambda x: jnp.mean(x**2))(x)

# %% [markdown]
# ### `Expected a callable value`

# %% raises="TypeError" match="Expected a callable value"
jax.grad(jnp.sum(x**2))

# %% [markdown]
# `jax.grad` got a loss that has already been computed, and cannot see where it came from. (`jit` and `vmap` say the
# same of a result.) Give it the function, and call what it returns.

# %%
jax.grad(lambda x: jnp.sum(x**2))(x)

# %% [markdown]
# ### `grad requires real- or complex-valued inputs`

# %% raises="TypeError" match="grad requires real- or complex-valued inputs"
jax.grad(lambda x: x**2)(3)

# %% [markdown]
# Integers cannot change by a little, so there is no gradient. Write `3.0`, or convert with `astype`. The message also
# appears when one leaf of a parameter tree is an integer, such as a step counter; keep such a leaf out of the tree that
# you differentiate.

# %%
jax.grad(lambda x: x**2)(3.0)

# %% [markdown]
# ### `Argument 'text' of type <class 'str'> is not a valid JAX type`

# %% raises="TypeError" match="is not a valid JAX type"
jax.grad(lambda params: (params["w"] ** 2).sum())({"w": x, "name": "text"})

# %% [markdown]
# What `grad` differentiates, `vmap` maps or `scan` carries must be arrays or numbers, or trees of them. (`None` is not
# a leaf.) A string, a function or an object of a class that JAX does not know is neither. Close over it, or give it to
# `grad` as another argument.

# %%
jax.grad(lambda params: (params["w"] ** 2).sum())({"w": x})

# %% [markdown]
# ### `unsupported operand type(s) for *: 'float' and 'dict'`

# %% raises="TypeError" match="unsupported operand"
step = 0.1 * {"w": x}

# %% [markdown]
# Parameters and gradients are trees, here a dictionary, and Python can't multiply dictionaries. `jax.tree.map`
# applies a function to each leaf, or to the leaves in the same place of several trees.

# %%
jax.tree.map(lambda g: 0.1 * g, {"w": x})

# %% [markdown]
# ### `pytree structure error: different pytree metadata at key path`

# %% raises="ValueError" match="pytree structure error: different pytree metadata"
jax.tree.map(jnp.add, {"w": x}, {"v": x})

# %% [markdown]
# `jax.tree.map` got two trees of different structure; the message shows both keys and where they are. Often the
# gradient or the state of the optimiser belongs to another network, for instance because you have renamed a layer
# since. An added layer gives *different numbers of pytree children*; a list in place of a tuple, or a `FlatMap` in
# place of a dictionary, gives *different types*. Compare `jax.tree.structure` of the two. For a changed network, start
# with a new optimiser state.

# %%
jax.tree.map(jnp.add, {"w": x}, {"w": x})

# %% [markdown]
# ## Under jit
#
# While `jit` traces a function, its arguments, except static ones, are tracers, which have a shape and a dtype but no
# values. [jit, what it refuses, and how to time it](../jax/compilation.py) shows where that matters.
#
# ### `Attempted boolean conversion of traced array`

# %% raises="TracerBoolConversionError" match="Attempted boolean conversion of traced array"
jax.jit(lambda x: x if x > 0 else -x)(-2.0)

# %% [markdown]
# An `if`, `while`, `and`, `not` or `assert`, or Python's `max` or `in`, asked a tracer whether it is true. The program
# is compiled once for all values of its traced arguments, so Python's choice would hold for all of them. Choose with
# `jnp.where`, or with `jax.lax.cond` if only one branch should run. (Under `vmap` both run if the condition differs by
# example.) A flag, such as `is_training`, should be static.

# %%
jax.jit(lambda x: jnp.where(x > 0, x, -x))(-2.0)

# %% [markdown]
# ### `Abstract tracer value encountered where concrete value is expected`

# %% raises="ConcretizationTypeError" match="Abstract tracer value encountered where concrete value is expected"
jax.jit(lambda x: x / float(x.sum()))(x)

# %% [markdown]
# `float`, `int` or `.item()` needs a number, and a tracer has none. Keep the value as an array. `jnp.arange(n)` gives
# the same error if `n` is an argument; the size must then be static, as explained below.

# %%
jax.jit(lambda x: x / x.sum())(x)

# %% [markdown]
# ### `The numpy.ndarray conversion method __array__() was called on traced array`

# %% raises="TracerArrayConversionError" match="__array__"
jax.jit(lambda x: np.sin(x))(x)

# %% [markdown]
# A NumPy function got a tracer, or a NumPy array was indexed by one, and there are no numbers to convert. Use the
# function of `jax.numpy`, and `jnp.asarray` of the array. If there is no such function, `jax.pure_callback` calls NumPy
# from a compiled function, slowly.

# %%
jax.jit(lambda x: jnp.sin(x))(x)

# %% [markdown]
# ### `The __index__() method was called on traced array`

# %% raises="TracerIntegerConversionError" match="__index__"
jax.jit(lambda n: sum(i for i in range(n)))(3)

# %% [markdown]
# `range`, an index into a Python list, or a number of repetitions needs a Python integer. If the number selects a
# program, as a number of layers does, make it static. To index a list of arrays, stack them. If the number is data,
# `jax.lax.fori_loop` takes it, at the price of the gradient: `jax.grad` of such a loop [is an
# error](#reverse-mode-differentiation-does-not-work-for-laxwhile_loop-or-laxfori_loop-with-dynamic-startstop-values),
# so use a `scan` with a mask where you train.

# %%
jax.jit(lambda n: jax.lax.fori_loop(0, n, lambda i, total: total + i, 0))(3)

# %% [markdown]
# ### `Array boolean indices must be concrete`

# %% raises="NonConcreteBooleanIndexError" match="Array boolean indices must be concrete"
jax.jit(lambda x: x[x > 1].sum())(x)

# %% [markdown]
# The length of `x[mask]` depends on the values, and a compiled program has fixed shapes. Keep all entries and
# neutralise those that you do not want: `jnp.where` with a harmless value, or the argument `where=` of a
# reduction.

# %%
jax.jit(lambda x: jnp.sum(x, where=x > 1))(x)

# %% [markdown]
# ### `Shapes must be 1D sequences of concrete values of integer type`

# %% raises="TypeError" match="Shapes must be 1D sequences of concrete values"
jax.jit(lambda n: jnp.zeros(n))(3)

# %% [markdown]
# A shape must be known when the program is compiled, and `n` is data. Declare it static: the function is then compiled
# once for each `n`. (A float, as in `jnp.zeros(6 / 2)`, gives this message, too: write `6 // 2`.)

# %%
jax.jit(lambda n: jnp.zeros(n), static_argnums=0)(3)

# %% [markdown]
# ### `Array slice indices must have static start/stop/step`

# %% raises="IndexError" match="Array slice indices must have static start/stop/step|Slice entries must be static integers"
jax.jit(lambda x, start: x[start : start + 2])(x, 1)

# %% [markdown]
# The length of a slice is part of a shape, so its ends must be known. If only the start moves and the length is
# fixed, `jax.lax.dynamic_slice` does it. It clamps: a start too near the end is silently moved back.

# %%
jax.jit(lambda x, start: jax.lax.dynamic_slice(x, (start,), (2,)))(x, 1)

# %% [markdown]
# ### `Encountered an unexpected tracer`

# %% raises="UnexpectedTracerError" match="Encountered an unexpected tracer"
kept = []
jax.jit(lambda x: kept.append(2 * x))(1.0)
kept[0] + 1

# %% [markdown]
# Here a tracer was stored in a list while the function was traced, and used afterwards; an attribute or a global
# keeps one, too. Return what you want to keep. To look at a value on the way, use `jax.debug.print`.

# %%
doubled = jax.jit(lambda x: 2 * x)(1.0)
doubled + 1

# %% [markdown]
# ### `Error interpreting argument to ... as an abstract array`

# %% raises="TypeError" match="Error interpreting argument to .* as an abstract array"
jax.jit(lambda x, mode: x if mode == "eval" else 2 * x)(x, "train")

# %% [markdown]
# Traced arguments of a compiled function are arrays and numbers, or trees of them. A string, a function, or a whole
# `hk.Transformed` is neither. If it selects what the function does, declare it static; if it stays the same, close over
# it. The message names the argument after *at path*.

# %%
jax.jit(lambda x, mode: x if mode == "eval" else 2 * x, static_argnames="mode")(
    x, mode="train"
)

# %% [markdown]
# ### `Non-hashable static arguments are not supported`

# %% raises="ValueError" match="Non-hashable static arguments are not supported"
jax.jit(lambda x, sizes: x.reshape(sizes), static_argnums=1)(x, [2, 2])

# %% [markdown]
# JAX looks a static argument up in a dictionary of compiled programs, so it must be hashable and must not
# change. Lists, dictionaries and arrays are not hashable. Pass a tuple instead of a list; an array is data and should
# not be static.

# %%
jax.jit(lambda x, sizes: x.reshape(sizes), static_argnums=1)(x, (2, 2))

# %% [markdown]
# ### `Array has been deleted`

# %% raises="RuntimeError" match="Array has been deleted"
old = jnp.ones(3)
new = jax.jit(lambda v: v + 1, donate_argnums=0)(old)
old + 1

# %% [markdown]
# Usually the array was donated: the compiled function was allowed to reuse its memory, and did. Use the result and
# forget the argument. If you need both, do not donate.

# %%
new = jax.jit(lambda v: v + 1, donate_argnums=0)(jnp.ones(3))
new + 1

# %% [markdown]
# ## Shapes, indices and dtypes
#
# These errors occur with and without `jit`.
#
# ### `JAX arrays are immutable and do not support in-place item assignment`

# %% raises="TypeError" match="JAX arrays are immutable"
x[0] = 9.0

# %% [markdown]
# The values of a JAX array do not change. `.at[...]` takes the same index and returns a changed copy. Inside a compiled
# function the copy usually costs nothing, because the compiler reuses the memory.

# %%
x.at[0].set(9.0)

# %% [markdown]
# ### `Incompatible shapes for broadcasting`

# %% raises="ValueError" match="Incompatible shapes for broadcasting"
jnp.ones((2, 3)) + jnp.ones(2)

# %% [markdown]
# Shapes are compared from the right, and axes must be equal or 1. Add the missing axis explicitly. The
# dangerous case is the one that gives no message: `(8, 1)` and `(8,)` broadcast to `(8, 8)`.

# %%
jnp.ones((2, 3)) + jnp.ones(2)[:, None]

# %% [markdown]
# ### `dot_general requires contracting dimensions to have the same shape`

# %% raises="TypeError" match="dot_general requires contracting dimensions"
jnp.ones((2, 3)) @ jnp.ones((2, 3))

# %% [markdown]
# In `a @ b` of two matrices the last axis of `a` meets the second-to-last of `b`. Often one array should be transposed.

# %%
print((jnp.ones((2, 3)) @ jnp.ones((2, 3)).T).shape)

# %% [markdown]
# ### `sum requires ndarray or scalar arguments, got <class 'list'>`

# %% raises="TypeError" match="requires ndarray or scalar arguments, got <class 'list'>"
jnp.sum([1.0, 2.0])

# %% [markdown]
# NumPy converts lists silently. Most functions of JAX that expect one array do not, because each element would become
# an operation of its own. (`jnp.stack` and its like, which expect several arrays, take a list of them.) Convert once
# with `jnp.array`.

# %%
jnp.sum(jnp.array([1.0, 2.0]))

# %% [markdown]
# ### `Using a non-tuple sequence for multidimensional indexing is not allowed`

# %% raises="TypeError" match="Using a non-tuple sequence for multidimensional indexing"
x[[0, 2]]

# %% [markdown]
# An index that is a list is refused for the same reason. Make it an array. (Inside a tuple, as in `m[:, [0, 2]]`, a
# list works.)

# %%
x[jnp.array([0, 2])]

# %% [markdown]
# ### `The truth value of an array with more than one element is ambiguous`

# %% raises="ValueError" match="truth value of an array with more than one element is ambiguous"
bool(x > 1)

# %% [markdown]
# The array holds four answers. Do you mean any or all? Under `jit` even that is not enough,
# because the answer is a tracer: use `jnp.where`. `and`, `or` and `not` give the same message: masks take
# `&`, `|` and `~`, with each comparison in parentheses.

# %%
bool((x > 1).any())

# %% [markdown]
# ### `Only scalar arrays can be converted to Python scalars`

# %% raises="TypeError" match="Only scalar arrays can be converted to Python scalars"
float(x)

# %% [markdown]
# `float` and `int` need an array of shape `()`; even one of shape `(1,)` is refused. Reduce the array or pick an entry,
# or call `.item()` if there is just one.

# %%
float(x[1])

# %% [markdown]
# ### `cannot reshape array of shape (4,) (size 4) into shape 3 (size 3)`

# %% raises="TypeError" match="cannot reshape array of shape"
x.reshape(3)

# %% [markdown]
# A reshape keeps all entries, so the sizes must multiply to the same number. `-1` stands for the one size that follows
# from the others. If a batch of at least one example is in front, keep its axis, as in `x.reshape(len(x), -1)`.

# %%
print(x.reshape(2, -1).shape)

# %% [markdown]
# ### `Python int 3000000000 too large to convert to int32`

# %% raises="OverflowError" match="too large to convert to int32"
jnp.array(3_000_000_000)

# %% [markdown]
# Integers are 32-bit by default; the largest is {{ jnp.iinfo(jnp.int32).max }}. Use a float, an unsigned type, or enable 64
# bits. A number that comes as NumPy's `int64`, or through `jnp.full` or `jnp.arange`, gives no message: it is cut to 32
# bits, and may come out negative.

# %%
jnp.array(3_000_000_000, dtype=jnp.uint32)

# %% [markdown]
# ### `Value 'a' with dtype <U1 is not a valid JAX array type`

# %% raises="TypeError" match="is not a valid JAX array type"
jnp.array(["a", "b"])

# %% [markdown]
# JAX has arrays of numbers, of booleans and of keys. Turn labels into integers first, with NumPy.

# %%
np.unique(["a", "b", "a"], return_inverse=True)[1]

# %% [markdown]
# ### `RESOURCE_EXHAUSTED: Out of memory allocating`

# %% raises="JaxRuntimeError" match="RESOURCE_EXHAUSTED: Out of memory"
jnp.zeros(1 << 48)

# %% [markdown]
# The device has too little memory left. Look for an accidental broadcast first. Smaller batches, bfloat16 or, for
# gradients, `jax.checkpoint` on each layer need less. On a GPU, JAX by default reserves three quarters of the
# memory when it starts, so a second process, a forgotten notebook or TensorFlow may find none. Stop it, or set one
# of these in the shell, before Python starts: `XLA_PYTHON_CLIENT_PREALLOCATE=false` takes memory as it is needed,
# `XLA_PYTHON_CLIENT_MEM_FRACTION=.4` reserves two fifths.

# %%
print(jnp.zeros(1 << 8).nbytes, "bytes")

# %% [markdown]
# ## vmap, scan and cond
#
# `vmap`, `scan` and `cond` trace your function and compare shapes.
# [vmap: write for one example, run on a batch](../jax/batching.py) teaches the first.
#
# ### `vmap got inconsistent sizes for array axes to be mapped`

# %% raises="ValueError" match="vmap got inconsistent sizes for array axes to be mapped"
jax.vmap(jnp.add)(jnp.ones(3), jnp.ones(4))

# %% [markdown]
# All mapped arguments must have the same number of examples along their mapped axis. If one argument is shared by all
# examples, pass it by position, with `None` in `in_axes`.

# %%
print(jax.vmap(jnp.add, in_axes=(0, None))(jnp.ones(3), jnp.ones(4)).shape)

# %% [markdown]
# ### `vmap was requested to map its argument along axis 0, which implies that its rank should be at least 1`

# %% raises="ValueError" match="vmap was requested to map its argument along axis 0"
jax.vmap(jnp.add)(jnp.ones(3), 1.0)

# %% [markdown]
# A number has no axis to map over. Pass it by position, and share it with `None`.

# %%
jax.vmap(jnp.add, in_axes=(0, None))(jnp.ones(3), 1.0)

# %% [markdown]
# ### `vmap in_axes must be an int, None, or a tuple of entries corresponding to the positional arguments`

# %% raises="ValueError" match="vmap in_axes must be an int, None, or a tuple"
jax.vmap(jnp.add, in_axes=(0,))(jnp.ones(3), jnp.ones(3))

# %% [markdown]
# A tuple `in_axes` needs one entry for each positional argument; a single number is for all of them. Arguments passed
# by keyword are mapped along axis 0 whatever `in_axes` says.

# %%
jax.vmap(jnp.add, in_axes=(0, 0))(jnp.ones(3), jnp.ones(3))

# %% [markdown]
# ### `scan body output must be a pair`

# %% raises="TypeError" match="scan body output must be a pair"
jax.lax.scan(lambda total, v: total + v, 0.0, x)

# %% [markdown]
# The function given to `scan` returns two things: the carry for the next step, and what to collect from this
# one. Return `None` if there is nothing to collect.

# %%
jax.lax.scan(lambda total, v: (total + v, total), 0.0, x)

# %% [markdown]
# ### `scan body function carry input and carry output must have equal types`

# %% raises="TypeError" match="carry input and carry output must have equal types"
jax.lax.scan(lambda total, v: (total * jnp.ones(2), None), 0.0, x)

# %% [markdown]
# The carry must keep its structure, shapes and dtypes from step to step, because one program runs all steps. Usually,
# start with a carry of the shape and dtype that the body returns. (A Python `int` or `float` at the start takes the
# dtype of the body, if that is of its kind or above: `0` may become a float, `0.0` not an integer.) If shapes and dtypes
# are equal, [the shardings differ](#but-the-corresponding-output-carry-component-has-type-float3216data).

# %%
jax.lax.scan(lambda total, v: (total * jnp.ones(2), None), jnp.zeros(2), x)[0]


# %% [markdown]
# ### `cond branches must have equal output types but they differ`

# %% raises="TypeError" match="cond branches must have equal output types"
jax.lax.cond(True, lambda x: x, lambda x: x.astype(int), x)

# %% [markdown]
# Both branches are compiled into one program with one result. Make them return the same structure, shapes and
# dtypes. If these are equal, [the shardings differ](#but-the-corresponding-output-of-false_fun-has-type-float3216).

# %%
jax.lax.cond(True, lambda x: x, lambda x: jnp.round(x), x)

# %% [markdown]
# ### `but the corresponding output carry component has type float32[16@data]`

# %% raises="TypeError" match="has type float32\\[16\\] but the corresponding output carry component has type float32\\[16@data\\]"
mesh = jax.make_mesh((1,), ("data",))  # the message is the same for more devices
cut = jax.device_put(jnp.arange(16.0), jax.NamedSharding(mesh, jax.P("data")))
with jax.set_mesh(mesh):
    jax.lax.scan(lambda total, _: (total + cut, None), jnp.zeros(16), length=3)

# %% [markdown]
# The axes of a mesh from `jax.make_mesh` are *explicit*: how an array is cut along them is a part of its type. Here the
# carry begins whole, `float32[16]`, and comes back cut, `float32[16@data]`. Start with a carry that is cut the same way:
# `jax.reshard` lays it out, and `jnp.zeros_like(cut)` is laid out like `cut`. [Many
# devices](../training/devices.py#explicit-axes-the-layout-is-in-the-type) teaches explicit axes.

# %%
with jax.set_mesh(mesh):
    start = jax.reshard(jnp.zeros(16), jax.P("data"))
    total, _ = jax.lax.scan(lambda total, _: (total + cut, None), start, length=3)
print(jax.typeof(total))

# %% [markdown]
# ### `but the corresponding output of false_fun has type float32[16]`

# %% raises="TypeError" match="true_fun has type float32\\[16@data\\] but the corresponding output of false_fun has type float32\\[16\\]"
with jax.set_mesh(mesh):
    jax.lax.cond(cut.sum() > 0, lambda: cut, lambda: jnp.zeros(16))

# %% [markdown]
# On an explicit mesh the branches of `cond` have to agree in their sharding, as [the carry of a
# scan](#but-the-corresponding-output-carry-component-has-type-float3216data) does. Lay one out like the other with
# `jax.reshard`.

# %%
with jax.set_mesh(mesh):
    zeros = jax.reshard(jnp.zeros(16), jax.P("data"))
    print(jax.typeof(jax.lax.cond(cut.sum() > 0, lambda: cut, lambda: zeros)))

# %% [markdown]
# ### `so the manual axis types do not match`


# %% raises="TypeError" match="has type float32\\[\\] but .* has type float32\\[\\]{V:data}"
def local_sum(start, part):
    return jax.lax.scan(lambda total, v: (total + v, None), start, part)[0][None]


on_parts = {"mesh": mesh, "in_specs": jax.P("data"), "out_specs": jax.P("data")}
jax.shard_map(lambda part: local_sum(jnp.zeros(()), part), **on_parts)(cut)

# %% [markdown]
# Inside `jax.shard_map` the type says over which axes of the mesh a value may vary. A constant is the same on each
# device, `float32[]`; a sum over the device's own part is not, `float32[]{V:data}`. Make the carry vary before the
# loop, with the call that the message gives. A branch of `cond` is mended in the same way.


# %%
def mended(part):
    return local_sum(jax.lax.pcast(jnp.zeros(()), ("data",), to="varying"), part)


jax.shard_map(mended, **on_parts)(cut)

# %% [markdown]
# ### `Reverse-mode differentiation does not work for lax.while_loop or lax.fori_loop with dynamic start/stop values`

# %% raises="ValueError" match="does not work for lax.while_loop or lax.fori_loop with dynamic start/stop values"
jax.jit(jax.grad(lambda x, n: jax.lax.fori_loop(0, n, lambda i, t: t * x, 1.0)))(2.0, 3)

# %% [markdown]
# The backward pass needs values from each round, and if the number of rounds is not known at compile time there is no
# array that could hold them. If it can be known, pass it as a Python integer or a static argument. Otherwise run the
# largest number of rounds in a `scan`, and keep the carry where the loop should have ended, as here. Forward mode,
# `jax.jvp` and `jax.jacfwd`, usually goes through these loops. The same holds for `hk.while_loop` and `hk.fori_loop`
# in a network. [Your own derivatives](../jax/derivatives.py#loops-which-have-a-reverse-mode) has a third way, for
# solvers.


# %%
def power(x, n, most=10):
    def step(total, i):
        return jnp.where(i < n, total * x, total), None

    return jax.lax.scan(step, 1.0, jnp.arange(most))[0]


jax.jit(jax.grad(power))(2.0, 3)

# %% [markdown]
# ### `unbound axis name: batch`

# %% raises="NameError" match="unbound axis name: batch"
jax.lax.pmean(x, "batch")

# %% [markdown]
# `pmean` averages and `psum` sums over an axis that a `vmap`, `pmap` or `shard_map` around them has named; `jit` names
# no axis. Name the axis, or remove the call if there is only one device.

# %%
jax.vmap(lambda v: v - jax.lax.pmean(v, "batch"), axis_name="batch")(x)

# %% [markdown]
# ## Random keys
#
# [Random keys, not seeds](../jax/random_keys.py) explains why keys are passed around.
#
# ### `Previously-consumed key passed to jit-compiled function`

# %% raises="KeyReuseError" match="Previously-consumed key passed"
with jax.debug_key_reuse(True):
    jax.random.normal(key) + jax.random.normal(key)

# %% [markdown]
# You asked JAX to look for reused keys, and it found one: here both draws are equal. Split the key, and use one part
# for each draw. You would get no message without `debug_key_reuse`, or with a key from `jax.random.PRNGKey`.

# %%
first, second = jax.random.split(jax.random.key(1))
jax.random.normal(first) + jax.random.normal(second)

# %% [markdown]
# ### `normal accepts a single key, but was given a key array of shape`

# %% raises="ValueError" match="accepts a single key, but was given a key array"
jax.random.normal(jax.random.split(key, 2))

# %% [markdown]
# `split` returned several keys. Unpack them, index one, or map over them with `vmap` for one draw each.

# %%
jax.vmap(jax.random.normal)(jax.random.split(key, 2))

# %% [markdown]
# ### `JAX encountered invalid PRNG key data`

# %% raises="TypeError" match="JAX encountered invalid PRNG key data"
jax.random.normal(0)

# %% [markdown]
# A seed, as here, is not a key. Make one with `jax.random.key`, or of the saved numbers of a key with
# `jax.random.wrap_key_data`.

# %%
jax.random.normal(jax.random.key(0))

# %% [markdown]
# ### `add does not accept dtypes key<fry>, int32`

# %% raises="TypeError" match="add does not accept dtypes key<fry>, int32"
key + 1

# %% [markdown]
# A typed key is not a number. Old code made the next key by arithmetic with a `PRNGKey`; derive it with
# `jax.random.fold_in`, or with `split`.

# %%
print(jax.random.fold_in(key, 1))

# %% [markdown]
# ### `JAX array with PRNGKey dtype cannot be converted to a NumPy array`

# %% raises="TypeError" match="JAX array with PRNGKey dtype cannot be converted to a NumPy array"
np.asarray(key)

# %% [markdown]
# NumPy, and with it `np.save` and most writers of checkpoints, has no dtype for keys. Save `jax.random.key_data(key)`,
# and make a key of it again with `jax.random.wrap_key_data`. A key of another generator than the default needs
# its name there, as `impl`.

# %%
bits = np.asarray(jax.random.key_data(key))
print(jax.random.wrap_key_data(bits) == key)

# %% [markdown]
# ## Wrong numbers
#
# JAX does not stop at a nan unless you ask. These two ways of asking have messages of their own.
#
# ### `invalid value (nan) encountered in log`

# %% raises="FloatingPointError" match="invalid value \\(nan\\) encountered in log"
with jax.debug_nans(True):
    jnp.log(x - 1)

# %% [markdown]
# `jax.debug_nans` stops at the first result that holds nan, which is what you want when a loss
# suddenly becomes `nan`. In a compiled function it looks only at the results, so a nan that a `where` inside replaces
# goes unseen. The logarithm of a negative number, 0/0, or infinity minus infinity are the usual causes. Make the
# argument safe before the operation; a `where` afterwards can leave nan in the gradient, as here at the logarithm of 0.

# %%
safe = jnp.where(x > 1, x - 1, 1.0)
jnp.where(x > 1, jnp.log(safe), 0.0)

# %% [markdown]
# ### must be positive (`check` failed)


# %% raises="JaxRuntimeError" match="must be positive"
def root(x):
    checkify.check(x > 0, "must be positive")
    return jnp.sqrt(x)


error, _ = jax.jit(checkify.checkify(root))(-1.0)
error.throw()

# %% [markdown]
# `checkify` carries the failures of your own checks out of compiled code, so the words of the message are yours. Here
# the error is raised by `throw`.

# %%
error, value = jax.jit(checkify.checkify(root))(4.0)
error.throw()
print(value)

# %% [markdown]
# ## Haiku: inside and outside of transform
#
# Modules live inside a function that `hk.transform` turns into `init` and `apply`. [hk.transform: from module
# to pure function](../haiku/transform.py) builds one.
#
# ### All `hk.Module`s must be initialized inside an `hk.transform`

# %% raises="ValueError" match="must be initialized inside an `hk.transform`"
layer = hk.Linear(2)

# %% [markdown]
# A module was made or called while no transformed function ran, for instance at import, in a configuration, or as an
# argument: `hk.transform(hk.nets.MLP([2]))`. Make and call it inside the function. To choose it outside, pass a
# function that makes it.

# %%
net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
net.apply(net.init(key, x), x)

# %% [markdown]
# ### `hk.get_parameter` must be used as part of an `hk.transform`

# %% raises="ValueError" match="must be used as part of an `hk.transform`"
hk.get_parameter("w", (2,), init=jnp.zeros)

# %% [markdown]
# A parameter, too, is made only while a transformed function runs; `hk.get_state` and `hk.next_rng_key` give this
# message with their own names. It also appears if you call the original function instead of `apply`.

# %%
hk.transform(lambda: hk.get_parameter("w", (2,), init=jnp.zeros)).init(None)

# %% [markdown]
# ### `Constructing an hk.Module without calling the super constructor is not supported`


# %% raises="ValueError" match="without calling the super constructor"
class Double(hk.Module):
    def __init__(self):
        self.factor = 2.0

    def __call__(self, x):
        return self.factor * x


hk.transform(lambda x: Double()(x)).init(None, x)

# %% [markdown]
# `hk.Module` registers the module and its name in its own constructor. Call it, preferably first, and pass the name on,
# so that a caller can choose it. (A class without an `__init__` needs no call. Nor does a dataclass, unless it has a
# `__post_init__`: that one must call `super().__post_init__()`.)


# %%
class Twice(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.factor = 2.0

    def __call__(self, x):
        return self.factor * x


hk.transform(lambda x: Twice()(x)).init(None, x)

# %% [markdown]
# ### `is not a valid module name (must be a valid Python identifier)`

# %% raises="ValueError" match="is not a valid module name"
hk.transform(lambda x: hk.Linear(2, name="my net")(x)).init(key, x)

# %% [markdown]
# Names become keys such as `encoder/~/linear`, in which a slash has a meaning, so a name consists of letters of the
# English alphabet, digits and underscores, at least one, and does not begin with a digit.

# %%
hk.transform(lambda x: hk.Linear(2, name="my_net")(x)).init(key, x).keys()

# %% [markdown]
# ### `An UnexpectedTracerError was raised while inside a Haiku transformed function`


# %% raises="UnexpectedTracerError" match="raised while inside a Haiku transformed function"
def net_fn(x):
    layer = hk.Linear(1)
    total, _ = jax.lax.scan(lambda c, v: (c + layer(v[None])[0], None), 0.0, x)
    return total + layer(x[:1])[0]


hk.transform(net_fn).init(key, x)

# %% [markdown]
# Usually, a `jax.*` transformation inside the network hid the side effects of Haiku: parameters, state or keys made
# in it are tracers of a finished trace. Inside a transformed function use `hk.scan`, `hk.vmap`, `hk.cond`, `hk.remat`
# and the like; outside, `jax.*`. (`jax.vmap` and `jax.grad` are usually fine around code that uses parameters, and
# neither state nor keys. `jax.jit`, `jax.checkpoint` and JAX's loops leak what is made inside them, so let a layer
# run once before.)


# %%
def net_fn(x):
    layer = hk.Linear(1)
    total, _ = hk.scan(lambda c, v: (c + layer(v[None])[0], None), 0.0, x)
    return total + layer(x[:1])[0]


hk.transform(net_fn).init(key, x).keys()

# %% [markdown]
# ### `New parameters were created`


# %% raises="AssertionError" match="New parameters were created"
def net_fn(x):
    return hk.scan(lambda c, v: (c + hk.Linear(1)(v[None])[0], None), 0.0, x)[0]


hk.transform(net_fn).init(key, x)

# %% [markdown]
# Here the body of a loop made a module. The body was traced more than once, and each time the module got a new name,
# so parameters would be made that `init` did not have. Make the module before the loop and call it in the body.


# %%
def net_fn(x):
    layer = hk.Linear(1)
    return hk.scan(lambda c, v: (c + layer(v[None])[0], None), 0.0, x)[0]


hk.transform(net_fn).init(key, x).keys()

# %% [markdown]
# ### `You need to use a Haiku overloaded transform`

# %% raises="JaxUsageError" match="You need to use a Haiku overloaded transform"
with hk.config.context(check_jax_usage=True):
    hk.transform(lambda x: jax.vmap(hk.Linear(2))(x)).init(key, x[:, None])

# %% [markdown]
# `check_jax_usage` refuses Haiku inside most `jax.*` transformations: the mistake above, those that pass silently, as
# one dropout mask for all rows does, and also right code, such as this layer. Turn it on while you develop, but don't
# rely on it alone: it does not see what was compiled before, `hk.vmap` with `split_rng=False` around dropout, or
# `jax.vmap` around an `hk.remat`.

# %%
with hk.config.context(check_jax_usage=True):
    net = hk.transform(lambda x: hk.vmap(hk.Linear(2), split_rng=False)(x))
    print(net.init(key, x[:, None])["linear"]["w"].shape)

# %% [markdown]
# ### `Haiku now requires the split_rng argument to be passed to hk.vmap`

# %% raises="TypeError" match="requires the split_rng argument"
hk.transform(lambda x: hk.vmap(hk.Linear(2))(x)).init(key, x[:, None])

# %% [markdown]
# Say whether each example gets a key of its own. `split_rng=False` shares one, which is right while parameters are made
# and for layers that draw nothing. Dropout needs `True` at apply: `split_rng=not hk.running_init()` does both, and
# needs a key there. For old code that you do not want to change, `hk.vmap.require_split_rng = False` allows calls
# without the argument, with one key for all.

# %%
net = hk.transform(lambda x: hk.vmap(hk.Linear(2), split_rng=False)(x))
print(net.init(key, x[:, None])["linear"]["w"].shape)

# %% [markdown]
# ## Haiku: parameters, state and keys at init and apply
#
# `init` and `apply` have fixed signatures, and parameters are found by name.
#
# ### `You must pass a non-None PRNGKey to init and/or apply if you make use of random numbers`

# %% raises="MissingRNGError" match="You must pass a non-None PRNGKey"
net = hk.transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x))
net.apply({}, None, x)

# %% [markdown]
# The network draws random numbers, to initialise or for dropout, or splits a key in `hk.vmap`, and got none.
# `hk.without_apply_rng` gives the same message at apply, because it passes `None`.

# %%
net.apply({}, key, x)

# %% [markdown]
# ### `Apply must be called with an RNG as the second argument`

# %% raises="ValueError" match="Apply must be called with an RNG as the second argument"
net = hk.transform(lambda x: hk.Linear(2)(x))
params = net.init(key, x)
net.apply(params, x)

# %% [markdown]
# `apply` takes the parameters, then a key or `None`, then the inputs. With `transform_with_state` the state comes
# second and the key third. If `apply` needs no key, wrap the network in `hk.without_apply_rng`: your calls stay
# as they are. This repairs [old scripts](../porting/old_code.py#haiku-apply-without-a-key-and-apply_rngfalse). Or pass
# `None`, as in `net.apply(params, None, x)`. A network that applies dropout needs a key.

# %%
keyless = hk.without_apply_rng(net)
keyless.apply(params, x)

# %% [markdown]
# ### `params argument does not appear valid. It should be a mapping`

# %% raises="TypeError" match="params argument does not appear valid"
stateful = hk.transform_with_state(lambda x: hk.Linear(2)(x))
both = stateful.init(key, x)
stateful.apply(both, {}, None, x)

# %% [markdown]
# Here it was a pair: `init` of `transform_with_state` returns parameters and state. Unpack it.

# %%
params, state = stateful.init(key, x)
out, state = stateful.apply(params, state, None, x)
print(out)

# %% [markdown]
# ### If your transformed function uses `hk.{get,set}_state` then use `hk.transform_with_state`


# %% raises="NonEmptyStateError" match="then use `hk.transform_with_state`"
def norm(x):
    return hk.BatchNorm(True, True, 0.9)(x, is_training=True)


hk.transform(norm).init(key, x[:, None])

# %% [markdown]
# The network keeps state, such as the running means of BatchNorm, and `hk.transform` has no place for it.
# With `transform_with_state`, `init` and `apply` return the state too, and you pass it on.

# %%
params, state = hk.transform_with_state(norm).init(key, x[:, None])
sorted(state)

# %% [markdown]
# ### `Unable to retrieve parameter 'w' for module 'out'`

# %% raises="ValueError" match="Unable to retrieve parameter 'w' for module 'out'"
old = hk.transform(lambda x: hk.Linear(2)(x))
new = hk.transform(lambda x: hk.Linear(2, name="out")(x))
new.apply(old.init(key, x), None, x)

# %% [markdown]
# `apply` looks parameters up by module and name, and these are not there: usually the network has other names than
# the one whose parameters you pass. A renamed module, a module made in another place, or an `if` can cause it. If
# only names differ, rename the keys of the dictionary.

# %%
params = old.init(key, x)
new.apply({"out": params["linear"]}, None, x)

# %% [markdown]
# ### `with retrieved shape (4, 2) does not match shape=[5, 2]`

# %% raises="ValueError" match="with retrieved shape .* does not match shape"
net = hk.transform(lambda x: hk.Linear(2)(x))
net.apply(net.init(key, x), None, jnp.ones(5))

# %% [markdown]
# The parameter was made for inputs of width 4, and the input now has 5. Most layers take their input width from the
# example at `init`, so give `init` an example of the shape that you will use. If the parameters are from a file, a
# layer may have been added or removed: the numbers of the layers behind it have then changed, and `linear_2` is another
# one. Name such layers.

# %%
net.apply(net.init(key, jnp.ones(5)), None, jnp.ones(5))

# %% [markdown]
# ### `data type dtype('int32') not compatible with finfo`

# %% raises="ValueError" match="not compatible with finfo|not inexact"
hk.transform(lambda x: hk.Linear(2)(x)).init(key, jnp.ones((1, 2), int))

# %% [markdown]
# The example at `init` decides the dtype of the parameters of a layer such as `hk.Linear`, as well as their shapes, and
# its initialiser draws no integers. Pass floats. If the data are tokens, an `hk.Embed` comes first.

# %%
params = hk.transform(lambda x: hk.Linear(2)(x)).init(key, jnp.ones((1, 2)))
print(params["linear"]["w"].dtype)

# %% [markdown]
# ### `Initializer must be specified`

# %% raises="ValueError" match="Initializer must be specified"
hk.transform(lambda: hk.get_parameter("w", (2,))).init(key)

# %% [markdown]
# `hk.get_parameter` has to make the parameter at `init`, and needs to know how. Pass a function of shape and
# dtype: one of `hk.initializers`, or `jnp.zeros`.

# %%
hk.transform(
    lambda: hk.get_parameter("w", (2,), init=hk.initializers.RandomNormal())
).init(key)

# %% [markdown]
# ### `No value for 'count' in '~', perhaps set an init function?`

# %% raises="ValueError" match="perhaps set an init function"
hk.transform_with_state(lambda: hk.get_state("count")).init(None)

# %% [markdown]
# A state that is missing needs an `init`, too. The name `'~'` means the place outside of all modules. `hk.BatchNorm`
# usually gives this message if `init` runs with `is_training=False`.

# %%
hk.transform_with_state(lambda: hk.get_state("count", (), init=jnp.zeros)).init(None)

# %% [markdown]
# ## Haiku: layers
#
# ### `BatchNorm.__call__() missing 1 required positional argument: 'is_training'`

# %% raises="TypeError" match="missing 1 required positional argument: 'is_training'"
hk.transform_with_state(lambda x: hk.BatchNorm(True, True, 0.9)(x)).init(
    key, x[:, None]
)

# %% [markdown]
# Haiku has no global training mode. You pass `is_training` as an argument through your network, and make it
# static under `jit`.


# %%
def net_fn(x, is_training):
    return hk.BatchNorm(True, True, 0.9)(x, is_training=is_training)


hk.transform_with_state(net_fn).init(key, x[:, None], True)[0].keys()

# %% [markdown]
# ### Please provide a weight initializer: `w_init`

# %% raises="ValueError" match="Please provide a weight initializer"
hk.transform(lambda x: hk.MultiHeadAttention(2, 4)(x, x, x)).init(key, jnp.ones((3, 8)))

# %% [markdown]
# Attention has no default. Pass `w_init`; research code often takes `hk.initializers.VarianceScaling(2 /
# num_layers)`. The older argument `w_init_scale` warns.

# %%
init = hk.initializers.VarianceScaling(1.0)


def attend(x):
    return hk.MultiHeadAttention(2, 4, w_init=init)(x, x, x)


list(hk.transform(attend).init(key, jnp.ones((3, 8))))

# %% [markdown]
# ### `Input to ConvND needs to have rank in [3, 4]`

# %% raises="ValueError" match="Input to ConvND needs to have rank"
hk.transform(lambda x: hk.Conv2D(2, 3)(x)).init(key, jnp.ones((8, 8)))

# %% [markdown]
# A convolution in two dimensions expects height, width and channels, with or without a batch in front. Haiku puts the
# channels last unless `data_format="NCHW"` says otherwise; PyTorch puts them first.

# %%
params = hk.transform(lambda x: hk.Conv2D(2, 3)(x)).init(key, jnp.ones((8, 8, 1)))
print(params["conv2_d"]["w"].shape)

# %% [markdown]
# ### `hk.Embed's __call__ method must take an array of integer dtype`

# %% raises="ValueError" match="must take an array of integer dtype"
hk.transform(lambda x: hk.Embed(5, 2)(x)).init(key, x)

# %% [markdown]
# `hk.Embed` looks rows up by number. Convert the tokens to integers. An index beyond the table gives no message: it is
# clamped, so it reads the last row, and the gradient is silently zero in every row. (A negative one counts from the
# end, down to row 0; with `lookup_style="ONE_HOT"` both give zeros.)

# %%
params = hk.transform(lambda x: hk.Embed(5, 2)(x)).init(key, x.astype(int))
print(params["embed"]["embeddings"].shape)

# %% [markdown]
# ### `rate must be in [0, 1)`

# %% raises="ValueError" match="rate must be in"
hk.dropout(key, 50, x)

# %% [markdown]
# The rate is a share, not a percentage, and it says how much is dropped, not how much is kept. A rate that is traced is
# not checked: 50 would drop all entries, silently.

# %%
hk.dropout(key, 0.5, x)

# %% [markdown]
# ## Old code: names that were removed
#
# Code from a few years ago stops at names that JAX, Haiku, Optax or NumPy have removed. [Removed
# names](../../reference/removed.md) has them by their messages, with what to write instead, and [`haiku-port
# revive`](../porting/old_code.py) looks for all of them in a file. Here are those that need more than a new name.
#
# ### `'numpy.ndarray' object has no attribute 'at'`

# %% raises="AttributeError" match="'numpy.ndarray' object has no attribute 'at'"
np.zeros(3).at[0].set(1.0)

# %% [markdown]
# `.at` belongs to JAX arrays, and this one is NumPy's: a data set, or an argument that came from outside. Convert
# it with `jnp.asarray` first. Most NumPy arrays, but not one that `np.asarray` made of a JAX array, may also be
# changed in place, `a[0] = 1.0`; then all variables that refer to it see the change.

# %%
jnp.asarray(np.zeros(3)).at[0].set(1.0)

# %% [markdown]
# ### `module 'jax.numpy' has no attribute 'DeviceArray'`

# %% raises="AttributeError" match="module 'jax.numpy' has no attribute 'DeviceArray'"
print(isinstance(x, jnp.DeviceArray))

# %% [markdown]
# The type of arrays is `jax.Array`, for annotations and for `isinstance`. Old code takes `DeviceArray` from
# `jax.numpy`, `jax.xla`, `jax.interpreters.xla` or `jaxlib.xla_extension`; none of these has it. (The newest Pythons
# evaluate an annotation when something asks for it, so there the message may come late, or not at all.) A tracer of
# an array is a `jax.Array`, too; it was not a `DeviceArray`.


# %%
def total(x: jax.Array) -> jax.Array:
    return x.sum()


print(isinstance(x, jax.Array), total(x))

# %% [markdown]
# ### `module 'jax.random' has no attribute 'KeyArray'`

# %% raises="AttributeError" match="module 'jax.random' has no attribute 'KeyArray'"
print(isinstance(key, jax.random.KeyArray))

# %% [markdown]
# `KeyArray` was a type for annotations. Keys are arrays with a dtype of their own: annotate `jax.Array`, and where it
# matters, test the dtype.


# %%
def draw(key: jax.Array):
    assert jnp.issubdtype(key.dtype, jax.dtypes.prng_key)
    return jax.random.normal(key)


draw(key)

# %% [markdown]
# ### `No module named 'jax.experimental.maps'`

# %% raises="ModuleNotFoundError" match="No module named 'jax.experimental.maps'"
from jax.experimental.maps import xmap

xmap(jnp.square, ["rows"], ["rows"])(x)

# %% [markdown]
# `xmap` and its meshes were removed. A mesh is `jax.make_mesh`, and `jax.shard_map` runs a function on each part of an
# array; [many devices](../training/devices.py) teaches both. This is a rewrite. `pjit` is `jax.jit` today, with a
# `NamedSharding` in `in_shardings` for a `PartitionSpec` in `in_axis_resources`.

# %%
mesh = jax.make_mesh((1,), ("data",))
rows = jax.sharding.PartitionSpec("data")
laid_out = jax.device_put(x, jax.sharding.NamedSharding(mesh, rows))
jax.shard_map(jnp.square, mesh=mesh, in_specs=rows, out_specs=rows)(laid_out)

# %% [markdown]
# ### `No module named 'jax.lib.xla_bridge'`

# %% raises="ModuleNotFoundError" match="No module named 'jax.lib.xla_bridge'"
from jax.lib.xla_bridge import get_backend

get_backend()

# %% [markdown]
# To ask which devices JAX has, use `jax.default_backend()` and `jax.devices()`; `x.devices()` says where an array `x`
# is. What `xla_bridge.get_backend()` returned is in `jax.extend.backend`. `from jax.lib import xla_bridge` fails with
# `cannot import name 'xla_bridge' from 'jax.lib'`.

# %%
from jax.extend.backend import get_backend

print(get_backend().platform == jax.default_backend())

# %% [markdown]
# ### `No module named 'jax.experimental.host_callback'`

# %% raises="ModuleNotFoundError" match="No module named 'jax.experimental.host_callback'"
from jax.experimental.host_callback import id_print

id_print(x)

# %% [markdown]
# For `id_print` and `id_tap` write `jax.debug.print` and `jax.debug.callback`. For `call` there is `jax.pure_callback`,
# if the function has no side effects, and `jax.experimental.io_callback` if it has some. Both need the shape and dtype
# of the result.


# %%
def on_host(x):
    return jax.pure_callback(np.sin, jax.ShapeDtypeStruct(x.shape, x.dtype), x)


jax.jit(on_host)(x)

# %% [markdown]
# ### `jax.device_put_replicated is deprecated; use jax.device_put instead`

# %% raises="AttributeError" match="jax.device_put_replicated is deprecated; use jax.device_put instead"
jax.device_put_replicated(x, jax.local_devices())

# %% [markdown]
# In spite of the wording, the function was removed. `jax.device_put` with a sharding puts an array on all devices
# of a mesh. For old code with `jax.pmap`, which needs one more axis with an entry for each device, repeat the array
# along that axis.

# %%
devices = jax.local_devices()
repeated = jnp.broadcast_to(x, (len(devices), *x.shape))
print(jax.pmap(jnp.sum)(repeated).shape == (len(devices),))

# %% [markdown]
# ## Old versions and old files
#
# Haiku uses parts of JAX that are not public, and a pickle names the functions that made it. So one package may fail
# where your own code has no error.
#
# ### `'Config' object has no attribute 'jax_experimental_name_stack'`

# %% raises="AttributeError" match="'Config' object has no attribute 'jax_experimental_name_stack'"
print(jax.config.jax_experimental_name_stack)

# %% [markdown]
# An old Haiku under a newer JAX: the traceback ends in a file of Haiku. Upgrade both together,
# `pip install --upgrade jax dm-haiku`, and restart Python. If you must stay with old versions, [Old
# code](../porting/old_code.py#first-the-environment) says which Haiku fits which JAX.

# %%
from importlib.metadata import version

print("jax", version("jax"), "and dm-haiku", version("dm-haiku"))

# %% [markdown]
# ### `module 'jax.core' has no attribute 'DropVar'`

# %% raises="AttributeError" match="module 'jax.core' has no attribute 'DropVar'"
print(jax.core.DropVar)

# %% [markdown]
# Another release of Haiku has the same problem; for some time JAX worded it
# `jax.core.DropVar was deprecated … and removed`. If the
# line that asks for the name is in a file of Haiku, these messages mean the same:
# `module 'jax.core' has no attribute 'CallPrimitive'`, `no attribute 'PmapFunction'` and
# `jax.interpreters.xla.xe was removed`. Upgrade both. If a network runs, as here, that is a good sign that the two fit.

# %%
fits = hk.transform(lambda x: hk.nets.MLP([2])(x))
print(fits.apply(fits.init(key, x[None]), None, x[None]).shape)

# %% [markdown]
# ### `No module named 'jax._src.device_array'`

# %% raises="ModuleNotFoundError" match="No module named 'jax._src.device_array'"
parts = (*np.arange(3.0).__reduce__(), {"weak_type": False})
old = b"cjax._src.device_array\nreconstruct_device_array\n"  # as JAX wrote it then
old += pickle.dumps(parts, protocol=0)[:-1] + b"R."
pickle.loads(old)

# %% [markdown]
# A pickle of parameters, written by an older JAX, names a function that has moved since. You do not need that JAX: what
# the file holds is a NumPy array, and a few lines put a function of your own in its place. `_reconstruct_array` is the
# name of the function in newer pickles. Loading a pickle can run code, so load only files that you trust, or read them
# with [a function that runs nothing](../porting/weights.py).


# %%
def rebuild(make, arguments, state, _):
    array = make(*arguments)
    array.__setstate__(state)
    return array


class OldArrays(pickle.Unpickler):
    def find_class(self, module, name):
        if name in ("reconstruct_device_array", "_reconstruct_array"):
            return rebuild
        return super().find_class(module, name)


OldArrays(io.BytesIO(old)).load()

# %% [markdown]
# ### `ShapedArray.__new__() got an unexpected keyword argument 'named_shape'`

# %% raises="TypeError" match="got an unexpected keyword argument 'named_shape'"
jax.core.ShapedArray((3,), jnp.float32, named_shape={})

# %% [markdown]
# An older JAX wrote this field into a pickle, or into a compiled program that was saved, as part of the type of the
# array; it has since been removed. The Unpickler of the entry above leaves the type out, so it reads such a pickle.

# %%
recent = pickle.dumps({"w": x})
print(OldArrays(io.BytesIO(recent)).load()["w"])

# %% [markdown]
# ## Messages that cannot be produced here
#
# These messages need another package, another device or other versions than this page has.
#
# ### `No module named 'haiku'`
#
# The package is called `dm-haiku`: run `pip install dm-haiku` with the Python that runs your code, or
# `%pip install dm-haiku` in a notebook. A package called `haiku` is not this library, so uninstall one that you have.
# `module 'haiku' has no attribute 'transform'` means that Python imports something else of this name: such a package, or a
# file `haiku.py` or a folder `haiku` of your own.
#
# ### `module 'jax.interpreters.xla' has no attribute 'pytype_aval_mappings'`
#
# TensorFlow Probability reads this name when it is imported, so `import tensorflow_probability` fails, and with it
# `import distrax`, `import rlax` and the agents that are built on them. Your own code has no error. Where the newest
# release of `tensorflow-probability` is older than your JAX, install the nightly build in its place:
# `pip uninstall tensorflow-probability`, then `pip install tfp-nightly`.
#
# ### `jaxlib version is newer than and incompatible with jax version`
#
# JAX comes in two packages that belong together, and one of them was upgraded alone, as the two numbers in the message
# show. Install them in one command, `pip install --upgrade jax jaxlib`, or name the same version for both. In a
# notebook restart the kernel afterwards, because the old package is still loaded.
#
# ### `RESOURCE_EXHAUSTED: Failed to allocate request for 2.00GiB on device ordinal 0`
#
# On a GPU, [out of memory](#resource_exhausted-out-of-memory-allocating) reads like this; another wording is
# `Out of memory while trying to allocate 2147483648 bytes`. If the number is smaller than the memory of the
# device, another process has reserved it: `nvidia-smi` lists them. Set `XLA_PYTHON_CLIENT_PREALLOCATE=false` or
# `XLA_PYTHON_CLIENT_MEM_FRACTION` for each of the processes that share the GPU.
#
# ### `An NVIDIA GPU may be present on this machine, but a CUDA-enabled jaxlib is not installed`
#
# JAX runs on the CPU, because its package for the GPU is not installed. Run `pip install --upgrade "jax[cuda13]"`, with
# the number of your CUDA version. Older releases said `No GPU/TPU found, falling back to CPU`, also on a machine
# without any, where you can ignore it. `jax.devices()` says what JAX uses.
#
# ## Older wordings
#
# What older versions say, and the entry for it above:
#
# - `'<class 'jaxlib.xla_extension.DeviceArray'>' object does not support item assignment. JAX arrays are immutable`:
#   [JAX arrays are immutable and do not support in-place …](#jax-arrays-are-immutable-and-do-not-support-in-place-item-assignment)
# - `The numpy.ndarray conversion method __array__() was called on the JAX Tracer object`:
#   [The numpy.ndarray conversion method __array__() was …](#the-numpyndarray-conversion-method-__array__-was-called-on-traced-array)
# - `The __index__() method was called on the JAX Tracer object`:
#   [The __index__() method was called on traced array](#the-__index__-method-was-called-on-traced-array)
# - `ConcretizationTypeError: Abstract tracer value encountered where concrete value is expected: Traced<ShapedArray(bool[])>`:
#   [Attempted boolean conversion of traced array](#attempted-boolean-conversion-of-traced-array)
# - `Encountered an unexpected tracer. Perhaps this tracer escaped through global state from a previously traced function`:
#   [Encountered an unexpected tracer](#encountered-an-unexpected-tracer)
# - `DeviceArray has been deleted`:
#   [Array has been deleted](#array-has-been-deleted)
# - `CopyToHostAsync() called on deleted or donated buffer`:
#   [Array has been deleted](#array-has-been-deleted)
# - `add got incompatible shapes for broadcasting: (2,), (3,)`:
#   [Incompatible shapes for broadcasting](#incompatible-shapes-for-broadcasting)
# - `Dict key mismatch; expected keys`:
#   [pytree structure error: different pytree metadata at …](#pytree-structure-error-different-pytree-metadata-at-key-path)
# - `Custom node type mismatch: expected type`:
#   [pytree structure error: different pytree metadata at …](#pytree-structure-error-different-pytree-metadata-at-key-path)
# - `scan carry output and input must have same type structure`:
#   [scan body function carry input and carry output must …](#scan-body-function-carry-input-and-carry-output-must-have-equal-types)
# - `scan carry output and input must have identical types`:
#   [scan body function carry input and carry output must …](#scan-body-function-carry-input-and-carry-output-must-have-equal-types)
# - `Scanned function carry input and carry output must have equal types`:
#   [scan body function carry input and carry output must …](#scan-body-function-carry-input-and-carry-output-must-have-equal-types)
# - `body_fun output and input must have identical types`:
#   [scan body function carry input and carry output must …](#scan-body-function-carry-input-and-carry-output-must-have-equal-types)
# - `true_fun and false_fun output must have identical types`:
#   [cond branches must have equal output types but they differ](#cond-branches-must-have-equal-output-types-but-they-differ)
# - `branch 0 and 1 outputs must have identical types`:
#   [cond branches must have equal output types but they differ](#cond-branches-must-have-equal-output-types-but-they-differ)
# - `Resource exhausted: Out of memory while trying to allocate`:
#   [RESOURCE_EXHAUSTED: Out of memory allocating](#resource_exhausted-out-of-memory-allocating)
# - `unhashable type: 'DeviceArray'`:
#   [Non-hashable static arguments are not supported](#non-hashable-static-arguments-are-not-supported)
# - `module 'jax.interpreters.xla' has no attribute 'DeviceArray'`:
#   [module 'jax.numpy' has no attribute 'DeviceArray'](#module-jaxnumpy-has-no-attribute-devicearray)
# - `cannot import name 'xla_bridge' from 'jax.lib'`:
#   [No module named 'jax.lib.xla_bridge'](#no-module-named-jaxlibxla_bridge)
# - `module 'jax.lib' has no attribute 'xla_bridge'`:
#   [No module named 'jax.lib.xla_bridge'](#no-module-named-jaxlibxla_bridge)
# - `cannot import name 'host_callback' from 'jax.experimental'`:
#   [No module named 'jax.experimental.host_callback'](#no-module-named-jaxexperimentalhost_callback)

# %% [markdown]
# ## No message at all
#
# The worst errors are silent. These pages make some of them on purpose:
#
# - an index out of range that is clamped, and a shape that broadcasts:
#   [vmap](../jax/batching.py), [the classifier](../haiku/classifier.py);
# - `float64` that becomes `float32`, with a warning if you asked for it by this name, without one if NumPy gave it:
#   [gradients](../jax/gradients.py);
# - one key for two draws: [random keys](../jax/random_keys.py);
# - a variable that a compiled function captured, and no longer sees change:
#   [compile the whole step](../haiku/compiled_training.py).

# %% [markdown]
# Next: [Cheat sheet: the calls you need](cheat_sheet.py).
