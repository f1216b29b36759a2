class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        with hk.name_scope("gain"):
            return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
