class ToyLinear:
    def __init__(self, size):
        self.size, self.name = size, free_name()

    def __call__(self, x):
        my_linear(self.name, self.size, x)
