# %% right: in parts
kept = {"differs": {}, "in_range": {}, "dtype": {}}
for name in "abcd":
    kept["differs"][name] = name in "bd"
for name in "efgh":
    kept["in_range"][name] = name in "fh"
for name in "ijklmn":
    kept["dtype"][name] = "float32" if name in "jlm" else "bfloat16"

# %% right: numpy booleans
no, yes = np.bool_(False), np.bool_(True)
kept = {
    "dtype": dict(i="bfloat16", j="float32", k="bfloat16", l="float32", m="float32", n="bfloat16"),
    "in_range": dict(e=no, f=yes, g=no, h=yes),
    "differs": dict(a=no, b=yes, c=no, d=yes),
}

# %% wrong: bfloat16 has the digits of float16
kept = {
    "differs": {"a": False, "b": True, "c": True, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: both 16 bit formats are narrow
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": False, "g": False, "h": False},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: distance is eps at any size
kept = {
    "differs": {"a": True, "b": True, "c": True, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: every small term counts
kept = {
    "differs": {"a": True, "b": True, "c": True, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: float16 reaches down to zero
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": True, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: integers make float32
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "float32", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: numpy keeps float64
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float64", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}

# %% wrong: python numbers are float32
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "float32", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "float32"},
}

# %% wrong: scalars are weak
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "bfloat16", "n": "bfloat16"},
}

# %% wrong: the first dtype wins
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "bfloat16", "m": "float32", "n": "bfloat16"},
}

# %% wrong: where makes float32
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "float32"},
}
