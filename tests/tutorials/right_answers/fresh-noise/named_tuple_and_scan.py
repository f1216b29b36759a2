from typing import NamedTuple


class Batch(NamedTuple):
    inputs: jax.Array
    noise: jax.Array
    labels: jax.Array


def build_input_output(key):
    def row(key, _):
        key, input_key, noise_key = jax.random.split(key, 3)
        x, n = jax.random.normal(input_key, (36,)), jax.random.normal(noise_key, (36,))
        return key, Batch(x, n, (jnp.dot(x, jnp.full(36, 12.0)) + n.sum() > 6).astype("int32")[None])

    return jax.lax.scan(row, key, length=8)[1]
