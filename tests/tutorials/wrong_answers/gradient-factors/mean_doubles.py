predicted_factors = {
    "batch twice": {"sum": 2, "mean": 2, "norm": 2**0.5},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}
