def gradient_of_quadratic(a, x):
    def quadratic(x):
        total = 0.0
        for i in range(3):
            for j in range(3):
                total += x[i] * a[i, j] * x[j]
        return total

    return jax.grad(quadratic)(x)
