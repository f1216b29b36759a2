class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        return hk.vmap(lambda row: drop_half(linear(row)), split_rng=not hk.running_init())(x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        if hk.running_init():
            return x
        body = lambda ih: (ih[0] + 1, drop_half(ih[1]))
        return hk.while_loop(lambda ih: ih[0] < 4, body, (0, x))[1]


class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block)(x)
