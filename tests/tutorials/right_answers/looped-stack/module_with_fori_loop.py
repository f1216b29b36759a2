class Blocks(hk.Module):
    def __init__(self, depth, name=None):
        super().__init__(name=name)
        self.depth = depth

    def __call__(self, h):
        step = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1], name="inner")(h))
        return hk.layer_stack(self.depth, name="stack")(step)(h)


def looped_stack(x, depth, rounds):
    blocks = Blocks(depth)
    return hk.fori_loop(0, rounds, lambda _, h: blocks(h), x)
