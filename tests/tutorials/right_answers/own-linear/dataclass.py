import dataclasses


@dataclasses.dataclass
class MyLinear(hk.Module):
    output_size: int
    name: str | None = None

    def __call__(self, x):
        n = x.shape[-1]
        init = hk.initializers.TruncatedNormal(1 / n**0.5)
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, hk.initializers.Constant(0))
        return x @ w + b
