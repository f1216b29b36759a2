def looped_stack(x, depth, rounds):
    D = x.shape[-1]
    w = hk.get_parameter("w", (depth, D, D), init=hk.initializers.RandomNormal(D**-0.5))
    b = hk.get_parameter("b", (depth, D), init=jnp.zeros)

    def layer(h, wb):
        return h + jnp.tanh(h @ wb[0] + wb[1]), None

    def one_round(h, _):
        return jax.lax.scan(layer, h, (w, b))

    return jax.lax.scan(one_round, x, None, length=rounds)[0]
