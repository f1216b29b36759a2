class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        return hk.map(lambda row: drop_half(linear(row)), x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        return hk.layer_stack(4)(drop_half)(x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        layer = hk.Linear(7)

        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(layer(x))

        return hk.remat(block)(x)
