a = {"c", "e", "f"}
equal_draws = a
c = {"b", "e"}
complaints = c
