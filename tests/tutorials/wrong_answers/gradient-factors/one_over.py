predicted_factors = {
    "batch twice": {"sum": 1 / 2, "mean": 1, "norm": 0.5**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}
