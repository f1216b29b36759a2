def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: jnp.einsum("i,ij,j->", x, a, x), argnums=1)(a, x)
