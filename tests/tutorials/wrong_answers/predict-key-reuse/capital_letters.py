equal_draws = {"C", "E", "F"}
complaints = {"B", "E", "G"}
