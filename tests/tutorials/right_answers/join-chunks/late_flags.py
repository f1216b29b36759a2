def unroll_chunk(core, xs, ended, state):
    """The flag of the step before travels with the state."""
    class Late(hk.RNNCore):
        def initial_state(self, batch_size):
            return core.initial_state(batch_size), jnp.zeros((batch_size,), bool)

        def __call__(self, inputs, carry):
            x, over = inputs
            out, new = core(x, mix(*carry))
            return out, (new, over)

    B = xs.shape[1]

    def mix(state, over):
        def one(flag, f, s):
            return jax.tree.map(lambda a, b: jax.lax.select(flag, a, b), f, s)

        return jax.vmap(one)(over, core.initial_state(B), state)

    outs, carry = hk.dynamic_unroll(Late(), (xs, ended), (state, jnp.zeros(B, bool)))
    return outs, mix(*carry)
