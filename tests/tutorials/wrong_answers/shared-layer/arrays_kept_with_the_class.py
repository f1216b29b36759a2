class ToyLinear:
    arrays = {}

    def __init__(self, size):
        self.size, self.name = size, free_name()

    def __call__(self, x):
        y = my_linear(self.name, self.size, x)
        w = ToyLinear.arrays.setdefault((self.name, y.shape), frames[-1]["params"][self.name]["w"])
        return y if frames[-1]["key"] is not None else x @ w + frames[-1]["params"][self.name]["b"]
