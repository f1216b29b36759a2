x = jnp.ones(3)
def gradient_of_quadratic(a, v):
    return jax.grad(lambda x: x @ a @ x)(x)
