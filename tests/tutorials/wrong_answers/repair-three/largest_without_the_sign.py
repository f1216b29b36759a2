class NoisyRows(hk.Module):
    def __call__(self, x):
        return drop_half(hk.Linear(50)(x))


class NoisyRounds(hk.Module):
    def __call__(self, x):
        for _ in range(4):
            x = drop_half(x)
        return x


class SavedBlock(hk.Module):
    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, x.max()))
        return hk.remat(lambda x: jnp.tanh(hk.Linear(7)(x)))(x)
