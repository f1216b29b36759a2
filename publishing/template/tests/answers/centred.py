# %% right: half of what is left
def centred(series, width):
    means = moving_average(series, width)
    return np.arange(len(means)) + (width - 1) // 2, means

# %% wrong: as given -> These are the indices of the last values
def centred(series, width):
    return late(series, width)

# %% wrong: counted from zero -> [0][0]
np.arange(middle, len(series) - middle)
# becomes
np.arange(len(series) - 2 * middle)

# %% wrong: means alone -> [0], [1]
np.arange(middle, len(series) - middle), moving_average(series, width)
# becomes
moving_average(series, width)
