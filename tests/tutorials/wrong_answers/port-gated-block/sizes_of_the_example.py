def port_gated(params):
    width, size = 5, 3
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)
