predicted_factors = dict.fromkeys(["error twice", "batch twice"])
predicted_factors["error twice"] = dict(norm=1, sum=2, mean=2)
predicted_factors["batch twice"] = dict(norm=2 / 2**0.5, sum=2, mean=2 / 2)
