def gradient_of_quadratic(x, a):
    return jax.grad(lambda x: x @ a @ x)(x)
