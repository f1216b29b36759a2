names = ["shapes", "rates", "powers", "trees", "keywords", "fresh_lambdas", "same_function", "decaying_rate"]
predicted_traces = dict(zip(names, np.array([3, 3, 3, 3, 2, 4, 1, 2])))
