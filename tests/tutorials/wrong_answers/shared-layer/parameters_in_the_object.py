class ToyLinear:
    def __init__(self, size):
        self.size, self.w = size, None

    def __call__(self, x):
        if self.w is None:
            self.w = jax.random.normal(jax.random.key(0), (x.shape[-1], self.size))
            self.b = jnp.zeros(self.size)
        return x @ self.w + self.b
