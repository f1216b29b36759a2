predicted_numbers = [0, 3, 3, 7, 1, 8, 3]
