class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, name=name)

    def __call__(self, x):
        return hk.Linear(self.output_size, self.with_bias)(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
