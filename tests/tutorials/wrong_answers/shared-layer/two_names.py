class ToyLinear:
    def __init__(self, size):
        self.size, self.w_name, self.b_name = size, free_name(), free_name()

    def __call__(self, x):
        draw = lambda key, shape: jax.random.normal(key, shape)
        return x @ get_parameter(self.w_name, "w", (x.shape[-1], self.size), draw) + get_parameter(
            self.b_name, "b", (self.size,), draw
        )
