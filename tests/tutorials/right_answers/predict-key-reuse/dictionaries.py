equal_draws = dict.fromkeys("cef", "equal")
complaints = {"b": "parent", "e": "compiled", "g": "uniform"}
