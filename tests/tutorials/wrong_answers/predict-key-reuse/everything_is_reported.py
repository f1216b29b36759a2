equal_draws = {"c", "e", "f"}
complaints = set("abcdefg")
