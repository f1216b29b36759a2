class Block2(nnx.Module):
    def __init__(self, norm, wide, out):
        self.scale, self.offset = nnx.Param(norm["scale"]), nnx.Param(norm["offset"])
        self.w, self.b, self.out = nnx.Param(wide["w"]), nnx.Param(wide["b"]), nnx.Param(out["w"])

    def __call__(self, x):
        m = jnp.mean(x, axis=-1, keepdims=True)
        v = jnp.mean((x - m) ** 2, axis=-1, keepdims=True)
        y = (x - m) / jnp.sqrt(v + 1e-5) * self.scale[...] + self.offset[...]
        a, b = jnp.split(y @ self.w[...] + self.b[...], 2, axis=-1)
        return x + (a / (1 + jnp.exp(-b))) @ self.out[...]


class Both(nnx.Module):
    def __init__(self, params):
        self.one, self.two = (
            Block2(*(params[f"gated_block{i}/{part}"] for part in ("layer_norm", "linear", "linear_1")))
            for i in ("_1", "")
        )

    def __call__(self, x):
        return self.two(self.one(x))


def port_gated(params):
    return Both(params)
