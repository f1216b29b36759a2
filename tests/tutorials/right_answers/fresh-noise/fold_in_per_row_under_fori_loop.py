def build_input_output(key):
    def body(i, arrays):
        x = jax.random.normal(jax.random.fold_in(key, 2 * i), (36,))
        n = jax.random.normal(jax.random.fold_in(key, 2 * i + 1), (36,))
        return arrays[0].at[i].set(x), arrays[1].at[i].set(n)

    zeros = jnp.zeros((8, 36))
    inputs, noise = jax.lax.fori_loop(0, 8, body, (zeros, zeros))
    return inputs, noise, jnp.sign(jnp.maximum((12 * inputs + noise).sum(1) - 6, 0)).astype(int).reshape(-1, 1)
