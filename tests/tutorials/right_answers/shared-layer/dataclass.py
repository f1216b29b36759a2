import dataclasses


@dataclasses.dataclass
class ToyLinear:
    size: int

    def __post_init__(self):
        self.name = free_name()

    def __call__(self, x):
        return my_linear(self.name, self.size, x)
