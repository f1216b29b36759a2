def unroll_chunk(core, xs, ended, state):
    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)
        keep = 1.0 - over
        state = jax.tree.map(lambda s: s * keep.reshape((-1,) + (1,) * (s.ndim - 1)), state)
        return state, out

    state, outs = hk.scan(step, state, (xs, ended))
    return outs, state
