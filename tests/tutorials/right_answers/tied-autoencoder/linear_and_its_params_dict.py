class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        encoder = hk.Linear(self.hidden_size, name="encoder")
        h = jnp.tanh(encoder(x))
        w = next(v for k, v in encoder.params_dict().items() if k.endswith("/w"))
        return h @ w.T + hk.get_parameter("c", x.shape[-1:], init=jnp.zeros)
