# %% right: automatic inside
def spread_rows(params, tokens, key):
    return jax.sharding.auto_axes(noisy_rows, out_sharding=P("data"))(params, tokens, key)

# %% right: the table apart
def spread_rows(params, tokens, key):
    rows = jax.sharding.auto_axes(lookup.apply, out_sharding=P("data"))(params, tokens)
    return rows + jax.random.normal(key, rows.shape, rows.dtype, out_sharding=P("data")) / 10

# %% wrong: on automatic axes alone -> a lookup has to name the layout of its result.
table.at[tokens].get(out_sharding=P("data"))
# becomes
lookup.apply(params, tokens)

# %% wrong: no noise -> there is no noise.
return rows + 0.1 * noise
# becomes
return rows

# %% wrong: another key -> Is the noise drawn once, by the key as it comes?
jax.random.normal(key,
# becomes
jax.random.normal(jax.random.fold_in(key, 1),

# %% wrong: noise of one row -> all rows have the same noise.
noise = jax.random.normal(key, rows.shape, out_sharding=P("data"))
# becomes
noise = jax.random.normal(key, rows.shape[1:])

# %% wrong: uniform -> the noise is not normal.
jax.random.normal(key, rows.shape, out
# becomes
jax.random.uniform(key, rows.shape, out

# %% wrong: noise of 16 bits -> Is it rounded?
return rows + 0.1 * noise
# becomes
return rows + 0.1 * noise.astype("float16").astype(rows.dtype)

# %% wrong: no gradient -> it is zero: is it stopped?
table.at[tokens]
# becomes
jax.lax.stop_gradient(table).at[tokens]

# %% wrong: replicated -> which layout has it?
return rows + 0.1 * noise
# becomes
return jax.sharding.reshard(rows + 0.1 * noise, P())

# %% wrong: each draws all -> who draws the noise?
rows.shape, out_sharding=P("data"))
# becomes
rows.shape)

# %% wrong: as on one device -> a lookup has to name the layout of its result.
def spread_rows(params, tokens, key):
    return noisy_rows(params, tokens, key)

# %% wrong: automatic for the table alone -> who draws the noise?
def spread_rows(params, tokens, key):
    rows = jax.sharding.auto_axes(lookup.apply, out_sharding=P("data"))(params, tokens)
    return rows + 0.1 * jax.random.normal(key, rows.shape)

# %% wrong: each device its own numbers -> Is the noise drawn once, by the key as it comes?
def spread_rows(params, tokens, key):
    def local(params, tokens, key):
        return noisy_rows(params, tokens, jax.random.fold_in(key, jax.lax.axis_index("data")))

    specs = {"in_specs": (P(), P("data"), P()), "out_specs": P("data")}
    return jax.shard_map(local, mesh=explicit, **specs)(params, tokens, key)

# %% wrong: noise kept by shape -> is noise kept?
drawn_noise = {}


def spread_rows(params, tokens, key):
    def draw(key):
        shape = (*tokens.shape, 32)
        return jax.random.normal(key, shape, out_sharding=P("data"))

    if isinstance(key, jax.core.Tracer):
        noise = draw(key)
    else:
        noise = drawn_noise.setdefault(tokens.shape, None)
        if noise is None:
            noise = drawn_noise[tokens.shape] = draw(key)
    look_up = jax.sharding.auto_axes(lookup.apply, out_sharding=P("data"))
    return look_up(params, tokens) + 0.1 * noise

# %% wrong: NumPy outside of jit -> the gradient by params
def spread_rows(params, tokens, key):
    noise = jax.random.normal(key, (*tokens.shape, 32), out_sharding=P("data"))
    if isinstance(tokens, jax.core.Tracer):
        (table,) = jax.tree.leaves(params)
        return table.at[tokens].get(out_sharding=P("data")) + 0.1 * noise
    (table,) = jax.tree.leaves(params)
    rows = np.asarray(jax.lax.stop_gradient(table))[np.asarray(tokens)]
    return jax.device_put(rows, NamedSharding(explicit, P("data"))) + 0.1 * noise
