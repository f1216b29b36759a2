def looped_stack(x, depth, rounds):
    def layer(h):
        return h + jnp.tanh(hk.Linear(h.shape[-1])(h))

    def stack(h):
        return hk.layer_stack(depth)(layer)(h)

    stack = hk.to_module(stack)()
    return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
