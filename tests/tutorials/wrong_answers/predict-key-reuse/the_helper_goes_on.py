equal_draws = {"c", "e"}
complaints = {"b", "e", "g"}
