def looped_stack(x, depth, rounds):
    layer = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))

    def one_round(h, _):
        return hk.layer_stack(depth)(layer)(h), None

    return jax.lax.scan(one_round, x, None, length=rounds)[0]
