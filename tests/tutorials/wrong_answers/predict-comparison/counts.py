predicted_comparison = {
    "fits": 1,
    "missing": 3,
    "extra": 2,
    "other shape": 1,
    "other dtype": 1,
    "new name of net/scale": "net/gate",
    "ema/linear stops apply": False,
}
