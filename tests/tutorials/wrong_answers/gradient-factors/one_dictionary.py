predicted_factors = {"sum": 2, "mean": 1, "norm": 2**0.5}
