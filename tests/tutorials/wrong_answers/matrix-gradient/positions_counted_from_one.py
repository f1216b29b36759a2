def gradient_of_quadratic(a, x):
    return jax.grad(lambda a, x: x @ a @ x, argnums=2)(a, x)
