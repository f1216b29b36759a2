def gradient_of_quadratic(a, x):
    return jax.value_and_grad(lambda x: x @ a @ x)(x)
