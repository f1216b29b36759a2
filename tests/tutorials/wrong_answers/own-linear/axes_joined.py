class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        n = x.shape[-1]
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x.reshape(-1, n) @ w + b
