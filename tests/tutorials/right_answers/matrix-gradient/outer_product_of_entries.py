def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: jnp.sum(v * a * v[:, None]))(x)
