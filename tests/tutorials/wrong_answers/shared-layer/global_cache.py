_cache = {}


class ToyLinear:
    def __init__(self, size):
        self.size, self.name = size, free_name()

    def __call__(self, x):
        if self.name not in _cache:
            _cache[self.name] = my_linear(self.name, self.size, jnp.eye(x.shape[-1]))
        return x @ _cache[self.name]
