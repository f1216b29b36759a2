class ScaledLinear(hk.Module):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(name=name)
        self.output_size, self.linear = output_size, hk.Linear(output_size, with_bias)

    def __call__(self, x):
        return self.linear(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
