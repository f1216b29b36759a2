@jax.jit
def gradient_of_quadratic(a, x):
    return jax.grad(lambda v: v.T @ a @ v)(x)
