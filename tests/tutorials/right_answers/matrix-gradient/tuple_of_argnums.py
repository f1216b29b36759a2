def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: jnp.sum(jnp.outer(x, x) * a), argnums=(0, 1))(a, x)[1]
