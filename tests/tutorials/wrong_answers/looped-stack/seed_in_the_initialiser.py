def looped_stack(x, depth, rounds):
    D = x.shape[-1]
    w = hk.get_parameter("w", (depth, D, D), init=lambda shape, dtype: jax.random.normal(jax.random.key(0), shape, dtype))
    b = hk.get_parameter("b", (depth, D), init=jnp.zeros)
    layer = lambda h, p: (h + jnp.tanh(h @ p[0] + p[1]), None)
    return jax.lax.fori_loop(0, rounds, lambda _, h: jax.lax.scan(layer, h, (w, b))[0], x)
