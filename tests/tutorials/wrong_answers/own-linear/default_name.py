class MyLinear(hk.Module):
    def __init__(self, output_size, name="linear"):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        n = x.shape[-1]
        init = hk.initializers.TruncatedNormal(n**-0.5)
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init=init)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b
