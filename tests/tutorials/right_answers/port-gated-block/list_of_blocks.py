class Gate(nnx.Module):
    def __init__(self, size, width, rngs):
        self.width = width
        self.norm = nnx.LayerNorm(size, epsilon=1e-5, use_fast_variance=False, rngs=rngs)
        self.inner = nnx.Linear(size, 2 * width, rngs=rngs)
        self.outer = nnx.Linear(width, size, use_bias=False, rngs=rngs)

    def __call__(self, x):
        y = self.inner(self.norm(x))
        return x + self.outer(y[..., : self.width] * nnx.sigmoid(y[..., self.width :]))


class Gates(nnx.Module):
    def __init__(self, size, width, rngs):
        self.blocks = nnx.List([Gate(size, width, rngs) for _ in range(2)])

    def __call__(self, x):
        for block in self.blocks[::-1]:
            x = block(x)
        return x


def port_gated(params):
    D, twice = params["gated_block/linear"]["w"].shape
    empty_gates = nnx.eval_shape(lambda: Gates(D, twice // 2, nnx.Rngs(0)))
    sources = {}
    for i, name in enumerate(["gated_block", "gated_block_1"]):
        sources[f"blocks.{i}.norm.scale"] = f"{name}/layer_norm/scale"
        sources[f"blocks.{i}.norm.bias"] = f"{name}/layer_norm/offset"
        sources[f"blocks.{i}.inner.kernel"] = f"{name}/linear/w"
        sources[f"blocks.{i}.inner.bias"] = f"{name}/linear/b"
        sources[f"blocks.{i}.outer.kernel"] = f"{name}/linear_1/w"
    return port_to_nnx(empty_gates, sources, params)
