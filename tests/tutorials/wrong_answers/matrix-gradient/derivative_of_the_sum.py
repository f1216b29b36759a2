def gradient_of_quadratic(a, x):
    return jnp.sum(jax.grad(lambda x: x @ a @ x)(x))
