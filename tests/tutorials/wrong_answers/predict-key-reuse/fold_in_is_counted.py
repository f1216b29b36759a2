equal_draws = {"c", "e", "f"}
complaints = {"b", "c", "d", "e", "g"}
