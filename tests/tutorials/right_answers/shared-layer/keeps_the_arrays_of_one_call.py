class ToyLinear:
    def __init__(self, size):
        self.size, self.name, self.arrays = size, free_name(), None

    def __call__(self, x):
        if self.arrays is None:
            my_linear(self.name, self.size, x)
            self.arrays = frames[-1]["params"][self.name]
        return x @ self.arrays["w"] + self.arrays["b"]
