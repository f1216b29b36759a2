class ToyLinear:
    def __init__(self, size):
        frames[-1]["count"] = frames[-1].get("count", 0) + 1
        count = frames[-1]["count"]
        self.size, self.name = size, "linear" if count == 1 else f"linear_{count - 1}"

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
