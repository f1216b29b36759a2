equal_draws = {"c", "e", "f"}
complaints = {"c", "e", "f"}
