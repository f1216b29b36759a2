predicted_factors = {
    "batch twice": {"sum": ..., "mean": ..., "norm": ...},
    "error twice": {"sum": ..., "mean": ..., "norm": ...},
}
