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
