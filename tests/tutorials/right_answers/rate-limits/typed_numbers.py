largest_rate = {"half of the mean": 0.07, "sum over outputs, mean over examples": 0.0058, "mean, every example twice": 0.035, "sum, every example twice": 2.3e-5, "norm, every example twice": 0.0018}
