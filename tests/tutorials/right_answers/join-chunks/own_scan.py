def unroll_chunk(core, xs, ended, state):
    fresh = core.initial_state(xs.shape[1])

    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)
        state = jax.tree.map(lambda f, s: jnp.where(jnp.expand_dims(over, tuple(range(1, s.ndim))), f, s), fresh, state)
        return state, out

    state, outs = hk.scan(step, state, (xs, ended))
    return outs, state
