loss_fn, watched, params, state = None, 1, {}, {}
a = {"counter": (), "hidden": (1, 3), "average": (1, 3)}
predicted = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": a, "norm/~/var_ema": dict(a)}, "calls": "0 1 2 3 2".split(), "counter": [0, 1, 2, 2, 2], "hidden": range(0, 1)}
predicted["hidden"] = [0.0, 2.0, 5.0, 5.0, 3.0]
