equal_draws = {"a", "c", "e", "f"}
complaints = {"b", "e", "g"}
