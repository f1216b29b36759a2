a = {"counter": (), "hidden": (1, 3), "average": (1, 3)}
predicted_state = {"shapes": {"~": {"calls": ()}, "norm/~/mean_ema": a, "norm/~/var_ema": dict(a)}, "calls": [0, 1, 2, 3, 2], "counter": [0, 1, 2, 2, 2], "hidden": [0.0, 2.0, 5.0, 5.0, 3.0]}
predicted_state["note"] = "d reads only"
