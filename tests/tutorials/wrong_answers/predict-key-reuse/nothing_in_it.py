equal_draws = set()
complaints = set()
