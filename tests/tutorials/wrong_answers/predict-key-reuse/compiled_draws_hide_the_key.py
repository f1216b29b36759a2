equal_draws = {"c", "e", "f"}
complaints = {"b", "g"}
