class ToyLinear:
    def __init__(self, size):
        number = len(frames[-1].setdefault("made", []))
        frames[-1]["made"].append(self)
        self.size, self.name = size, f"linear_{number}"

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
