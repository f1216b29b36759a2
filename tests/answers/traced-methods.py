# %% right: another order
traces_of = {"e": 3, "d": 2, "c": 1, "b": 3, "a": 1}

# %% right: one dictionary
traces_of = dict(zip("abcde", (1, 3, 1, 2, 3)))

# %% wrong: changed attribute traces
traces_of = {"a": 2, "b": 3, "c": 1, "d": 2, "e": 3}

# %% wrong: each call traces
traces_of = {"a": 2, "b": 3, "c": 3, "d": 3, "e": 3}

# %% wrong: each number traces
traces_of = {"a": 1, "b": 3, "c": 3, "d": 2, "e": 3}

# %% wrong: names do not matter
traces_of = {"a": 1, "b": 3, "c": 1, "d": 1, "e": 3}

# %% wrong: one class one trace
traces_of = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3}

# %% wrong: types do not matter
traces_of = {"a": 1, "b": 3, "c": 1, "d": 2, "e": 2}
