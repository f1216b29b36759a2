class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("weight", (k, n), x.dtype, init=hk.initializers.RandomNormal(0.1))
        b = hk.get_parameter("b_enc", (k,), x.dtype, init=hk.initializers.Constant(0.0))
        c = hk.get_parameter("b_dec", (n,), x.dtype, init=hk.initializers.Constant(0.0))
        return jnp.einsum("...k,kn->...n", jnp.tanh(jnp.einsum("...n,kn->...k", x, w) + b), w) + c
