# %% right: with floats
predicted_windows = {25: 176.0, 200: 1.0}

# %% wrong: one less -> 25, 200
predicted_windows = {25: 175, 200: 0}

# %% wrong: one for each value -> 25, 200
predicted_windows = {25: 200, 200: 200}
