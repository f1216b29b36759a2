class Stack(hk.Module):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def __call__(self, h):
        layer = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))
        return hk.layer_stack(self.depth)(layer)(h)


def looped_stack(x, depth, rounds):
    stack = Stack(depth)
    x = stack(x)  # makes the parameters
    return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
