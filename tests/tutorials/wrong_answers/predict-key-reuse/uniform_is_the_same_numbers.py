equal_draws = {"c", "e", "f", "g"}
complaints = {"b", "e", "g"}
