def gradient_of_quadratic(a, x):
    def q(v):
        col = v.reshape(-1, 1)
        return (col.T @ a @ col)[0, 0]
    return jax.grad(q)(x)
