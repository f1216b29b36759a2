equal_draws = {"b", "c", "e", "f"}
complaints = {"b", "e", "g"}
