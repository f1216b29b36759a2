class Stack(hk.Module):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def __call__(self, h):
        def layer(h):
            return h + jnp.tanh(hk.Linear(h.shape[-1])(h))

        return hk.layer_stack(self.depth)(layer)(h)


def looped_stack(x, depth, rounds):
    stack = Stack(depth)
    if hk.running_init():
        return stack(x)
    return hk.fori_loop(0, rounds, lambda _, h: stack(h), x)
