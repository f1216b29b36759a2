predicted_comparison = {
    "fits": {"net/linear/b", "net/linear_1/w"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": set(),
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
