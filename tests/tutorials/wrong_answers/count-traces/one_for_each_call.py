traces = {"five_rates": 5, "two_epochs": 6, "falling_rate": 4, "tuples_and_lists": 4, "lambda_in_each_epoch": 12, "jit_in_each_epoch": 12}
