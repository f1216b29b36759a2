# %% right: one entry at a time
predicted_shapes = {"a": (4, 16, 12, 16)}
predicted_shapes["b"] = (4, 12, 8, 16)
predicted_shapes["c"] = (4, 6, 4, 32)
predicted_shapes["pool"] = (4, 2, 1, 32)
predicted_shapes["up"] = (4, 6, 4, 8)
predicted_shapes |= {"c/w": (3, 3, 1, 32), "up/w": (4, 4, 8, 32), "head/w": (192, 10)}

# %% right: lists
predicted_shapes = dict(a=[4, 16, 12, 16], b=[4, 12, 8, 16], c=[4, 6, 4, 32], pool=[4, 2, 1, 32], up=[4, 6, 4, 8])
predicted_shapes |= {"c/w": [3, 3, 1, 32], "up/w": [4, 4, 8, 32], "head/w": [6 * 4 * 8, 10]}

# %% wrong: no rate in b
predicted_shapes = {
    "a": (4, 16, 12, 16), "b": (4, 14, 10, 16), "c": (4, 6, 4, 32), "pool": (4, 2, 1, 32),
    "up": (4, 6, 4, 8), "c/w": (3, 3, 1, 32), "up/w": (4, 4, 8, 32), "head/w": (192, 10),
}

# %% wrong: a kernel without groups
predicted_shapes = {
    "a": (4, 16, 12, 16), "b": (4, 12, 8, 16), "c": (4, 6, 4, 32), "pool": (4, 2, 1, 32),
    "up": (4, 6, 4, 8), "c/w": (3, 3, 16, 32), "up/w": (4, 4, 8, 32), "head/w": (192, 10),
}

# %% wrong: the kernel of up as in a convolution
predicted_shapes = {
    "a": (4, 16, 12, 16), "b": (4, 12, 8, 16), "c": (4, 6, 4, 32), "pool": (4, 2, 1, 32),
    "up": (4, 6, 4, 8), "c/w": (3, 3, 1, 32), "up/w": (4, 4, 32, 8), "head/w": (192, 10),
}

# %% wrong: channels first
predicted_shapes = {
    "a": (4, 16, 16, 12), "b": (4, 16, 12, 8), "c": (4, 32, 6, 4), "pool": (4, 32, 2, 1),
    "up": (4, 8, 6, 4), "c/w": (3, 3, 1, 32), "up/w": (4, 4, 8, 32), "head/w": (192, 10),
}

# %% wrong: up as SAME
predicted_shapes = {
    "a": (4, 16, 12, 16), "b": (4, 12, 8, 16), "c": (4, 6, 4, 32), "pool": (4, 2, 1, 32),
    "up": (4, 4, 2, 8), "c/w": (3, 3, 1, 32), "up/w": (4, 4, 8, 32), "head/w": (64, 10),
}
