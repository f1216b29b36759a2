class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, name=name)

    def __call__(self, x):
        w = hk.get_parameter("w", [x.shape[-1], self.output_size], init=hk.initializers.TruncatedNormal())
        y = x @ w * self.gain()
        if self.with_bias:
            y += hk.get_parameter("b", [self.output_size], init=jnp.zeros)
        return y

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
