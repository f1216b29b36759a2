def gradient_of_quadratic(a, x):
    _, gradient = jax.value_and_grad(lambda v: (v * (a @ v)).sum())(x)
    return gradient
