def gradient_of_quadratic(a, x):
    def quadratic(v):
        product = a @ v
        return v @ product, product

    gradient, _ = jax.grad(quadratic, has_aux=True)(x)
    return gradient
