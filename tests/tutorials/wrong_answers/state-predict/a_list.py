predicted_state = [[0, 1, 2, 3, 2], [0, 1, 2, 2, 2]]
