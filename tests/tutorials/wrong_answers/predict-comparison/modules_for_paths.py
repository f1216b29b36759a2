predicted_comparison = {
    "fits": {"net/linear/b"},
    "missing": {"net/norm", "net/gate"},
    "extra": {"net/scale", "ema/linear"},
    "other shape": {"net/linear_1/w"},
    "other dtype": {"net/linear/w"},
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
