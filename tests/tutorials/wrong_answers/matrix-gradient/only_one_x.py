def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: jnp.sum(a @ v))(x)
