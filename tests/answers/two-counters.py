# %% right: attributes
def counted(f):
    calls = jax.new_ref(jnp.array(0))

    def wrapper(*args):
        wrapper.traces += 1
        calls[...] = calls[...] + 1
        return f(*args)

    wrapper.traces = 0

    def counts():
        return dict(traces=wrapper.traces, runs=calls[...].item())

    return jax.jit(wrapper), counts

# %% right: float and list
def counted(f):
    log, box = [], jax.new_ref(jnp.zeros(2))

    def program(*arrays):
        log.append(len(arrays))
        box[0] += 1.0
        return f(*arrays)

    def counts():
        return {"runs": int(box[0]), "traces": len(log)}

    return jax.jit(program), counts

# %% wrong: both in refs
def counted(f):
    traces, runs = jax.new_ref(jnp.array(0)), jax.new_ref(jnp.array(0))

    @jax.jit
    def compiled(*arguments):
        traces[...] += 1
        runs[...] += 1
        return f(*arguments)

    return compiled, lambda: {"traces": int(traces[...]), "runs": int(runs[...])}

# %% wrong: not compiled
def counted(f):
    traces, runs = [0], jax.new_ref(jnp.array(0))

    def compiled(*arguments):
        traces[0] += 1
        runs[...] += 1
        return f(*arguments)

    return compiled, lambda: {"traces": traces[0], "runs": int(runs[...])}

# %% wrong: one counter for all
traces, runs = [0], jax.new_ref(jnp.array(0))


def counted(f):
    @jax.jit
    def compiled(*arguments):
        traces[0] += 1
        runs[...] += 1
        return f(*arguments)

    return compiled, lambda: {"traces": traces[0], "runs": int(runs[...])}

# %% wrong: only compiled
def counted(f):
    return jax.jit(f)

# %% wrong: returns the ref
def counted(f):
    runs = jax.new_ref(jnp.array(0))

    @jax.jit
    def compiled(*arguments):
        runs[...] += 1
        return f(*arguments), runs

    return compiled, lambda: {"traces": 1, "runs": int(runs[...])}

# %% inputs
import jax
import jax.numpy as jnp

RTOL = 1e-5


def cases(draw, page):
    for size, steps in ((3, 10), (1, 1), (5, 0), (2, 7)):
        yield calls, (jnp.asarray(draw.normal(size=size), "float32"), steps), {}


def calls(page, x, steps):
    compiled, counts = page.counted(lambda x, y: jnp.sin(x) * y)
    seen = [dict(counts())]
    results = [compiled(x, 2.0), compiled(x + 1, 3.0)]
    seen.append(dict(counts()))
    results.append(compiled(jnp.append(x, 1.0), 2.0))
    seen.append(dict(counts()))
    jax.lax.fori_loop(0, steps, lambda _, v: compiled(v, 0.5), x)
    return results, seen, counts()["runs"]
