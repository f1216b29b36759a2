class ToyLinear:
    def __init__(self, size):
        self.size = size
        params = frames[-1]["params"]
        self.name = f"linear_{len(params)}" if params else "linear"

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
