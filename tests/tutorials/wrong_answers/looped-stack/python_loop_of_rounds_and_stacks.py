def looped_stack(x, depth, rounds):
    stack = hk.layer_stack(depth)(lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h)))
    for _ in range(rounds):
        x = stack(x)
    return x
