class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return self.gain() * super().__call__(x)

    @hk.name_like("__call__")
    def gain(self):
        return hk.get_parameter("gain", (self.output_size,), jnp.float32, jnp.ones)
