def gradient_of_quadratic(a, x):
    return jnp.round(jax.grad(lambda v: v @ a @ v)(x), 3)
