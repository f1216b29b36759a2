def quadratic_form(a, x):
    return jnp.dot(x, jnp.dot(a, x))


gradient_of_quadratic = jax.grad(quadratic_form, argnums=1)
