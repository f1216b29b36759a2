def gradient_of_quadratic(a, x):
    return x @ a @ x
