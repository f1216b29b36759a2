def gradient_of_quadratic(a, x):
    return a.T @ x
