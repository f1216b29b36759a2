def moving_average(series, width):
    return np.convolve(series, np.full(width, 1 / width), mode="same")
