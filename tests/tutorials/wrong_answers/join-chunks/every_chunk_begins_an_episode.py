def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.ones_like(ended[:1]), ended[:-1]])
    return hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
