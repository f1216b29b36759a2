def gradient_of_quadratic(a, x):
    return jax.grad(lambda x: np.dot(x, np.dot(a, x)))(x)
