def mean_log(x, n):
    i = np.arange(x.size)
    use = np.logical_and(i < n, x > 0)
    total, weight = np.sum(np.log(np.where(use, x, 1)) / (1 + i)), np.sum(use / (1 + i))
    return total / np.where(weight > 0, weight, 1.0)
