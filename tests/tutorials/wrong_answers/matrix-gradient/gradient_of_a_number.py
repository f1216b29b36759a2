def gradient_of_quadratic(a, x):
    return jax.grad(x @ a @ x)(x)
