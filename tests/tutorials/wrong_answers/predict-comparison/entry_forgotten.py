predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/linear_1/b", "net/norm/scale", "net/gate/w"},
    "extra": {"net/scale/w", "ema/linear/w"},
    "other shape": {"net/linear_1/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
