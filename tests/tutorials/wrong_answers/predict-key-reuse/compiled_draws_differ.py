equal_draws = {"c", "f"}
complaints = {"b", "e", "g"}
