def looped_stack(x, depth, rounds):
    layer = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))
    return hk.layer_stack(depth * rounds)(layer)(x)
