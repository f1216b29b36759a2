def unroll_chunk(core, xs, ended, state):
    fresh = core.initial_state(xs.shape[1])

    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)

        def blend(new, old):
            share = over.reshape((-1,) + (1,) * (old.ndim - 1)).astype(old.dtype)
            return share * new + (1 - share) * old

        return jax.tree.map(blend, fresh, state), out

    state, outs = hk.scan(step, state, (xs, ended))
    return outs, state
