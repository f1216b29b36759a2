def unroll_chunk(core, xs, ended, state):
    first = jnp.concatenate([jnp.zeros_like(ended[:1]), ended[:-1]])
    outs, state = hk.dynamic_unroll(hk.ResetCore(core), (xs, first), state)
    fresh = core.initial_state(xs.shape[1])

    def reset(new, old):
        over = ended[-1].reshape(ended.shape[1:] + (1,) * (old.ndim - 1))
        return over * new + (1 - over) * old

    return outs, jax.tree.map(reset, fresh, state)
