def gradient_of_quadratic(a, x):
    n = len(x)

    def quadratic(x):
        return sum(x[i] * a[i, j] * x[j] for i in range(n) for j in range(n))

    return jax.grad(quadratic)(x)
