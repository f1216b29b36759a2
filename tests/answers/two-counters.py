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

# %% breaks: Define `counted(f)`, which returns | `compiled` alone
return compiled, lambda: {"traces": traces[0], "runs": int(runs[...])}
# becomes
return compiled

# %% breaks: `compiled` is `f` under `jax.jit` | not compiled
@jax.jit
# becomes

# %% breaks: `compiled` is `f` under `jax.jit` | kept by shape
@jax.jit
def compiled(*arguments):
traces[0] += 1
# becomes
shapes = set()

def compiled(*arguments):
    shapes.add(tuple((jnp.shape(x), jnp.result_type(x)) for x in arguments))
    traces[0] = len(shapes)

# %% breaks: `compiled` is `f` under `jax.jit` | the ref, too
return f(*arguments)
# becomes
return f(*arguments), runs

# %% breaks: `counts()` returns a dictionary | the names are exchanged
{"traces": traces[0], "runs": int(runs[...])}
# becomes
{"runs": traces[0], "traces": int(runs[...])}

# %% breaks: `counts()` returns a dictionary | shapes for traces
return compiled, lambda: {"traces": traces[0], "runs": int(runs[...])}
# becomes
shapes = set()

def called(*arguments):
    shapes.add(tuple(map(jnp.shape, arguments)))
    return compiled(*arguments)

return called, lambda: {"traces": len(shapes), "runs": int(runs[...])}

# %% breaks: `counts()` returns a dictionary | the runs in eight bits
jnp.int32
# becomes
jnp.uint8

# %% breaks: `counts()` returns a dictionary | both counted at runs
"traces": traces[0]
# becomes
"traces": int(runs[...])

# %% breaks: Runs in a loop of JAX count one by one | calls
return compiled, lambda: {"traces": traces[0], "runs": int(runs[...])}
# becomes
calls = []

def called(*arguments):
    calls.append(arguments)
    return compiled(*arguments)

return called, lambda: {"traces": traces[0], "runs": len(calls)}

# %% breaks: Each call of `counted` has counters | one pair for all
traces, runs = [0], jax.new_ref(jnp.zeros((), jnp.int32))
# becomes
its = [0], jax.new_ref(jnp.zeros((), jnp.int32))
traces, runs = counted.__dict__.setdefault("its", its)

# %% asks nothing
# You suspect that a step
# In NumPy, where nothing is traced
