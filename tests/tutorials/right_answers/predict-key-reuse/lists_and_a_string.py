equal_draws = ["f", "e", "c"]
complaints = "beg"
