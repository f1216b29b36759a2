def gradient_of_quadratic(a, x):
    a, x = np.asarray(a), np.asarray(x)
    return (a + a.T) @ x
