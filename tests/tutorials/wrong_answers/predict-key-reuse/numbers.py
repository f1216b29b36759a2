equal_draws = {3, 5, 6}
complaints = {2, 5, 7}
