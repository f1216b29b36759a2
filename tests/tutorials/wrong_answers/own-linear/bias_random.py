class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=hk.initializers.RandomNormal(0.1))
        return x @ w + b
