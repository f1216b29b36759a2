class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.zeros)
