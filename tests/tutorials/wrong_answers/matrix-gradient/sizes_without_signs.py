def gradient_of_quadratic(a, x):
    return jnp.abs(jax.grad(lambda v: v @ a @ v)(x))
