class ToyLinear:
    def __new__(cls, size):
        layer = super().__new__(cls)
        layer.size, layer.name = size, free_name()
        return layer

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
