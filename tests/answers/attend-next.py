# %% right: batch axes by vmap
def attend_next(query, key, value, cache):
    def head(q, k, v, keys, values):  # (K,), (T, K)
        keys = jax.lax.dynamic_update_index_in_dim(keys, k, cache["count"], 0)
        values = jax.lax.dynamic_update_index_in_dim(values, v, cache["count"], 0)
        logits = keys @ q / np.sqrt(len(q))
        seen = jnp.arange(len(keys)) < cache["count"] + 1
        return jax.nn.softmax(logits, where=seen) @ values, keys, values

    f = jax.vmap(head, in_axes=(0, 0, 0, 1, 1), out_axes=(0, 1, 1))
    for _ in query.shape[:-2]:
        f = jax.vmap(f)
    output, keys, values = f(query, key, value, cache["key"], cache["value"])
    return output, dict(key=keys, value=values, count=cache["count"] + 1)

# %% right: weights by hand
def attend_next(query, key, value, cache):
    here = (jnp.arange(cache["key"].shape[-3]) == cache["count"])[:, None, None]
    keys = jnp.where(here, key[..., None, :, :], cache["key"])
    values = jnp.where(here, value[..., None, :, :], cache["value"])
    logits = jnp.sum(keys * query[..., None, :, :], axis=-1) / query.shape[-1] ** 0.5
    future = (jnp.arange(keys.shape[-3]) > cache["count"])[:, None]
    logits = jnp.where(future, -jnp.inf, logits)  # (..., T, H)
    scores = jnp.exp(logits - jax.lax.stop_gradient(logits.max(axis=-2, keepdims=True)))
    weights = (scores / scores.sum(axis=-2, keepdims=True))[..., None]
    output = jnp.sum(weights * values, axis=-3)
    return output, {"count": cache["count"] + 1, "key": keys, "value": values}

# %% wrong: two batch axes too few -> Count axes from the end
.at[..., at, :, :].set(key)
# becomes
.at[at].set(key)

# %% wrong: one key for all places -> Key and value go to the place count
.at[..., at, :, :].set(key)
# becomes
.at[..., 0, :, :].set(key)

# %% wrong: in place, as in PyTorch -> Arrays do not change: .at[...].set makes new ones
keys = cache["key"].at[..., at, :, :].set(key)
# becomes
keys = cache["key"]
keys[..., at, :, :] = key

# %% wrong: the empty places -> what has not come yet gets a weight, too
jnp.where(there, logits, -1e30)
# becomes
logits

# %% wrong: not itself -> a position does not see itself
jnp.arange(keys.shape[-3]) <= at
# becomes
jnp.arange(keys.shape[-3]) < at

# %% wrong: at most sixteen places
jnp.arange(keys.shape[-3]) <= at
# becomes
(jnp.arange(keys.shape[-3]) <= at) & (jnp.arange(keys.shape[-3]) < 16)

# %% wrong: a logit of 0 is masked -> a logit of 0 is masked, too
jnp.where(there, logits, -1e30)
# becomes
jnp.where(there & (logits != 0), logits, -1e30)

# %% wrong: no root -> are the logits divided by the root of K?
/ np.sqrt(query.shape[-1])
# becomes


# %% wrong: no softmax
jax.nn.softmax(jnp.where(there, logits, -1e30))
# becomes
jnp.where(there, logits, 0)

# %% wrong: the count stays -> the cache at ['count'] is
"count": at + 1
# becomes
"count": at

# %% wrong: the value is not kept -> the cache at ['value']
"value": values, "count"
# becomes
"value": cache["value"], "count"

# %% wrong: the output alone -> It returns two things: the output and the cache
return output, {"key": keys, "value": values, "count": at + 1}
# becomes
return output

# %% wrong: overflow -> can exp overflow, or a sum be 0?
jax.nn.softmax(jnp.where(there, logits, -1e30))
# becomes
jnp.where(there, jnp.exp(logits), 0)
weights = weights / weights.sum(axis=-1, keepdims=True)

# %% wrong: a small number for the mask
-1e30
# becomes
-10.0

# %% wrong: keys are held back -> held back from the gradient?
"...hk,...shk->...hs", query, keys)
# becomes
"...hk,...shk->...hs", query, jax.lax.stop_gradient(keys))

# %% wrong: cut by the count -> compare it with jnp.arange, do not slice by it
there = jnp.arange(keys.shape[-3]) <= at
# becomes
keys, values, logits = keys[: int(at) + 1], values[: int(at) + 1], logits[..., : int(at) + 1]
there = True

# %% wrong: the whole table -> is it attention for one position?
logits = jnp.einsum("...hk,...shk->...hs", query, keys) / np.sqrt(query.shape[-1])
there = jnp.arange(keys.shape[-3]) <= at
weights = jax.nn.softmax(jnp.where(there, logits, -1e30))  # (..., H, T)
output = jnp.einsum("...hs,...shk->...hk", weights, values)
# becomes
queries = jnp.zeros_like(keys).at[..., at, :, :].set(query)
output = causal_attention(queries, keys, values)[..., at, :, :]

# %% wrong: causal attention of the whole cache -> is it attention for one position?
def attend_next(query, key, value, cache):
    at, length = cache["count"], cache["key"].shape[-3]
    keys = cache["key"].at[..., at, :, :].set(key)
    values = cache["value"].at[..., at, :, :].set(value)
    queries = jnp.repeat(query[..., None, :, :], length, axis=-3)
    output = causal_attention(queries, keys, values)[..., at, :, :]
    return output, {"key": keys, "value": values, "count": at + 1}

# %% wrong: a step late -> is the cache read before the new key is in it?
def attend_next(query, key, value, cache):
    at = cache["count"]
    logits = jnp.einsum("...hk,...shk->...hs", query, cache["key"]) / np.sqrt(query.shape[-1])
    there = jnp.arange(cache["key"].shape[-3]) < at
    weights = jax.nn.softmax(jnp.where(there, logits, -1e30))
    output = jnp.einsum("...hs,...shk->...hk", weights, cache["value"])
    keys = cache["key"].at[..., at, :, :].set(key)
    values = cache["value"].at[..., at, :, :].set(value)
    return output, {"key": keys, "value": values, "count": at + 1}

# %% wrong: attend to what is there -> The cache goes out with the keys, shapes and dtypes
def attend_next(query, key, value, cache):
    keys = jnp.concatenate([cache["key"], key[..., None, :, :]], axis=-3)
    values = jnp.concatenate([cache["value"], value[..., None, :, :]], axis=-3)
    output = attend(query[..., None, :, :], keys, values)[..., 0, :, :]
    return output, {"key": keys, "value": values, "count": cache["count"] + 1}
