class ToyLinear:
    def __init__(self, size):
        self.size, self.name, self.out = size, free_name(), None

    def __call__(self, x):
        if self.out is None:
            self.out = my_linear(self.name, self.size, x)
        return self.out
