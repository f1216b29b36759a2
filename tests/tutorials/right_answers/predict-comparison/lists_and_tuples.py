predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": ["net/gate/w", "net/norm/scale", "net/linear_1/b"],
    "extra": ("ema/linear/w", "net/scale/w"),
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
