def looped_stack(x, depth, rounds):
    D = x.shape[-1]
    w = hk.get_parameter("w", (depth, D, D), init=hk.initializers.RandomNormal())
    b = hk.get_parameter("b", (depth, D), init=jnp.zeros)

    def one_round(h, _):
        for i in range(depth):
            h = h + jnp.tanh(h @ w[i] + b[i])
        return h, None

    return jax.lax.scan(one_round, x, None, length=rounds)[0]
