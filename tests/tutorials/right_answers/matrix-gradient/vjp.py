def gradient_of_quadratic(a, x):
    value, pull = jax.vjp(lambda v: v @ a @ v, x)
    return pull(jnp.ones_like(value))[0]
