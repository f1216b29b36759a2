def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: (v @ a @ v).item())(x)
