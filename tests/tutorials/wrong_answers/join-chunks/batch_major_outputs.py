def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    return jnp.swapaxes(outs, 0, 1), state
