def unroll_chunk(core, xs, ended, state):
    fresh = core.initial_state(xs.shape[1])

    def step(state, inputs):
        x, over = inputs
        out, state = core(x, state)
        pick = lambda f, s: jnp.where(over.reshape(-1, *(1,) * (s.ndim - 1)), f, s)
        return jax.tree.map(pick, fresh, state), out

    state, outs = jax.lax.scan(step, state, (xs, ended))
    return outs, state
