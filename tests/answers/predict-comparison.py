# %% right: computed
told = compare(in_file, in_network)
predicted_comparison = dict(
    fits=told.fits,
    missing=set(told.missing),
    extra=told.extra,
)
predicted_comparison["other shape"] = list(told.shapes)
predicted_comparison["other dtype"] = frozenset(told.dtypes)
predicted_comparison["new name of net/scale"] = "net/" + "gate"
predicted_comparison["ema/linear stops apply"] = bool(np.False_)

# %% right: lists and tuples
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": ["net/gate/w", "net/norm/scale", "net/linear_1/b"],
    "extra": ("ema/linear/w", "net/scale/w"),
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: another shape is missing and extra
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/w", "net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/linear_1/w", "net/scale/w", "ema/linear/w"},
    "other shape": set(),
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: counts
predicted_comparison = {
    "fits": 1,
    "missing": 3,
    "extra": 2,
    "other shape": 1,
    "other dtype": 1,
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: dtype does not matter
predicted_comparison = {
    "fits": {"net/linear/b", "net/linear/w"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: ema fits the linear
predicted_comparison = {
    "fits": {"net/linear/b", "ema/linear/w"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: entry forgotten
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: extra stops apply
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": True,
}

# %% wrong: modules for paths
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/norm", "net/gate"},
    "extra": {"net/scale", "ema/linear"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: no rename
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": None,
    "ema/linear stops apply": False,
}

# %% wrong: only whole modules are missing
predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: transposed fits
predicted_comparison = {
    "fits": {"net/linear/b", "net/linear_1/w"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": set(),
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}

# %% wrong: zeros are float32
predicted_comparison = {
    "fits": {"net/linear/b", "net/linear/w"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "other dtype": set(),
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
