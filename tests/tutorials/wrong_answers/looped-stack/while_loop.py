class Stack(hk.Module):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def __call__(self, h):
        layer = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))
        return hk.layer_stack(self.depth)(layer)(h)


def looped_stack(x, depth, rounds):
    stack = Stack(depth)
    if hk.running_init():
        return stack(x)
    body = lambda c: (c[0] + 1, stack(c[1]))
    return hk.while_loop(lambda c: c[0] < rounds, body, (0, x))[1]
