class NoisyRows(hk.Module):
    def __call__(self, x):
        return drop_half(hk.Linear(50)(x))
class NoisyRounds(hk.Module):
    def __call__(self, x):
        return drop_half(drop_half(drop_half(drop_half(x))))
class SavedBlock(hk.Module):
    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
        return hk.remat(lambda x: jnp.tanh(hk.Linear(7)(x)), policy=jax.checkpoint_policies.everything_saveable)(x)
