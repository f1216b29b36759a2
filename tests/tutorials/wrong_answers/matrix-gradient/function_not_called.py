def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: x @ a @ x)
