class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = jax.random.normal(hk.next_rng_key(), (x.shape[-1], self.output_size))
        b = jnp.zeros(self.output_size)
        return x @ w + b
