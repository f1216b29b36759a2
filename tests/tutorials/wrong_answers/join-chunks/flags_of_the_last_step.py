def unroll_chunk(core, xs, ended, state):
    return hk.dynamic_unroll(hk.ResetCore(core), (xs, ended), state)
