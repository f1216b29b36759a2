class NoisyRows(hk.Module):
    def __call__(self, x):
        h = hk.Linear(50)(x)
        return hk.vmap(drop_half, split_rng=True)(h)
class NoisyRounds(hk.Module):
    def __call__(self, x):
        return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)
class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))
        return hk.remat(block)(x)
