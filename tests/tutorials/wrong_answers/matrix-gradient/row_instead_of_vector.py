def gradient_of_quadratic(a, x):
    return x[None, :] @ (a + a.T)
