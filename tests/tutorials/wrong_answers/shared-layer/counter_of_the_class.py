class ToyLinear:
    made = 0

    def __init__(self, size):
        self.size = size
        self.name = f"linear_{ToyLinear.made}" if ToyLinear.made else "linear"
        ToyLinear.made += 1

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
