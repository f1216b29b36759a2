# %% [markdown]
# # A small transformer, written the way research code is
#
# Read a small language model class by class, train it, and look inside. At its core is attention with a causal mask,
# which keeps each position from seeing what comes after it:

# %% tags=["short"]
import haiku as hk
import jax


def net(x):  # (T, D)
    init = hk.initializers.VarianceScaling()
    attend = hk.MultiHeadAttention(2, 8, w_init=init)
    return attend(x, x, x, mask=jax.numpy.tri(4)[None])


x = jax.random.normal(jax.random.key(0), (4, 16))
params = hk.transform(net).init(jax.random.key(1), x)
slopes = jax.jacobian(hk.transform(net).apply, 2)
print((slopes(params, None, x) != 0).any(axis=(1, 3)) * 1)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - read the model file of a transformer, and say which parameters it has;
# - write attention by hand, and test its mask with a gradient;
# - train it with Optax and `lax.scan`, and read its attention maps.
#
# You need: [scopes and names](../haiku/modules.py), and a [compiled loop](../haiku/compiled_training.py).
#
# </div>
#
# ## The config: all sizes in one place
#
# The file begins with a **config**, so that no number is hidden in a layer, and `frozen=True` keeps code from changing
# it by accident.

# %%
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
import optax

# %%
from snippets.transformer import Config

# %% [markdown]
# ## Attention by hand
#
# A sequence is $T$ **tokens**, here digits, each described by $D$ numbers. Attention is the one layer of this network
# in which positions exchange information; the others treat each position alone. Each position sends out a *query*
# $q_t$, and offers a *key* $k_s$ and a *value* $v_s$, all of length $K$. Position $t$ compares its query with every
# key, and receives a mean of the values, weighted by how well the keys match the query:
#
# $$w_{ts} = \operatorname{softmax}_s\left(\frac{q_t \cdot k_s}{\sqrt K}\right), \qquad
# y_t = \sum_s w_{ts} \, v_s.$$
#
# A layer does this several times side by side, in $H$ **heads** with queries, keys and values of their own. (These
# keys have nothing to do with random keys.) In code each formula is one `einsum`, whose letters name the axes:


# %%
def attend(query, key, value):
    """Attention over axis -3; query, key and value are (..., T, H, K)."""
    logits = jnp.einsum("...thk,...shk->...hts", query, key)  # (..., H, T, T)
    weights = jax.nn.softmax(logits / np.sqrt(query.shape[-1]))  # rows sum to 1
    return jnp.einsum("...hts,...shk->...thk", weights, value)  # (..., T, H, K)


numbers = jax.random.normal(jax.random.key(0), (3, 5, 1, 4))
query, key, value = numbers  # each (T, H, K) = (5, 1, 4)
print(attend(query, key, value).shape)

# %% [markdown]
# Letters that appear on both sides of the arrow are kept, the others are summed over: `k` in the first line, `s` in the
# last. The `...` lets the function take batches too. Dividing by $\sqrt K$ keeps the logits at a size of about 1,
# whatever $K$ is, if the numbers in queries and keys are independent, with mean 0 and variance 1. Logits far apart
# would put nearly all the weight on one position, and the gradient of the softmax would almost vanish. (The root is
# NumPy's, because $K$ is a Python number that JAX need not trace. In `bfloat16`, write `K**0.5`: a NumPy number makes
# the logits `float32`.)
#
# ## A causal mask, tested by gradient
#
# A model that predicts the next token must not see it. Position $t$ may use the positions $0, \dots, t$ and none after
# it. This rule is imposed by a **causal mask**, a lower triangle of ones:

# %% tags=["plot", "cover"] alt="A triangle; its row t = 3 leaves four weights, which multiply columns of values to make the output."
# Caption: Masking leaves each position with weights for itself and the past alone.
from snippets.drawing import DATA, RUNS, array, arrow, canvas, note

t, length = 3, len(query)
scores = np.exp(query[t, 0] @ key[: t + 1, 0].T / np.sqrt(query.shape[-1]))
row = np.pad(scores / scores.sum(), (0, length - t - 1))  # its weights
columns = np.array(value[:, 0]).T  # (K, T)

axes = canvas(18.5)
of_mask = "mask=jax.numpy.tri(4)[None] | [1 0 0 0] | [1 1 0 0] | [1 1 1 0]"
of_weights = "weights = jax.nn.softmax(logits / np.sqrt(query.shape[-1]))"
of_values = "query, key, value = numbers"
of_output = 'jnp.einsum("...hts,...shk->...thk", weights, value)'
array(axes, 3.4, 4, np.tril(np.ones((length, length))), cell=2.2, of=of_mask)
for i in range(length):
    note(axes, 4.5 + 2.2 * i, 3.1, str(i), of=of_mask)
    note(axes, 2.6, 5.1 + 2.2 * i, str(i), of=of_mask)
    note(axes, 20.1 + 2.2 * i, 3.1, str(i), of=of_weights)
note(axes, 8.9, 1.2, "position t may use s", of=of_mask, color=DATA)
note(axes, 1, 9.5, "t", of=of_mask, color=DATA)
axes.add_patch(plt.Rectangle((3.4, 10.6), 11, 2.2, fill=False, ec=RUNS, lw=2.5))
array(axes, 19, 4, row, cell=2.2, form=".1f", of=of_weights)
arrow(axes, (14.5, 11.7), (18.9, 5.1), color=RUNS, of=of_weights)
note(axes, 24.5, 1.2, f"weights of t = {t}", of=of_weights, color=DATA)
array(axes, 19, 8.6, columns, cell=2.2, of=of_values)
note(axes, 18.6, 13, "values", "right", of_values, color=DATA)
note(axes, 24.5, 7.4, "times", of=of_output, color=RUNS)
array(axes, 33, 8.6, (columns @ row)[:, None], cell=2.2, of=of_output)
arrow(axes, (30.2, 13), (32.8, 13), color=RUNS, of=of_output)
note(axes, 34.1, 7.4, f"y[{t}]", of=of_output, color=DATA, family="monospace")
plt.show()

# %% [markdown]
# A first attempt multiplies the weights by the mask:


# %%
def leaky_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key)  # (..., H, T, T)
    weights = jax.nn.softmax(logits / np.sqrt(query.shape[-1]))
    weights = weights * jnp.tril(jnp.ones((length, length)))  # no weight on s > t
    return jnp.einsum("...hts,...shk->...thk", weights, value)


leaky_attention(query, key, value)[0, 0]

# %% [markdown]
# The function runs, the shapes are right, and every weight on the future is zero. To find out whether an output depends
# on the future, ask for the derivative. `jax.jacobian` gives the derivative of every output with respect to every entry
# of the arguments in `argnums`; taking the largest absolute value for each pair of positions gives a $(T, T)$ table.


# %%
def influence(attention, query, key, value):
    """(T, T): how strongly output t reacts to the key and value at s."""
    jacobians = jax.jacobian(attention, argnums=(1, 2))(query, key, value)
    # each (T, H, K, T, H, K): outputs first, then inputs
    return sum(jnp.abs(j).max(axis=(1, 2, 4, 5)) for j in jacobians)


table = np.array(influence(leaky_attention, query, key, value))  # (T, T)
print(table.round(2))

# %% [markdown]
# Row $t$ is an output, column $s$ an input. Above the diagonal there should be zeros, but there are none, because the
# future leaks in through a denominator. Can you see which?
#
# ## Exercise: mend the causal mask
#
# Define `causal_attention(query, key, value)`, the repaired `leaky_attention`. Arguments and result have the shape
# `(..., T, H, K)`, with any batch axes in front or none. Output $t$ must be the attention of position $t$ over the
# positions $0, \dots, t$, its own included, as if the later ones were not there, for inputs of any size, zeros included.
# The function should be differentiable, and run under `jax.jit`. In loops, for one head:


# %%
def causal_in_loops(query, key, value):
    """Causal attention for one head; query, key and value are (T, K)."""
    outputs = []
    for t in range(len(query)):
        logits = [query[t] @ key[s] / np.sqrt(len(key[s])) for s in range(t + 1)]
        scores = [np.exp(logit - max(logits)) for logit in logits]
        total = sum(w * v for w, v in zip(scores, value[: t + 1], strict=True))
        outputs.append(total / sum(scores))
    return np.array(outputs)


print(causal_in_loops(np.eye(3), np.eye(3), np.array([[1.0], [2.0], [4.0]])))

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Softmax divides by a sum over all positions, masked or not. A position is out of the sum when its logit is hugely
# negative *before* the softmax. `jnp.where(mask, logits, ...)` chooses element by element.
#
# </details>


# %% exercise="causal-mask" kind="repair" minutes="10"
def causal_attention(query, key, value):
    """Attention in which output t depends on positions 0 to t; all (..., T, H, K)."""
    ### BEGIN SOLUTION
    length = query.shape[-3]
    mask = jnp.tril(jnp.ones((length, length), bool))
    logits = jnp.einsum("...thk,...shk->...hts", query, key)
    logits = logits / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(mask, logits, -1e30))
    return jnp.einsum("...hts,...shk->...thk", weights, value)
    ### END SOLUTION


# %% check="causal-mask"
from publishing.teaching.checking import Check

_stops = {
    "TracerArrayConversion": "NumPy can be neither compiled nor differentiated: is everything computed with jnp?",
    "UnexpectedTracer": "Something made in a compiled call is kept for a later one.",
    "": "Do mask and logits fit, for any number of batch axes? Count axes from the end.",
}
_read = "A causal mask, tested by gradient"
_check = Check(globals(), "causal_attention", _read, _stops)


def compiled_with_slopes(attention):
    def total(parts):
        outputs = attention(*parts)
        return (outputs**2).sum(), outputs

    return jax.jit(lambda *parts: jax.grad(total, has_aux=True)(parts)[::-1])


def _attention(query, key, value, seen, scale=1.0, axis=-1, rest=1.0):
    logits = np.einsum("...thk,...shk->...hts", query, key) / query.shape[-1] ** 0.5
    logits = np.where(seen, logits * scale, -1e300)
    scores = np.exp(logits - logits.max(axis, keepdims=True))
    weights = scores / scores.sum(axis, keepdims=True) * rest
    return np.einsum("...hts,...shk->...thk", weights, value)


def _of_shape(length, size, width=3, heads=2, batch=()):
    draw, shape = np.random.default_rng(0), (*batch, length, heads, width)
    parts = np.float32(draw.normal(size=(3, *shape)))
    parts *= np.reshape([size, size, size or 1], (3, *[1] * len(shape)))
    parts[1, ..., 1:2, :, :] *= size != 3  # a key of zeros is a key like any other
    parts[2, ..., 2:4, :, :1] *= size != 3  # and so is a value of 0
    exact, way = parts.astype(float), draw.normal(size=parts.shape)
    past, of = np.tri(length), partial(_attention, *exact)
    mistakes = {
        "no position is masked.": of(True),
        "do the weights in a row add up to 1?": of(1, rest=past),
        "what weight does a logit of 0 get?": of(True, scale=past),
        "is the triangle the wrong way round?": of(past.T),
        "output t depends on position t + 1.": of(np.tri(length, k=1)),
        "output t does not use position t.": of(np.tri(length, k=-1)),
        "are the logits divided by the root of K?": of(past, scale=width**0.5),
        "along which axis does softmax sum to 1?": of(past, axis=-2),
        "a logit of 0 is masked, too.": of(past * (np.arange(length) != 1)),
        "": "What does softmax see: by what are logits divided, and is the future masked?",
    }
    if size == 1000:
        mistakes = {"": "What masks a logit must be far below logits of any size."}
    when = f"For arguments of shape {shape} and size {size}, "
    for by in (None, compiled_with_slopes)[:: -1 if batch else 1]:  # either comes first
        found = _check.call(*map(jnp.array, parts), by=by, when=when)
        outputs = found[0] if by else found
        _check.require(not isinstance(outputs, tuple), "Return the outputs alone.")
        fits = getattr(outputs, "shape", None) == shape
        told = "an output is nan or inf. Does each row keep a position? Can exp overflow, or a sum be 0?"
        _check.require(not fits or np.isfinite(outputs).all(), when + told)
        _check.agrees(outputs, of(past), mistakes, when, rtol=2e-3)
        if by and size < 1000:
            near = _attention(*(exact + 1e-6 * way), past)
            slope = (near**2 - of(past) ** 2).sum() / 1e-6
            others = {"": "Is a part of the computation held back from the gradient?"}
            yours = sum(map(np.vdot, found[1], way))
            _check.agrees(yours, slope, others, when, "the gradient", rtol=5e-3)


_many = int(np.random.default_rng().integers(17, 30))
for _case in (5, 1), (6, 3, 5, 3, (2, 3)), (5, 1000), (4, 0, 1, 1), (1, 0.01, 2, 1):
    _of_shape(*_case)  # the size 0 is that of all logits
_check.over(_of_shape, (5, 1), (_many, 1))
print("Agrees with attention over the positions 0 to t, and so does its gradient.")

# %% [markdown]
# ## `SelfAttention`: the module around it
#
# Where do queries, keys and values come from? In *self*-attention all three are linear maps of the same `x`. The module
# below adds these maps, an optional mask, and a last linear map that mixes the heads. It returns the weights too,
# because we want to look at them later. (What is under `offset` is for [the end of this
# page](#generate-with-a-cache-of-keys-and-values).)


# %%
from snippets.transformer import SelfAttention

# %% [markdown]
# `@hk.transparent` keeps the method's name out of the scope: the parameters are stored under `attention/query`, not
# under `attention/~project/query`. One `hk.Linear` makes the queries of all heads, and `reshape` cuts its output into
# heads. So a head is a group of columns in a matrix, and has no entry of its own in the tree:


# %%
def by_hand(x):
    return SelfAttention(heads=4, key_size=8, name="attention")(x)[0]


x = jax.random.normal(jax.random.key(1), (3, 8, 32))  # (B, T, D)
mine = hk.without_apply_rng(hk.transform(by_hand))
params = mine.init(jax.random.key(2), x)
for module, its in params.items():
    print(f"{module:16}", {name: value.shape for name, value in its.items()})

# %% [markdown]
# Haiku has this module too, as `hk.MultiHeadAttention`. It takes query, key and value as three arguments, so that they
# may come from different sequences. It also wants an initialiser (old code: `w_init_scale=`), and it does not return
# its weights. Our parameters have the names that it uses, so it should accept them:


# %%
def by_haiku(x):
    init = hk.initializers.VarianceScaling(1.0)
    attention = hk.MultiHeadAttention(4, key_size=8, w_init=init, name="attention")
    return attention(x, x, x)


theirs = hk.without_apply_rng(hk.transform(by_haiku))
print(jnp.allclose(mine.apply(params, x), theirs.apply(params, x), atol=1e-2))

# %% [markdown]
# Both modules give the same outputs here. Use Haiku's module unless you need the weights or another kind of attention.
#
# Both store a weight for each pair of positions, which becomes too much for long sequences. In float32, the lines from
# `logits` to `heads` are also one call, with the same axes and, on a CPU, the same memory. It passes the test of the
# mask:

# %%
in_one_call = partial(jax.nn.dot_product_attention, is_causal=True)
print(np.array(influence(in_one_call, query, key, value)).round(2))

# %% [markdown]
# On recent NVIDIA GPUs its `implementation="cudnn"` can take a fused kernel for 16-bit inputs, which does not store the
# weights.
#
# ## MLP and block
#
# After attention has moved information between positions, an MLP works on each position alone. A **block** applies the
# two in turn. The result of each is *added* to `x`, so gradients have a direct path back to the first layer. Attention
# and MLP each read their input through a `LayerNorm`, which shifts the $D$ numbers of a position to mean 0 and rescales
# them to a variance of about 1 (less if they differ only by hundredths). It then multiplies by a trained scale and adds
# a trained offset. A network that computes these two from another input hands them over:
# `hk.LayerNorm(-1, False, False)(x, scale=..., offset=...)`.


# %%
from snippets.transformer import Block

# %%
block = hk.transform(lambda x: Block(Config())(x))
print([*jax.eval_shape(block.init, jax.random.key(0), jnp.ones((1, 8, 32)))])

# %% [markdown]
# `layer_norm` is a function, not a module, so it opens no scope: what it makes belongs to the block that calls it, as
# `layer_norm` and `layer_norm_1`. The key size is `width // heads`, the usual choice.
#
# ## `Transformer`: embeddings, positions, blocks
#
# Tokens are integers, so `hk.Embed` holds a matrix with one row for each token of the vocabulary, and looks up the rows
# of those that it is given. Attention ignores order, unless a mask imposes one, so a trained vector for the position is
# added to each token. At the end come one more `LayerNorm` and a linear map to a logit for each token of the
# vocabulary.


# %%
from snippets.transformer import Transformer

# %%
config = Config()


def forward(tokens, causal=False):
    return Transformer(config)(tokens, causal)


network = hk.without_apply_rng(hk.transform(forward))

# %% [markdown]
# The positions start from the same distribution as the rows of `hk.Embed`; with
# `stddev=0.02` they would be fifty times smaller than the tokens. Blocks get their names from the loop, so that
# `block_1` is the second block. And `causal` is a Python bool that decides which code is traced, as `is_training` does
# in other files. This mask has no parameters, so the tree is the same with it and without.
#
# ## Exercise: attend to one more position
#
# A model that writes text adds a token at a time, and causal outputs of earlier positions stay as they are. So keep their
# keys and values, here in arrays with room for a fixed number, and compute the output of the new position alone:


# %%
def empty_cache(*shape):
    """Room for keys and values of shape (..., T, H, K), of which none has come."""
    return {"key": jnp.zeros(shape), "value": jnp.zeros(shape), "count": jnp.array(0)}


def decode(attend_next, query, key, value, cache):
    """Attend to one position after the other; query, key and value are (..., T, H, K)."""

    def step(cache, now):
        output, cache = attend_next(*now, cache)
        return cache, output

    steps = [jnp.moveaxis(part, -3, 0) for part in (query, key, value)]
    cache, outputs = jax.lax.scan(step, cache, steps)
    return jnp.moveaxis(outputs, 0, -3), cache


# %% [markdown]
# Define `attend_next(query, key, value, cache)`, for the arrays `(..., H, K)` of the next position and a cache that is
# not full. It returns the output for that position, as `causal_attention` gives it, and the cache with its key, its value
# and the new count. Outputs and gradients must be right for inputs of any size, in loops of JAX and outside. No array in
# it may have more entries than the keys in the cache.

# %% exercise="attend-next" kind="build" minutes="12"
### BEGIN SOLUTION


def attend_next(query, key, value, cache):
    at = cache["count"]
    keys = cache["key"].at[..., at, :, :].set(key)  # (..., T, H, K)
    values = cache["value"].at[..., at, :, :].set(value)
    logits = jnp.einsum("...hk,...shk->...hs", query, keys) / np.sqrt(query.shape[-1])
    there = jnp.arange(keys.shape[-3]) <= at
    weights = jax.nn.softmax(jnp.where(there, logits, -1e30))  # (..., H, T)
    output = jnp.einsum("...hs,...shk->...hk", weights, values)
    return output, {"key": keys, "value": values, "count": at + 1}


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Write first, then read. The room that is left holds zeros, and a logit of zero has a weight: which places of the cache
# may the new position use, if `count` is a tracer? `keys[..., at, :, :]` counts axes from the end.
#
# </details>

# %% check="attend-next"
from publishing.teaching.checking import Check

_stops = {
    "oncrete": "The count is a tracer in a loop: compare it with jnp.arange, do not slice by it.",
    "carry": "The cache goes out with the keys, shapes and dtypes with which it came in.",
    "unpack": "It returns two things: the output and the cache.",
    "item assignment": "Arrays do not change: .at[...].set makes new ones.",
    "": "It gets (..., H, K) three times, and the cache. Count axes from the end.",
}
_check = Check(globals(), "attend_next", "A causal mask, tested by gradient", _stops)


def decoded_with_slopes(attend_next):
    def total(parts, cache):
        outputs, cache = decode(attend_next, *parts, cache)
        return (outputs**2).sum(), (outputs, cache)

    slopes = jax.jit(jax.grad(total, has_aux=True))
    return lambda *parts: slopes(parts[:3], parts[3])[::-1]


def largest_array_of(attend_next):
    def of(*given):
        jaxpr = jax.make_jaxpr(attend_next)(*given).jaxpr
        return max(var.aval.size for each in jaxpr.eqns for var in each.outvars)

    return of


def _by_steps(query, key, value, room, late=0, seen=0, zero=True, root=0.5):
    outputs, (length, _, size) = [], query.shape[-3:]
    for t in range(length):
        there = t + 1 - late
        spare = [(0, 0)] * (key.ndim - 3) + [(0, room - there), (0, 0), (0, 0)]
        keys, values = (np.pad(x[..., :there, :, :], spare) for x in (key, value))
        logits = (
            np.einsum("...hk,...shk->...hs", query[..., t, :, :], keys) / size**root
        )
        used = (np.arange(room) < there + seen) & (zero | (logits != 0))
        logits = np.where(used, logits, -1e300)
        scores = np.exp(logits - logits.max(axis=-1, keepdims=True))
        weights = scores / scores.sum(axis=-1, keepdims=True)
        outputs.append(np.einsum("...hs,...shk->...hk", weights, values))
    return np.stack(outputs, axis=-3)


def _of_length(length, size, spare, width=2, heads=3, batch=()):
    draw, shape = np.random.default_rng(0), (*batch, length, heads, width)
    parts = np.float32(size * draw.normal(size=(3, *shape)))
    parts[1, ..., 2:3, :, :] *= size != 3  # a key of zeros is a key like any other
    exact, room = parts.astype(float), length + spare
    when = f"For {shape} and room for {room}, "
    start = empty_cache(*batch, room, heads, width)
    given = *map(jnp.array, parts), start
    (outputs, cache), slopes = _check.call(*given, by=decoded_with_slopes, when=when)
    rest = [(0, 0)] * len(batch) + [(0, spare), (0, 0), (0, 0)]
    full = {"key": np.pad(parts[1], rest), "value": np.pad(parts[2], rest)}
    told = {"": "Key and value go to the place count, and count grows by 1."}
    _check.agrees(cache, full | {"count": length}, told, when, "the cache")
    told = f"{when}an output is nan or inf: can exp overflow, or a sum be 0?"
    _check.require(np.isfinite(outputs).all(), told)
    of = partial(_by_steps, *exact, room)
    mistakes = {
        "what has not come yet gets a weight, too.": of(seen=room),
        "is the cache read before the new key is in it?": of(late=1),
        "a position does not see itself.": of(seen=-1),
        "a logit of 0 is masked, too.": of(zero=False),
        "are the logits divided by the root of K?": of(root=0),
        "": "Which places of the cache may position t use?",
    }
    _check.agrees(outputs, right := of(), mistakes, when, "the output", rtol=2e-3)
    way = draw.normal(size=parts.shape)
    rise = (_by_steps(*(exact + 1e-6 * way), room) ** 2 - right**2).sum() / 1e-6
    told = {"": "Is a part of the computation held back from the gradient?"}
    if size < 30:
        mine = sum(map(np.vdot, slopes, way))
        _check.agrees(mine, rise, told, when, "the gradient", rtol=5e-3)
    now = [part[..., 0, :, :] for part in given[:3]]
    alone, _ = _check.call(*now, start, when=when)
    _check.agrees(alone, right[..., 0, :, :], {}, when, "the output outside of a loop")
    largest = _check.call(*now, start, by=largest_array_of, when=when)
    told = f"{when}an array has {largest} entries, the keys {start['key'].size}: is it attention for one position?"
    _check.require(largest <= start["key"].size, told)


_many = int(np.random.default_rng().integers(17, 30))
for _case in (5, 1, 3), (6, 3, 0, 5, 3, (2, 3)), (1, 1, 4, 2, 1), (5, 30, 3):
    _of_length(*_case)
_check.over(_of_length, (5, 1, 3), (_many, 1, 40))
print("One position after the other agrees with causal attention, without its table.")

# %% [markdown]
# Here is the tree of the network to be trained, without the second block, which looks like the first.

# %%
tokens = jnp.zeros((1, config.length), int)
start = jax.jit(network.init)(jax.random.key(0), tokens)
for module, its in start.items():
    if "block_1" not in module:
        print(f"{module:36}", {name: value.shape for name, value in its.items()})
print("parameters:", hk.data_structures.tree_size(start))

# %% [markdown]
# ## The task, the loss, the step
#
# The tokens are ten digits, a sequence has eight of them, and the targets are the same digits in reverse order.
# Reversing needs attention, because each output has to fetch a token from another position. Each batch is drawn when it
# is needed. Out of {{ config.vocabulary**config.length:,}} sequences, training sees fewer than seven thousand, so
# memorising them would not help.


# %%
def make_batch(key, size=32):
    tokens = jax.random.randint(key, (size, config.length), 0, config.vocabulary)
    return tokens, tokens[:, ::-1]  # both (B, T)


def loss_fn(params, batch, causal=False):
    tokens, targets = batch
    logits, _ = network.apply(params, tokens, causal)  # (B, T, V)
    cross_entropy = optax.softmax_cross_entropy_with_integer_labels
    loss = cross_entropy(logits, targets).mean()  # mean over (B, T)
    accuracy = (logits.argmax(axis=-1) == targets).mean()
    return loss, {"loss": loss, "accuracy": accuracy}


# %% [markdown]
# **Optax** supplies the optimiser, as it does in most JAX code. An optimiser is [a pair of
# functions](../training/training_loops.py#optax-an-optimiser-is-two-functions), like a network in Haiku: `init` makes
# its state, and `update` turns gradients into changes to the parameters. `adamw` scales each change by running means of
# the gradients, and shrinks the parameters a little (*weight decay*). Those running means are unreliable in the first
# steps, so the learning rate *warms up*: it starts at 0 and climbs. Afterwards it falls along a cosine.

# %%
steps = 200
schedule = optax.warmup_cosine_decay_schedule(
    init_value=0.0, peak_value=3e-3, warmup_steps=50, decay_steps=steps
)
optimizer = optax.adamw(schedule, weight_decay=1e-4)


class TrainingState(NamedTuple):
    params: hk.Params
    opt_state: optax.OptState
    step: jax.Array


def train_step(state, _, causal=False):
    batch = make_batch(jax.random.fold_in(jax.random.key(1), state.step))
    grads, metrics = jax.grad(loss_fn, has_aux=True)(state.params, batch, causal)
    updates, opt_state = optimizer.update(grads, state.opt_state, state.params)
    params = optax.apply_updates(state.params, updates)
    return TrainingState(params, opt_state, state.step + 1), metrics


# %% [markdown]
# `train_step` has the form that `lax.scan` requires: it takes a state and an input (here none) and returns the new
# state and metrics. The step number is part of the state, and `fold_in` makes the key of its batch from it. Now only
# the loop remains to be compiled:


# %%
@jax.jit(static_argnames=("steps", "causal"))
def train(state, steps, causal=False):
    return jax.lax.scan(partial(train_step, causal=causal), state, length=steps)


first = TrainingState(start, optimizer.init(start), jnp.array(0))
trained, metrics = train(first, steps)
accuracy = metrics["accuracy"]  # (steps,)
for step in (0, 24, 49, 99, steps - 1):
    print(f"step {step + 1:3}: accuracy {accuracy[step]:.3f}")

held_out = make_batch(jax.random.key(9), 1024)
_, held_out_metrics = jax.jit(loss_fn)(trained.params, held_out)
print(f"held out: accuracy {held_out_metrics['accuracy']:.3f}")

# %% [markdown]
# The accuracy counts single tokens, each time on a new batch. At the last step, and on
# a thousand more sequences, it is {{ float(accuracy[-1]):.3f}}, so the network has learned to reverse.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Now train from the same start with `causal=True`. Position $t$ then sees only the tokens $0$ to $t$. What is the
# highest accuracy that such a network can reach on this task?
#
# - [{{ abs(last - 0.1) < 0.02 }}] 0.10
# - [{{ abs(last - 0.5) < 0.02 }}] 0.50
# - [{{ abs(last - 0.55) < 0.02 }}] 0.55
# - [{{ abs(last - 1) < 0.02 }}] 1.00
#
# </div>

# %% tags=["predict"]
causal_trained, causal_metrics = train(first, steps, causal=True)
last = causal_metrics["accuracy"][-50:].mean()
print(f"causal, mean of the last 50 steps: {last:.3f}")

# %% tags=["hidden"]
assert held_out_metrics["accuracy"] > 0.99
assert abs(last - 0.55) < 0.02

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Output $t$ is token $7 - t$, which position $t$ can see if $7 - t \le t$. That holds for four of the eight positions.
# For the other four the network has to guess, and is right once in ten. So the best is
# $\frac12 \cdot 1 + \frac12 \cdot \frac1{10} = 0.55$, on average. A mask that leaked would show here as an accuracy
# that is too good. (A model that generates would be given the eight digits first, and write the answer after them.)
#
# </details>

# %% tags=["plot"] alt="Accuracy against step. Seeing all, 1.0 within 100 steps; causal, level at the dashed line 0.55."
# Caption: The causal network reaches what can be known from the past, and no more.
figure, axes = plt.subplots()
axes.plot(np.arange(steps) + 1, accuracy, "C0")
axes.plot(np.arange(steps) + 1, causal_metrics["accuracy"], "C1")
axes.axhline(0.55, color="C2", ls="--", lw=1)
axes.text(steps, 0.95, "every position sees all", color="C0", ha="right", va="top")
axes.text(steps, 0.45, "causal", color="C1", ha="right", va="top")
axes.text(steps, 0.62, "best possible with the mask", color="C2", ha="right")
axes.set(
    xlabel="step",
    ylabel="accuracy per token, fresh batch",
    ylim=(0, 1.05),
    title="Learning to reverse eight digits",
)
plt.show()

# %% [markdown]
# Both runs start near 0.1, the accuracy of guessing. The causal one stays at the line that you worked out.
# `jax.lax.top_k` shows where it guesses, with the two likeliest tokens of each position:

# %%
logits, _ = jax.jit(network.apply, static_argnums=2)(
    causal_trained.params, held_out[0], True
)
chances, likeliest = jax.lax.top_k(jax.nn.softmax(logits[0]), 2)  # each (T, 2)
print(chances.T.round(2))

# %% tags=["hidden"]
assert chances[:4].max() < 0.5 < chances[4:, 0].min()

# %% [markdown]
# ## Read the attention maps
#
# The network returned its weights. Averaged over many sequences, they show what each head does regardless of the digits.
# To reverse, position $t$ has to fetch from $7 - t$, so we expect weight on the anti-diagonal.

# %%
apply = jax.jit(network.apply, static_argnames="causal")
_, maps = apply(trained.params, held_out[0])  # (N, B, H, T, T)
mean_maps = np.array(maps.mean(axis=1))  # (N, H, T, T)
on_target = mean_maps[..., ::-1].trace(axis1=-2, axis2=-1) / config.length  # (N, H)
print(on_target.round(2))

# %% tags=["plot"] alt="Four attention maps, two blocks by two heads. Where weight is high, it lies in the squares of the anti-diagonal."
# Caption: The network has learned where to look, not which digits to expect.
figure, panels = plt.subplots(
    2, 2, figsize=(5.6, 6.4), layout="constrained", sharex=True, sharey=True
)
places = np.arange(config.length)
for number, panel in enumerate(panels.flat):
    block, head = divmod(number, config.heads)
    image = panel.imshow(mean_maps[block, head], vmin=0, vmax=1)
    panel.plot(places[::-1], places, "s", ms=13, mfc="none", mec="C1", mew=1)
    panel.set(title=f"block {block}, head {head}", xticks=places, yticks=places)
    panel.grid(visible=False)
for panel in panels[1]:
    panel.set_xlabel("position s")
for panel in panels[:, 0]:
    panel.set_ylabel("position t")
figure.suptitle("Where t looks; squares mark s = 7 - t", size="medium")
figure.colorbar(image, ax=panels, label="mean weight", location="bottom", shrink=0.6)
plt.show()

# %% [markdown]
# Each row sums to 1 and shows where one position looks. The clearest head puts {{ 100 * on_target.max():.0f}}% of its
# weight on the position that it has to copy from; spread evenly, it would be {{ 100 / config.length:.1f}}%. Because
# the pattern survives the average over digits, it comes from the positions. Several heads share the work here.
#
# ## Test the whole network by gradient
#
# A map shows where a head looks, not what the network does with what it reads. So use the outputs to test a claim about
# dependence, as you did for one layer, but not with respect to the tokens:

# %% raises="TypeError" match="grad requires real- or complex-valued inputs .* but got int32"
jax.grad(lambda tokens: apply(trained.params, tokens)[0].sum())(held_out[0])

# %% [markdown]
# They are integers. But row $s$ of the parameter `positions` is added at position $s$ and nowhere else, so you
# can differentiate with respect to that row instead:


# %%
@jax.jit(static_argnames="causal")
def position_influence(params, tokens, causal):
    """(T, T): how strongly the logits at t react to the vector of position s."""

    def logits_of(positions):
        own = {**params["transformer"], "positions": positions}
        changed = {**params, "transformer": own}
        return network.apply(changed, tokens[:1], causal)[0][0]  # (T, V)

    jacobian = jax.jacobian(logits_of)(params["transformer"]["positions"])
    return jnp.abs(jacobian).max(axis=(1, 3))  # (T, V, T, D) -> (T, T)


reacts = position_influence(trained.params, held_out[0], causal=True) > 0
print(reacts.astype(int))

# %% [markdown]
# On this sequence, through two blocks with all their norms, every derivative of an earlier output with respect to a
# later position is 0. Keep such a test with a masked network. It can miss what goes through an index, a rounding or
# `stop_gradient`, so change a token as well, and see which outputs move.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Take the trained network, set `positions` to zeros, and shuffle the tokens of a sequence. How do the logits change?
#
# - [{{ np.allclose(np.array(_plain)[:, _order], _mixed, atol=1e-3) }}] They are shuffled in the same way.
# - [{{ np.allclose(_plain, _mixed, atol=1e-3) }}] Not at all: order has no effect now.
# - [{{ np.allclose(_mixed, _mixed[:, :1], atol=1e-3) }}] They become equal at all positions.
# - [{{ not np.allclose(np.sort(_plain, 1), np.sort(_mixed, 1), atol=1e-3) }}] All take other values.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# They are shuffled in the same way, and otherwise unchanged. Queries, keys and values come from one token at a time,
# and a weighted mean doesn't care about the order of its terms. So without positions the network cannot learn to
# reverse, because it cannot even tell the first token from the last. (With the causal mask, order matters: each
# position sees only the tokens up to its own.)
#
# </details>

# %% tags=["hidden"]
_blind = {
    **trained.params,
    "transformer": {"positions": jnp.zeros((config.length, config.width))},
}
_order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
with jax.default_matmul_precision("highest"):
    _plain = apply(_blind, held_out[0])[0]
    _mixed = apply(_blind, np.array(held_out[0])[:, _order])[0]

# %% [markdown]
# ## `hk.remat`: compute again, and keep less
#
# With `remat=True`, each block is under [`hk.remat`](transforms_inside.py#leaked-tracers-hkremat). Here names stay the
# same, and so do results, apart from rounding. Count the matrix products in the program of the
# gradient:


# %%
def loss_with(config, params):
    net = hk.without_apply_rng(hk.transform(lambda t: Transformer(config)(t)[0]))
    tokens, targets = held_out
    one_hot = jax.nn.one_hot(targets, config.vocabulary)
    return optax.softmax_cross_entropy(net.apply(params, tokens), one_hot).mean()


grads, products = {}, {}
for remat in (False, True):
    gradient = jax.grad(partial(loss_with, replace(config, remat=remat)))
    products[remat] = str(jax.make_jaxpr(gradient)(start)).count("dot_general")
    grads[remat] = jax.jit(gradient)(start)
gaps = jax.tree.map(lambda a, b: jnp.abs(a - b).max(), grads[False], grads[True])
print("matrix products:", products)
print(f"largest difference of gradients: {max(jax.tree.leaves(gaps)):.1e}")

# %% [markdown]
# The extra products are most of the blocks' forward pass, done a second time. [Memory](../training/memory.py) measures
# what that saves, and what `keep` adds.
#
# ## Generate with a cache of keys and values
#
# A model that generates appends its likeliest token and reads on. Under a causal mask this changes nothing at earlier
# positions, so their keys and values can be kept. With `offset=t`, the network reads the token at position $t$ alone,
# and each attention keeps keys and values in the state, here called the **cache**:


# %%
def next_logits(token, t):  # (B,), at position t
    return Transformer(config)(token[:, None], offset=t)[0][:, 0]  # (B, V)


cached = hk.without_apply_rng(hk.transform_with_state(next_logits))
token, written = held_out[0][:, 0], []  # (B,)
_, cache = jax.jit(cached.init)(jax.random.key(0), token, 0)
write = jax.jit(cached.apply)
for t in range(config.length):
    written.append(token)
    logits, cache = write(causal_trained.params, cache, token, t)
    token = logits.argmax(axis=1)  # (B,)
written = jnp.stack(written, axis=1)  # (B, T)
full, _ = apply(causal_trained.params, written, causal=True)  # (B, T, V)
print(f"difference of the last logits: {jnp.abs(full[:, -1] - logits).max():.0e}")
print(jax.tree.map(jnp.shape, cache))

# %% [markdown]
# The logits are those of the full pass, and each step computes them for one position in place of
# {{ config.length }}.
#
# ## Exercise: attend to another sequence
#
# A decoder that translates attends to the sentence it translates: queries come from `x`, keys and values from a
# `memory` of another length and another width. In a batch, memories differ in length and are *padded* to the longest,
# and the padding must not count, whatever numbers it holds.
#
# Define `cross_attention(params, x, memory, lengths, num_heads)` in plain `jnp`, without a Haiku module.
#
# - `params` is the tree of an `hk.MultiHeadAttention`, with the entries `multi_head_attention/query`, `/key`, `/value`
#   and `/linear`, each with `w` and `b`. Queries, keys and values all have the width $H K$;
# - `x` has the shape `(B, T, D)` and `memory` the shape `(B, S, M)`;
# - `lengths`, integers of shape `(B,)`, says how many rows of each memory are real. They come first, and there is at
#   least one;
# - the result has the shape `(B, T, outputs)`, where `outputs` is the width of `linear`.
#
# It should be differentiable, and run under `jax.jit`, where `lengths` is traced. For one example, in loops:


# %%
def cross_attention_in_loops(params, x, memory, length, num_heads):
    """For one x (T, D) and one memory (S, M)."""

    def linear(name, rows):
        its = params[f"multi_head_attention/{name}"]
        return rows @ np.array(its["w"], float) + np.array(its["b"], float)

    memory = memory[:length]  # the padding is gone
    query, key, value = (
        linear("query", x),
        linear("key", memory),
        linear("value", memory),
    )
    outputs = np.zeros((len(x), value.shape[1]))
    columns = np.split(np.arange(query.shape[1]), num_heads)  # K columns for each head
    for t in range(len(x)):
        for own in columns:
            logits = key[:, own] @ query[t, own] / np.sqrt(len(own))
            weights = np.exp(logits - logits.max())
            outputs[t, own] = weights @ value[:, own] / weights.sum()
    return linear("linear", outputs)


def haiku_cross_attention(x, memory):
    init = hk.initializers.VarianceScaling(1.0)
    return hk.MultiHeadAttention(2, key_size=3, w_init=init)(x, memory, memory)


x = jax.random.normal(jax.random.key(3), (2, 4, 5))  # (B, T, D)
memory = jax.random.normal(jax.random.key(4), (2, 6, 7))  # (B, S, M)
theirs = hk.without_apply_rng(hk.transform(haiku_cross_attention))
params = jax.jit(theirs.init)(jax.random.key(5), x, memory)
print(cross_attention_in_loops(params, x[0], memory[0], 6, num_heads=2).round(2))
print(np.array(jax.jit(theirs.apply)(params, x, memory)[0]).round(2))

# %% tags=["hidden"]
with jax.default_matmul_precision("highest"):
    assert np.allclose(
        cross_attention_in_loops(params, x[0], memory[0], 6, num_heads=2),
        jax.jit(theirs.apply)(params, x, memory)[0],
        atol=1e-4,
    )

# %% [markdown]
# Without padding, the loops and Haiku's module give the same four rows.
#
# <details>
# <summary>Hint</summary>
#
# The logits have the shape `(B, H, T, S)`. The mask says for each example and each memory row whether it is real:
# compare `jnp.arange(S)` with `lengths`, and give the result axes of length 1 for the heads and the queries.
#
# </details>


# %% exercise="cross-attention" kind="build" minutes="20"
def cross_attention(params, x, memory, lengths, num_heads):
    """Attention of x (B, T, D) to the real rows of memory (B, S, M)."""

    ### BEGIN SOLUTION
    def linear(name, rows):
        its = params[f"multi_head_attention/{name}"]
        return rows @ its["w"] + its["b"]

    def heads(name, rows):
        return linear(name, rows).reshape(*rows.shape[:2], num_heads, -1)

    query, key, value = heads("query", x), heads("key", memory), heads("value", memory)
    logits = jnp.einsum("bthk,bshk->bhts", query, key) / np.sqrt(query.shape[-1])
    real = jnp.arange(memory.shape[1]) < lengths[:, None]  # (B, S)
    weights = jax.nn.softmax(jnp.where(real[:, None, None, :], logits, -1e30))
    out = jnp.einsum("bhts,bshk->bthk", weights, value)
    return linear("linear", out.reshape(*x.shape[:2], -1))
    ### END SOLUTION


# %% check="cross-attention"
from publishing.teaching.checking import Check

_cut = "A traced length cannot cut a slice; what can you do with it instead?"
_advice = {
    "ArrayConversion": "NumPy can be neither compiled nor differentiated: is everything computed with jnp?",
    "racer": _cut,
    "static": _cut,
    "hk.transform": "A Haiku module works in a transform only; what do you need from one?",
    "contracting": "Do queries come from x, keys and values from memory?",
    "": "Which axes do logits and mask have? Sizes may all differ.",
}
_read = "SelfAttention: the module around it"
_check = Check(globals(), "cross_attention", _read, _advice)


def compiled_with_slopes(attention):
    def total(parts, lengths, num_heads):
        outputs = attention(*parts, lengths, num_heads)
        return (outputs**2).sum(), outputs

    both = jax.jit(jax.grad(total, has_aux=True), static_argnums=2)
    return lambda *given: both(given[:3], *given[3:])[::-1]


def _attention(parts, heads, seen, scale=1.0, axis=-1, rest=1.0, **others):
    def linear(name, rows):
        its = (parts[0] | others)[f"multi_head_attention/{name}"]
        return rows @ its["w"] + its["b"]

    def cut(name, rows):
        return linear(name, rows).reshape(*rows.shape[:2], heads, -1)

    query, key, value = map(cut, ("query", "key", "value"), parts[1:2] + 2 * parts[2:])
    logits = np.einsum("bthk,bshk->bhts", query, key) / query.shape[-1] ** 0.5
    logits = np.where(seen, logits * scale, -1e300)
    scores = np.exp(logits - logits.max(axis, keepdims=True))
    weights = scores / scores.sum(axis, keepdims=True) * rest
    out = np.einsum("bhts,bshk->bthk", weights, value)
    return linear("linear", out.reshape(*out.shape[:2], -1))


_names = [f"multi_head_attention/{n}" for n in ("query", "key", "value", "linear")]
_draw = np.random.default_rng(1)
_many = int(_draw.integers(17, 30))
for _b, _t, _s, _d, _m, _heads, _k, _outputs, _size, _lengths, _order in (
    (2, 4, 6, 5, 7, 2, 3, 9, 1, [6, 6], (None,)),
    (3, 3, 5, 4, 2, 4, 2, 3, 1, [4, 2, 1], (compiled_with_slopes,)),
    (1, 1, 8, 3, 9, 1, 5, 10, 9, np.uint8([3]), (compiled_with_slopes, None)),
    (3, 3, 3, 1, 1, 3, 1, 1, 0.01, [2, 3, 1], (None,)),
    (2, 4, _many, 5, 7, 2, 3, 9, 1, [1, _many - 1], (None,)),
    (2, 4, 6, 5, 7, 2, 3, 9, 30, [1, 5], (None,)),
):
    _lengths, _wide, _before = np.array(_lengths), _heads * _k, np.arange(_s)
    _seen = _before < _lengths[:, None, None, None]  # (B, 1, 1, S)
    _real = _seen[:, 0, 0, :, None]  # (B, S, 1)
    _sizes = (_d, _wide), (_m, _wide), (_m, _wide), (_wide, _outputs)
    _w = [_draw.normal(size=size) / size[0] ** 0.5 for size in _sizes]
    _its = [{"w": w, "b": _draw.normal(size=w.shape[1])} for w in _w]
    _its = dict(zip(_names, _its, strict=True))
    _x, _memory = (_size * _draw.normal(size=(_b, *n)) for n in ((_t, _d), (_s, _m)))
    _memory[:, :1] *= _b != 3  # a row of zeros is a row like any other
    _memory *= np.where(_real, 1, 50)
    _zeros, _exact = (_its, _x, _memory * _real), (_its, _x, _memory)
    _of = partial(_attention, _exact, _heads)
    _right = _of(_seen)
    _bare = {name: part | {"b": 0} for name, part in _its.items()}
    _last = {_names[-1]: {"w": np.eye(_wide), "b": 0}}
    _mixed = np.arange(_wide).reshape(_k, _heads).T.ravel()
    _swapped = {_names[1]: _its[_names[2]], _names[2]: _its[_names[1]]}
    _woven = {n: {k: a[..., _mixed] for k, a in _its[n].items()} for n in _names[:3]}
    _mistakes = {
        "padding counts, too.": _of(True),
        "is the length of each example its own?": _of(_before < max(_lengths)),
        "one row of padding counts.": _of(np.roll(_seen, 1) | _seen),
        "what weight does a row of zeros get?": _attention(_zeros, _heads, True),
        "is the mask the wrong way round?": _of(~_seen),
        "do the real rows come first, or last?": _of(_seen[..., ::-1]),
        "the mask comes after softmax: do weights add up to 1?": _of(True, rest=_seen),
        "along which axis does softmax sum to 1?": _of(_seen, axis=1),
        "there are always two heads.": _attention(_exact, 2 - _wide % 2, _seen),
        "are the logits divided by the root of K?": _of(_seen, _k**0.5),
        "is K the width of x, or of a head?": _of(_seen, (_k / _d) ** 0.5),
        "is K the width of one head, or of all?": _of(_seen, _heads**-0.5),
        "where are the biases b?": _of(_seen, **_bare),
        "are keys and values exchanged?": _of(_seen, **_swapped),
        "which columns make a head?": _of(_seen, **_woven),
        "where is the last map, linear?": _of(_seen, **_last),
        "": "What comes from x, what from memory, and which rows of it count?",
    }
    if _size == 30:
        _mistakes = {"": "What masks a logit must be far below logits of any size."}
    _when = f"For B, T, S = {_b, _t, _s}, {_heads} heads, lengths {_lengths.tolist()}, "
    _parts = jax.tree.map(jnp.float32, _exact)
    for _by in _order:
        _found = _check.call(*_parts, jnp.array(_lengths), _heads, by=_by, when=_when)
        _outs = _found[0] if _by else _found
        _check.agrees(_outs, _right, _mistakes, _when, rtol=2e-3)
        if _by:
            _way = jax.tree.map(lambda leaf: _draw.normal(size=leaf.shape), _exact)
            _near = jax.tree.map(lambda a, v: a + 1e-6 * v, _exact, _way)
            _rise = _attention(_near, _heads, _seen) ** 2 - _right**2
            _slope = sum(map(np.vdot, *map(jax.tree.leaves, (_found[1], _way))))
            _what = "the gradient along one direction"
            _others = {"": "Is a part of the computation held back from the gradient?"}
            _check.agrees(_slope, _rise.sum() / 1e-6, _others, _when, _what, rtol=5e-3)
print("Agrees at six sizes, and padding changes nothing.")

# %% [markdown]
# ## What can go wrong
#
# - ``ValueError: Please provide a weight initializer: `w_init`.`` `hk.MultiHeadAttention` has no default for it.
# - `ValueError: Mask dimensionality 2 must match logits dimensionality 4.` Its mask needs an axis for the batch and one
#   for the heads: `mask[None, None]`.
# - `TypeError: grad requires real- or complex-valued inputs (...), but got int32.` Tokens are integers. Differentiate
#   with respect to parameters, or to embeddings.
# - `ValueError: Incompatible shapes for broadcasting: shapes=[(2, 9, 8), (8, 8)]` Here, a sequence is longer than the
#   table of positions.
# - No message at all: a token that is too large gets the last row of `hk.Embed`, because JAX clamps the index, and
#   the gradient for that token is zero in every row. A negative one counts from the end, down to the first row (with
#   `lookup_style="ONE_HOT"` both get zeros).
# - No message at all, then nan: a row that is masked completely. With `-jnp.inf` its softmax is 0/0, and even if the
#   loss leaves the row out, the gradient can be nan. With `-1e30` in `float32` the softmax is even, so leave the row
#   out.
# - No message at all: a port whose outputs differ in the fourth digit. Perhaps it is `jax.nn.gelu`, an approximation by
#   default; PyTorch's is not. Write `jax.nn.gelu(x, approximate=False)`.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - A model file is a config and a few `hk.Module` classes. Modules made in `__call__`, with a name where the reader
#   needs one, give paths such as `transformer/block_1/attention/query`. Heads and masks have no entries in the tree.
# - A causal mask acts on the logits, before the softmax. A Jacobian and a changed token show whether it works; a shape
#   or a falling loss does not.
# - Training is a `TrainingState`, a step in the form that `lax.scan` requires, with Optax inside, and `jax.jit` around
#   the loop.
#
# Next: [Recurrent networks](sequences.py). Later, [Many devices](../training/devices.py) runs this transformer on eight.
