predicted_factors = {
    "batch twice": {"sum": 2.0, "mean": 1.0, "norm": 1.41},
    "error twice": {"sum": 2.0, "mean": 2.0, "norm": 1.0},
}
