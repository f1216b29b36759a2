class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        _, y = hk.scan(lambda c, row: (c, drop_half(linear(row))), None, x)
        return y
class NoisyRounds(hk.Module):
    def __call__(self, x):
        keys = jnp.stack(hk.next_rng_keys(4))
        return jax.lax.scan(lambda h, k: (hk.dropout(k, 0.5, h), None), x, keys)[0]
class SavedBlock(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.linear = hk.Linear(7)
    def __call__(self, x):
        @hk.remat
        def f(x):
            m = hk.get_state("m", shape=(), dtype=x.dtype, init=hk.initializers.Constant(0.))
            hk.set_state("m", jnp.max(jnp.array([m, x.max(), -x.min()])))
            return jnp.tanh(self.linear(x))
        return f(x)
