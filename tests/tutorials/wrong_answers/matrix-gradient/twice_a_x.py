def gradient_of_quadratic(a, x):
    return 2 * a @ x
