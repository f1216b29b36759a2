def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: 0.5 * x @ a @ x)(x)
