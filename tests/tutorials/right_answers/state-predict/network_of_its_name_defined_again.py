def watched_net(x):
    return x


predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}, "norm/~/var_ema": {"counter": (), "hidden": (1, 3), "average": (1, 3)}}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0, 2, 5, 5, 3]}
