class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        return hk.vmap(lambda row: linear(drop_half(row)), split_rng=not hk.running_init())(x)


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
