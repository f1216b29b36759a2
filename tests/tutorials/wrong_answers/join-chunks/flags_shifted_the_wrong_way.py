def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([ended[1:], jnp.zeros_like(ended[:1])])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(xs.shape[1])
    return outs, jax.tree.map(
        lambda f, s: jnp.where(ended[-1].reshape((-1,) + (1,) * (s.ndim - 1)), f, s), fresh, state
    )
