predicted_state = {"shapes": ["~", "norm/~/mean_ema", "norm/~/var_ema"], "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}
