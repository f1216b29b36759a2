def unroll_chunk(core, xs, ended, state):
    outs = []
    for t in range(xs.shape[0]):
        out, state = core(xs[t], state)
        fresh = core.initial_state(xs.shape[1])
        state = jax.tree.map(lambda f, s: jax.vmap(jnp.where)(ended[t], f, s), fresh, state)
        outs.append(out)
    return jnp.stack(outs), state
