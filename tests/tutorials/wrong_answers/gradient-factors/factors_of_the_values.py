predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 2**0.5},
    "error twice": {"sum": 4, "mean": 4, "norm": 2},
}
