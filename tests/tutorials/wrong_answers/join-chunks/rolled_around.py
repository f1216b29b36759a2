def unroll_chunk(core, xs, ended, state):
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, jnp.roll(ended, 1, axis=0)), state)
    fresh = core.initial_state(xs.shape[1])
    return outs, jax.tree.map(
        lambda f, s: jnp.where(ended[-1].reshape((-1,) + (1,) * (s.ndim - 1)), f, s), fresh, state
    )
