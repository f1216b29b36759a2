def moving_average(series, width):
    return np.convolve(series, np.ones(width), mode="valid")
