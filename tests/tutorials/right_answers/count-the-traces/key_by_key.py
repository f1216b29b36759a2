predicted = dict.fromkeys(["shapes", "rates", "powers", "trees"], 3)
predicted["same_function"] = 1
predicted["decaying_rate"] = predicted["keywords"] = 2
predicted["fresh_lambdas"] = 4
