class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def matrix(self, inputs):
        init = hk.initializers.VarianceScaling(mode="fan_avg")
        return hk.get_parameter("matrix", (inputs, self.hidden_size), init=init)

    def encode(self, x):
        b = hk.get_parameter("encoder_bias", (self.hidden_size,), init=jnp.zeros)
        return jnp.tanh(x @ self.matrix(x.shape[-1]) + b)

    def decode(self, h, inputs):
        c = hk.get_parameter("decoder_bias", (inputs,), init=jnp.zeros)
        return h @ self.matrix(inputs).T + c

    def __call__(self, x):
        return self.decode(self.encode(x), x.shape[-1])
