class MyLinear(hk.Module):
    def __init__(self, inputs, output_size, name=None):
        super().__init__(name=name)
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(inputs))
        self.w = hk.get_parameter("w", (inputs, output_size), init=init)
        self.b = hk.get_parameter("b", (output_size,), init=jnp.zeros)

    def __call__(self, x):
        return x @ self.w + self.b
