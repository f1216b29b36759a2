def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, _ = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    return outs, core.initial_state(xs.shape[1])
