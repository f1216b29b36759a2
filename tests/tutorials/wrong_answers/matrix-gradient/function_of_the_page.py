def gradient_of_quadratic(a, x):
    return jax.grad(square_sum)(x)
