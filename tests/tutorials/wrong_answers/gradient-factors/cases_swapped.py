predicted_factors = {
    "error twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "batch twice": {"sum": 2, "mean": 2, "norm": 1},
}
