def unroll_chunk(core, xs, ended, state):
    outs = []
    for x, over in zip(xs, ended, strict=True):
        out, state = core(x, state)
        if over.all():
            state = core.initial_state(xs.shape[1])
        outs.append(out)
    return jnp.stack(outs), state
