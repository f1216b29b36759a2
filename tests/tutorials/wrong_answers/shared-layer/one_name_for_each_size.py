class ToyLinear:
    def __init__(self, size):
        names = frames[-1].setdefault("by_size", {})
        self.size, self.name = size, names.setdefault(size, free_name())

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
