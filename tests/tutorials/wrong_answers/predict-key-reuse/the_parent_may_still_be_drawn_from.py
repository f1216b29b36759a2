equal_draws = {"c", "e", "f"}
complaints = {"e", "g"}
