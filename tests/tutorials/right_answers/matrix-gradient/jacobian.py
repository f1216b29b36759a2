def gradient_of_quadratic(a, x):
    return jax.jacobian(lambda v: v @ a @ v)(x)
