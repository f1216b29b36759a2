# %% right: by keyword
kept_arrays = {
    **dict.fromkeys(["sum", "stopped", "scaled"], 0),
    **dict.fromkeys(["sine", "checkpointed"], 1),
    **dict.fromkeys(["product", "two sines", "sine of sine"], 2),
}

# %% right: floats
kept_arrays = {"scaled": 0.0, "stopped": 0.0, "sum": 0.0, "product": 2.0, "sine": 1.0, "two sines": 2.0, "sine of sine": 2.0, "checkpointed": 1.0}

# %% wrong: all arguments
kept_arrays = {"sum": 2, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 1, "checkpointed": 1, "stopped": 2, "scaled": 2}

# %% wrong: checkpoint keeps all
kept_arrays = {"sum": 0, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 2, "stopped": 0, "scaled": 0}

# %% wrong: checkpoint keeps nothing
kept_arrays = {"sum": 0, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 0, "stopped": 0, "scaled": 0}

# %% wrong: nothing
kept_arrays = dict.fromkeys(functions, 0)

# %% wrong: product keeps one
kept_arrays = {"sum": 0, "product": 1, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 1, "stopped": 0, "scaled": 0}

# %% wrong: the stopped sine
kept_arrays = {"sum": 0, "product": 2, "sine": 1, "two sines": 2, "sine of sine": 2, "checkpointed": 1, "stopped": 1, "scaled": 0}
