traces = dict(zip(("five_rates", "two_epochs", "falling_rate", "tuples_and_lists", "lambda_in_each_epoch", "jit_in_each_epoch"), np.array([1, 2, 2, 2, 3, 1])))
