def gradient_of_quadratic(a, x):
    jax.grad(lambda x: x @ a @ x)(x)
