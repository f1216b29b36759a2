# %% right: by the sum so far
def moving_average(series, width):
    sums = np.cumsum(np.concatenate([[0.0], series]))
    return (sums[width:] - sums[:-width]) / width

# %% wrong: sum -> These are the sums of the windows
def moving_average(series, width):
    return np.convolve(series, np.ones(width), mode="valid")

# %% wrong: as many as values -> (4,)
mode="valid"
# becomes
mode="same"
