def gradient_of_quadratic(a, x):
    return jax.jacobian(jax.grad(lambda v: v @ a @ v))(x)
