def counted(f):
    traces, runs = jax.new_ref(jnp.array(0)), jax.new_ref(jnp.array(0))

    @jax.jit
    def compiled(*arguments):
        traces[...] += 1
        runs[...] += 1
        return f(*arguments)

    return compiled, lambda: {"traces": int(traces[...]), "runs": int(runs[...])}
