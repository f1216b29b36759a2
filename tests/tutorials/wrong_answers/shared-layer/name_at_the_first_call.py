class ToyLinear:
    def __init__(self, size):
        self.size, self.name = size, None

    def __call__(self, x):
        if self.name is None:
            self.name = free_name()
        return my_linear(self.name, self.size, x)
