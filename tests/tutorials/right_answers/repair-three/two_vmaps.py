class NoisyRows(hk.Module):
    def __call__(self, x):
        def one_row(row):
            return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(50)(row))

        if hk.running_init():
            return hk.vmap(one_row, split_rng=False)(x)
        return hk.vmap(one_row, split_rng=True)(x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        key = hk.next_rng_key()

        def body(i, h):
            return hk.dropout(jax.random.fold_in(key, i), 0.5, h)

        return jax.lax.fori_loop(0, 4, body, x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block, policy=jax.checkpoint_policies.nothing_saveable)(x)
