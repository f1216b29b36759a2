# %% right: lists for tuples
predictions = {
    "((f >= 0) == column).shape": [4, 1],
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
}

# %% right: numbers of jax
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": jnp.mean(jnp.array([.75,.25,.75,.75])),
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": jnp.uint8(255),
}

# %% right: one entry at a time
predictions = dict.fromkeys([], 0)
predictions["((f >= 0) == column).shape"] = (4, 1)
predictions["((f >= 0) == row).shape"] = (4, 4)
predictions["(f[:, 0] * row).shape"] = (4,)
predictions["((f >= 0) == row).mean()"] = 10 / 16
predictions["regularised(50.0, 1)"] = -25.0
predictions["regularised(150.0, 1)"] = 75.0
predictions["1 - 2 * small[0, 0]"] = 255

# %% wrong: all pairs agree
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 1.0,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
}

# %% wrong: an extra entry
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
    "mine": 3
}

# %% wrong: number for a shape
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
}

# %% wrong: row has one axis still
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4,),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
}

# %% wrong: uint8 holds minus one
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": -1,
}

# %% wrong: without the regulariser
predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -50.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
}
