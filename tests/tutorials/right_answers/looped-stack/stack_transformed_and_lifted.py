def looped_stack(x, depth, rounds):
    def layer(h):
        return h + jnp.tanh(hk.Linear(h.shape[-1])(h))

    stack = hk.without_apply_rng(hk.transform(lambda h: hk.layer_stack(depth)(layer)(h)))
    params = hk.lift(stack.init, name="stack")(hk.maybe_next_rng_key(), x)
    return jax.lax.fori_loop(0, rounds, lambda _, h: stack.apply(params, h), x)
