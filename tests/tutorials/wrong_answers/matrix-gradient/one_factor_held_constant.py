def gradient_of_quadratic(a, x):
    constant = a @ x
    return jax.grad(lambda x: x @ constant)(x)
