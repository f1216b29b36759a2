class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        return hk.vmap(lambda row: drop_half(linear(row)), split_rng=not hk.running_init())(x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        hk.set_state("largest", jnp.abs(x).max())
        return hk.remat(lambda x: jnp.tanh(hk.Linear(7)(x)))(x)
