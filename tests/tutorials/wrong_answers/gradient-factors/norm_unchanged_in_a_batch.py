predicted_factors = {
    "batch twice": {"sum": 2, "mean": 1, "norm": 1},
    "error twice": {"sum": 2, "mean": 2, "norm": 1},
}
