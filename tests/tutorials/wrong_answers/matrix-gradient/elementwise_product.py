def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: jnp.sum(x * a * x))(x)
