def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v @ a.astype(jnp.bfloat16) @ v)(x.astype(jnp.bfloat16))
