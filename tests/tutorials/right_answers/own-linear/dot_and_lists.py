class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        inputs = x.shape[-1]
        w = hk.get_parameter(
            "w",
            [inputs, self.output_size],
            dtype=x.dtype,
            init=hk.initializers.TruncatedNormal(stddev=inputs**-0.5),
        )
        b = hk.get_parameter("b", [self.output_size], dtype=x.dtype, init=jnp.zeros)
        return jnp.dot(x, w) + jnp.broadcast_to(b, (*x.shape[:-1], self.output_size))
