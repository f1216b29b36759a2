class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        h = jnp.tanh(hk.Linear(self.hidden_size)(x))
        return hk.Linear(x.shape[-1])(h)
