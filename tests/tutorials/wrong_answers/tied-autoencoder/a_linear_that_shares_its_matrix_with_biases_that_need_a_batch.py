class Shared(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x, transpose=False, size=None):
        inputs = size if transpose else x.shape[-1]
        init = hk.initializers.Orthogonal()
        w = hk.get_parameter("w", (inputs, self.hidden_size), init=init)
        return x @ w.T if transpose else x @ w


class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.shared = Shared(hidden_size)
        self.biases = (
            hk.Bias(bias_dims=[-1], name="first"),
            hk.Bias(bias_dims=[-1], name="second"),
        )

    def __call__(self, x):
        first, second = self.biases
        h = jnp.tanh(first(self.shared(x)))
        return second(self.shared(h, transpose=True, size=x.shape[-1]))
