class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        layer = hk.Linear(self.hidden_size)
        return layer(jnp.tanh(layer(x)))
