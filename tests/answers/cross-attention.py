# %% right: bias of minus a billion
def cross_attention(params, x, memory, lengths, num_heads):
    def linear(name, rows):
        its = params[f"multi_head_attention/{name}"]
        return rows @ its["w"] + its["b"]

    def heads(name, rows):
        return linear(name, rows).reshape(*rows.shape[:2], num_heads, -1)

    query, key, value = heads("query", x), heads("key", memory), heads("value", memory)
    logits = jnp.einsum("bthk,bshk->bhts", query, key) / np.sqrt(query.shape[-1])
    real = jnp.arange(memory.shape[1]) < lengths[:, None]
    logits += -1e9 * (1 - real[:, None, None, :])
    weights = jax.nn.softmax(logits)
    out = jnp.einsum("bhts,bshk->bthk", weights, value)
    return linear("linear", out.reshape(*x.shape[:2], -1))

# %% right: haiku inside a transform
def cross_attention(params, x, memory, lengths, num_heads):
    key_size = params["multi_head_attention/query"]["w"].shape[1] // num_heads
    outputs = params["multi_head_attention/linear"]["w"].shape[1]

    def attend_to_memory(x, memory, mask):
        module = hk.MultiHeadAttention(num_heads, key_size, w_init=jnp.ones, model_size=outputs)
        return module(x, memory, memory, mask)

    mask = jnp.arange(memory.shape[1]) < lengths[:, None]
    return hk.transform(attend_to_memory).apply(params, None, x, memory, mask[:, None, None])

# %% right: heads in front
def cross_attention(params, x, memory, lengths, num_heads):
    w = {name.split("/")[1]: its for name, its in params.items()}
    q = (x @ w["query"]["w"] + w["query"]["b"]).reshape(len(x), x.shape[1], num_heads, -1).swapaxes(1, 2)
    k = (memory @ w["key"]["w"] + w["key"]["b"]).reshape(len(x), memory.shape[1], num_heads, -1).swapaxes(1, 2)
    v = (memory @ w["value"]["w"] + w["value"]["b"]).reshape(len(x), memory.shape[1], num_heads, -1).swapaxes(1, 2)
    mask = jnp.array(lengths).reshape(-1, 1, 1, 1) > jnp.arange(memory.shape[1])
    weights = jax.nn.softmax(q @ k.swapaxes(2, 3) / jnp.sqrt(q.shape[-1]), where=mask)
    return (weights @ v).swapaxes(1, 2).reshape(len(x), x.shape[1], -1) @ w["linear"]["w"] + w["linear"]["b"]

# %% wrong: queries from memory -> Do queries come from x, keys and values from memory?
heads("query", x), heads("key", memory), heads("value", memory)
# becomes
heads("query", memory), heads("key", x), heads("value", x)

# %% wrong: keys for values -> are keys and values exchanged?
query, key, value = heads
# becomes
query, value, key = heads

# %% wrong: no mask -> padding counts, too
jnp.where(real[:, None, None, :], logits, -1e30)
# becomes
logits

# %% wrong: rows of zeros -> what weight does a row of zeros get?
query, key, value = heads
# becomes
memory = jnp.where(jnp.arange(memory.shape[1])[:, None] < lengths[:, None, None], memory, 0)
lengths = jnp.full_like(lengths, memory.shape[1])
query, key, value = heads

# %% wrong: after the softmax -> the mask comes after softmax
jax.nn.softmax(jnp.where(real[:, None, None, :], logits, -1e30))
# becomes
jax.nn.softmax(logits) * real[:, None, None, :]

# %% wrong: not low enough -> What masks a logit must be far below
-1e30
# becomes
-100.0

# %% wrong: two heads -> there are always two heads
num_heads, -1)
# becomes
2, -1)

# %% wrong: not scaled -> are the logits divided by the root of K?
 / np.sqrt(query.shape[-1])
# becomes

# %% wrong: softmax over heads -> along which axis does softmax sum to 1?
logits, -1e30))
# becomes
logits, -1e30), axis=1)

# %% wrong: no biases -> where are the biases b?
rows @ its["w"] + its["b"]
# becomes
rows @ its["w"]

# %% wrong: each H-th column -> which columns make a head?
return linear(name, rows).reshape(*rows.shape[:2], num_heads, -1)
# becomes
return linear(name, rows).reshape(*rows.shape[:2], -1, num_heads).swapaxes(2, 3)

# %% wrong: K of all heads -> is K the width of one head, or of all?
np.sqrt(query.shape[-1])
# becomes
np.sqrt(num_heads * query.shape[-1])

# %% wrong: K of x -> is K the width of x, or of a head?
np.sqrt(query.shape[-1])
# becomes
np.sqrt(x.shape[-1])

# %% wrong: at most sixteen rows of memory
weights = jax.nn.softmax
# becomes
real &= jnp.arange(memory.shape[1]) < 16
weights = jax.nn.softmax

# %% wrong: the longest for all -> is the length of each example its own?
lengths[:, None]
# becomes
lengths.max() * jnp.ones((len(x), 1))

# %% wrong: one too many -> one row of padding counts
 < lengths
# becomes
 <= lengths

# %% wrong: they come last -> do the real rows come first, or last?
jnp.arange(memory.shape[1]) < lengths
# becomes
jnp.arange(memory.shape[1])[::-1] < lengths

# %% wrong: turned round -> is the mask the wrong way round?
 < lengths
# becomes
 >= lengths

# %% wrong: no last map -> where is the last map, linear?
return linear("linear", out.reshape(*x.shape[:2], -1))
# becomes
return out.reshape(*x.shape[:2], -1)

# %% wrong: stopped -> held back from the gradient?
query, key, value = heads
# becomes
memory = jax.lax.stop_gradient(memory)
query, key, value = heads

# %% wrong: lengths of NumPy -> NumPy can be neither compiled nor differentiated
lengths[:, None]
# becomes
np.asarray(lengths)[:, None]

# %% wrong: haiku without transform -> A Haiku module works in a transform only
def cross_attention(params, x, memory, lengths, num_heads):
    init = hk.initializers.VarianceScaling(1.0)
    return hk.MultiHeadAttention(num_heads, 3, w_init=init)(x, memory, memory)

# %% wrong: loops and int -> A traced length cannot cut a slice
def cross_attention(params, x, memory, lengths, num_heads):
    rows = [cross_attention_in_loops(params, x[i], memory[i], int(lengths[i]), num_heads) for i in range(len(x))]
    return jnp.stack(rows)

# %% wrong: memory cut -> A traced length cannot cut a slice
def cross_attention(params, x, memory, lengths, num_heads):
    return jnp.stack([cross_attention_in_loops(params, x[b], memory[b], lengths[b], num_heads) for b in range(len(x))])

# %% wrong: parameters changed in place -> changes what it is given; make new objects
def cross_attention(params, x, memory, lengths, num_heads):
    params["multi_head_attention/query"]["w"] *= (x.shape[-1] / num_heads) ** -0.5
    return x @ params["multi_head_attention/query"]["w"]
