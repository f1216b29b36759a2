def looped_stack(x, depth, rounds):
    size = x.shape[-1]
    w = hk.get_parameter("matrices", (depth, size, size), init=hk.initializers.RandomUniform(-1, 1))
    b = hk.get_parameter("vectors", (depth, size), init=hk.initializers.RandomNormal())
    layer = lambda i, h: h + jnp.tanh(h @ w[i % depth] + b[i % depth])
    return jax.lax.fori_loop(0, depth * rounds, layer, x)
