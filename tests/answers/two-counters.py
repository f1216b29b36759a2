# %% right: a ref for each row
def counted(f, rows):
    bad = jax.new_ref(jnp.zeros(rows, int))

    def one(count, *row):
        one.traces += 1
        y = f(*row)
        count[...] += jnp.where(jnp.all(jnp.isfinite(y)), 0, 1)
        return y

    one.traces = 0

    def counts():
        return dict(traces=one.traces, bad=bad[...].tolist())

    return jax.jit(lambda *arrays: jax.vmap(one)(bad, *arrays)), counts

# %% right: floats and a list
def counted(f, rows):
    log, box = [], jax.new_ref(jnp.zeros((rows, 1)))

    def flagged(*row):
        log.append(len(row))
        y = f(*row)
        return y, ~jnp.isfinite(jax.lax.stop_gradient(y)).all()

    def program(*arrays):
        y, flags = jax.vmap(flagged)(*arrays)
        box[:, 0] = box[:, 0] + flags
        return y

    return jax.jit(program), lambda: {"bad": np.int64(box[...])[:, 0], "traces": len(log)}

# %% wrong: `compiled` alone -> It returns two functions: compiled and counts.
return compiled, lambda: {"traces": traces[0], "bad": np.array(bad[...])}
# becomes
return compiled

# %% wrong: not compiled -> f runs in Python at each call: is it compiled?
@jax.jit

# becomes


# %% wrong: not mapped -> f gets all rows at once. Is it mapped?
jax.vmap(f)(*arrays)
# becomes
f(*arrays)

# %% wrong: the ref, too -> A compiled function cannot return a ref
return results
# becomes
return results, bad

# %% wrong: mended results -> nan is replaced; leave what f makes.
return results
# becomes
return jnp.nan_to_num(results)

# %% wrong: at least two entries in a row -> The result of a row may have any shape
.reshape(rows, -1).all(axis=1)
# becomes
.all(axis=1)

# %% wrong: the names are exchanged -> "traces" is no number: are the names exchanged?
{"traces": traces[0], "bad": np.array(bad[...])}
# becomes
{"bad": traces[0], "traces": np.array(bad[...])}

# %% wrong: traces by shape -> another dtype is traced, too.
@jax.jit
def compiled(*arrays):
traces[0] += 1
results = jax.vmap(f)(*arrays)
# becomes
shapes = set()

@jax.jit
def compiled(*arrays):
    shapes.add(tuple(map(jnp.shape, arrays)))
    traces[0] = len(shapes)
    results = jax.vmap(f)(*arrays)

# %% wrong: programs that ran -> a trace in another program counts, too
traces[0], "bad"
# becomes
compiled._cache_size(), "bad"

# %% wrong: in eight bits -> bad overflows: how far does its dtype count?
jnp.int32
# becomes
jnp.uint8

# %% wrong: nan alone -> an infinite entry is not finite, either.
jnp.isfinite(results)
# becomes
(~jnp.isnan(results))

# %% wrong: the first entry of a row -> is each entry looked at? A nan is missed.
.all(axis=1)
# becomes
[:, 0]

# %% wrong: one sum for all rows -> a bad row counts for all rows.
.reshape(rows, -1).all(axis=1)
# becomes
.all()

# %% wrong: finite ones -> the finite runs are counted.
~finite
# becomes
finite

# %% wrong: at most sixteen rows
bad[...] += ~finite
# becomes
bad[:16] += ~finite[:16]

# %% wrong: the last run alone -> the last run alone counts.
bad[...] += ~finite
# becomes
bad[...] = (~finite).astype(jnp.int32)

# %% wrong: calls -> runs in a loop of JAX, or in jax.grad, do not count.
return compiled, lambda: {"traces": traces[0], "bad": np.array(bad[...])}
# becomes
found = np.zeros(rows, int)

def called(*arrays):
    results = compiled(*arrays)
    if not isinstance(results, jax.core.Tracer):
        found[:] += ~np.isfinite(np.reshape(results, (rows, -1))).all(axis=1)
    return results

return called, lambda: {"traces": traces[0], "bad": found.copy()}

# %% wrong: one pair for all -> Do calls of counted share their counters?
traces, bad = [0], jax.new_ref(jnp.zeros(rows, jnp.int32))
# becomes
its = {rows: ([0], jax.new_ref(jnp.zeros(rows, jnp.int32)))}
traces, bad = counted.__dict__.setdefault("its", its).setdefault(rows, its[rows])

# %% wrong: the shared ref inside of vmap -> All rows share this ref
def counted(f, rows):
    traces, bad = [0], jax.new_ref(jnp.zeros(rows, jnp.int32))

    def one(*row):
        traces[0] += 1
        y = f(*row)
        bad[...] += ~jnp.isfinite(y).all()
        return y

    return jax.jit(jax.vmap(one)), lambda: {"traces": traces[0], "bad": bad[...]}

# %% wrong: a list of Python -> A number of Python cannot count what the program does
def counted(f, rows):
    traces, bad = [0], [0] * rows

    @jax.jit
    def compiled(*arrays):
        traces[0] += 1
        results = jax.vmap(f)(*arrays)
        for row, result in enumerate(results):
            bad[row] += 1 - jnp.isfinite(result).all()
        return results

    return compiled, lambda: {"traces": traces[0], "bad": [int(count) for count in bad]}
