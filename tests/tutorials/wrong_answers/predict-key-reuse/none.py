equal_draws = None
complaints = {"b", "e", "g"}
