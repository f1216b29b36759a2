class ScaledLinear(hk.Linear):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.kept = hk.get_parameter("gain", [self.output_size], init=jnp.ones)

    def __call__(self, x):
        return super().__call__(x) * self.kept

    def gain(self):
        return self.kept
