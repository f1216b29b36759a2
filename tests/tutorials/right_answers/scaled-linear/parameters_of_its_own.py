class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias, name=name)

    def __call__(self, x):
        shape = [x.shape[-1], self.output_size]
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(shape[0]))
        y = jnp.dot(x, hk.get_parameter("w", shape, x.dtype, init))
        if self.with_bias:
            y += hk.get_parameter("b", [self.output_size], x.dtype, jnp.zeros)
        return y * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=hk.initializers.Constant(1.0))
