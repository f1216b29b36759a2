class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
