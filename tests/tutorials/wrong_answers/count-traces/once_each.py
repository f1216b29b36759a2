traces = {"five_rates": 1, "two_epochs": 1, "falling_rate": 1, "tuples_and_lists": 1, "lambda_in_each_epoch": 1, "jit_in_each_epoch": 1}
