# %% right: a cache of numpy masks
import functools


@functools.cache
def mask_of(length):
    return np.tri(length, dtype=bool)


def causal_attention(query, key, value):
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    logits = jnp.where(mask_of(query.shape[-3]), logits, jnp.finfo(logits.dtype).min)
    scores = jnp.exp(logits - jax.nn.logsumexp(logits, axis=-1, keepdims=True))
    return jnp.einsum("...hts,...shk->...thk", scores, value)

# %% right: of jax.nn
def causal_attention(query, key, value):
    flat = [part.reshape(-1, *part.shape[-3:]) for part in (query, key, value)]
    return jax.nn.dot_product_attention(*flat, is_causal=True).reshape(value.shape)

# %% right: one position at a time
def causal_attention(query, key, value):
    outputs = []
    for t in range(query.shape[-3]):
        now, past = query[..., t : t + 1, :, :], slice(0, t + 1)
        outputs.append(attend(now, key[..., past, :, :], value[..., past, :, :]))
    return jnp.concatenate(outputs, axis=-3)

# %% right: running maximum
def causal_attention(query, key, value):
    # one key after the other, with a running maximum, as in flash attention
    steps = jnp.arange(query.shape[-3])
    scaled = query * query.shape[-1] ** -0.5

    def see(carry, s):
        top, total, out = carry
        k, v = jnp.take(key, s, axis=-3), jnp.take(value, s, axis=-3)
        logit = (scaled * k[..., None, :, :]).sum(-1)
        logit = jnp.where((steps >= s)[:, None], logit, -jnp.inf)
        new = jnp.maximum(top, logit)
        old_part, new_part = jnp.exp(top - new), jnp.exp(logit - new)
        out = out * old_part[..., None] + new_part[..., None] * v[..., None, :, :]
        return (new, total * old_part + new_part, out), None

    first = (scaled * key[..., :1, :, :]).sum(-1)
    start = first, jnp.ones_like(first), jnp.broadcast_to(value[..., :1, :, :], value.shape)
    (_, total, out), _ = jax.lax.scan(see, start, steps[1:])
    return out / total[..., None]

# %% wrong: not scaled -> are the logits divided by the root of K?
logits = logits / np.sqrt(query.shape[-1])
# becomes

# %% wrong: the weights, too -> Return the outputs alone
return jnp.einsum("...hts,...shk->...thk", weights, value)
# becomes
return jnp.einsum("...hts,...shk->...thk", weights, value), weights

# %% wrong: no batch axes -> for any number of batch axes? Count axes from the end
"...thk,...shk->...hts"
# becomes
"thk,shk->hts"

# %% wrong: at most sixteen positions
weights = jax.nn.softmax
# becomes
logits = logits.at[..., 16:].set(-1e30)
weights = jax.nn.softmax

# %% wrong: no mask -> no position is masked
jnp.where(mask, logits, -1e30)
# becomes
logits

# %% wrong: not itself -> output t does not use position t
jnp.tril(jnp.ones((length, length), bool))
# becomes
jnp.tril(jnp.ones((length, length), bool), -1)

# %% wrong: one step too far -> output t depends on position t + 1
jnp.tril(jnp.ones((length, length), bool))
# becomes
jnp.tril(jnp.ones((length, length), bool), 1)

# %% wrong: the wrong way round -> is the triangle the wrong way round?
jnp.tril(
# becomes
jnp.triu(

# %% wrong: softmax over queries -> along which axis does softmax sum to 1?
logits, -1e30))
# becomes
logits, -1e30), axis=-2)

# %% wrong: logits of 0 -> what weight does a logit of 0 get?
jnp.where(mask, logits, -1e30)
# becomes
mask * logits

# %% wrong: not low enough -> What masks a logit must be far below
-1e30
# becomes
-1e4

# %% wrong: a logit of 0 is masked -> a logit of 0 is masked, too
jnp.where(mask, logits, -1e30)
# becomes
jnp.where(mask & (logits != 0), logits, -1e30)

# %% wrong: a value of 0 is missing
weights, value)
# becomes
weights, jnp.where(value == 0, key, value))

# %% wrong: stopped -> held back from the gradient?
weights, value)
# becomes
weights, jax.lax.stop_gradient(value))

# %% wrong: NumPy -> NumPy can be neither compiled nor differentiated
jax.nn.softmax(jnp.where(mask, logits, -1e30))
# becomes
jax.nn.softmax(np.where(mask, logits, -1e30))

# %% wrong: a cache keeps a tracer -> Something made in a compiled call is kept
import functools


@functools.cache
def mask_of(length):
    return jnp.tril(jnp.ones((length, length), bool))


def causal_attention(query, key, value):
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(mask_of(query.shape[-3]), logits, -1e30))
    return jnp.einsum("...hts,...shk->...thk", weights, value)

# %% wrong: exp by hand -> Can exp overflow, or a sum be 0?
def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    weights = jnp.exp(logits) * jnp.tri(length)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return jnp.einsum("...hts,...shk->...thk", weights, value)

# %% wrong: not itself infinity -> Does each row keep a position?
def causal_attention(query, key, value):
    length = query.shape[-3]
    logits = jnp.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    weights = jax.nn.softmax(jnp.where(jnp.tril(jnp.ones((length, length), bool), k=-1), logits, -jnp.inf))
    return jnp.einsum("...hts,...shk->...thk", weights, value)

# %% wrong: numpy -> NumPy can be neither compiled nor differentiated
def causal_attention(query, key, value):
    query, key, value = np.array(query), np.array(key), np.array(value)
    logits = np.einsum("...thk,...shk->...hts", query, key) / np.sqrt(query.shape[-1])
    logits = np.where(np.tri(query.shape[-3], dtype=bool), logits, -1e30)
    scores = np.exp(logits - logits.max(axis=-1, keepdims=True))
    weights = scores / scores.sum(axis=-1, keepdims=True)
    return np.einsum("...hts,...shk->...thk", weights, value)

# %% wrong: unchanged -> do the weights in a row add up to 1?
causal_attention = leaky_attention
