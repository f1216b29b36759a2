# %% right: booleans of numpy
key_reuse = {
    "equal_draws": {"a": np.bool_(0), "b": np.bool_(0), "c": np.bool_(1), "d": np.bool_(0), "e": np.bool_(1), "f": np.bool_(1), "g": np.bool_(0)},
    "complaints": {"a": np.bool_(0), "b": np.bool_(1), "c": np.bool_(0), "d": np.bool_(0), "e": np.bool_(1), "f": np.bool_(0), "g": np.bool_(1)},
}

# %% right: in another order
key_reuse = {
    "complaints": dict(a=False, b=True, c=False, d=False, e=True, f=False, g=True),
    "equal_draws": dict(g=False, f=True, e=True, d=False, c=True, b=False, a=False),
}

# %% right: names of functions taken
a = [jax.random.normal(jax.random.key(0))] * 2  # tried out beside the answer
c = "c"
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: compiled draws differ
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": False, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: dots left
key_reuse = {
    "equal_draws": {"a": ..., "b": ..., "c": ..., "d": ..., "e": ..., "f": ..., "g": ...},
    "complaints": {"a": ..., "b": ..., "c": ..., "d": ..., "e": ..., "f": ..., "g": ...},
}

# %% wrong: everything is reported
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": True, "b": True, "c": True, "d": True, "e": True, "f": True, "g": True},
}

# %% wrong: fold_in is counted
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": True, "d": True, "e": True, "f": False, "g": True},
}

# %% wrong: halves are equal
key_reuse = {
    "equal_draws": {"a": True, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: sets
key_reuse = {"equal_draws": {"c", "e", "f"}, "complaints": {"b", "e", "g"}}

# %% wrong: the helper goes on
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": False, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: the parent equals its child
key_reuse = {
    "equal_draws": {"a": False, "b": True, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: the parent may still be drawn from
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": False, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: uniform is the same numbers
key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": True},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}

# %% wrong: words
key_reuse = {
    "equal_draws": {"a": "no", "b": "no", "c": "yes", "d": "no", "e": "yes", "f": "yes", "g": "no"},
    "complaints": {"a": "no", "b": "yes", "c": "no", "d": "no", "e": "yes", "f": "no", "g": "yes"},
}

# %% wrong: zeros and ones
key_reuse = {
    "equal_draws": {"a": 0, "b": 0, "c": 1, "d": 0, "e": 1, "f": 1, "g": 0},
    "complaints": {"a": 0, "b": 1, "c": 0, "d": 0, "e": 1, "f": 0, "g": 1},
}
