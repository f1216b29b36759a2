traces = {"five_rates": 1, "two_epochs": 2, "falling_rate": 2, "tuples_and_lists": 2, "lambda_in_each_epoch": 3, "jit_in_each_epoch": 3}
