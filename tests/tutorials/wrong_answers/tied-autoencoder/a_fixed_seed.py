class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=lambda shape, dtype: jax.random.normal(jax.random.key(0), shape, dtype))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c
