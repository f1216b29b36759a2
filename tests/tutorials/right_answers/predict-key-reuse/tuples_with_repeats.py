equal_draws = ("c", "e", "f", "c")
complaints = ("g", "b", "e")
