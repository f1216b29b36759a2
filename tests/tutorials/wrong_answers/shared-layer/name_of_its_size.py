class ToyLinear:
    def __init__(self, size):
        self.size = size

    def __call__(self, x):
        return my_linear(f"linear_{self.size}", self.size, x)
