def looped_stack(x, depth, rounds):
    layer = hk.without_apply_rng(hk.transform(lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))))
    keys = hk.next_rng_keys(depth) if hk.running_init() else None
    many = jax.vmap(layer.init, in_axes=(0, None))
    params = hk.lift(many, name="layers")(keys, x)

    def one_round(h, _):
        return jax.lax.scan(lambda h, p: (layer.apply(p, h), None), h, params)[0], None

    return jax.lax.scan(one_round, x, None, length=rounds)[0]
