def gradient_of_quadratic(a, x):
    return list(jax.grad(lambda x: x @ a @ x)(x))
