# %% right: by the sum so far
def moving_average(series, width):
    sums = np.cumsum(np.concatenate([[0.0], series]))
    return (sums[width:] - sums[:-width]) / width

# %% wrong: same length
def moving_average(series, width):
    return np.convolve(series, np.full(width, 1 / width), mode="same")

# %% wrong: sum
def moving_average(series, width):
    return np.convolve(series, np.ones(width), mode="valid")
