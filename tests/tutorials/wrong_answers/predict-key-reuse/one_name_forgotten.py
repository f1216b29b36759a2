equal_draws = {"c", "e", "f"}
