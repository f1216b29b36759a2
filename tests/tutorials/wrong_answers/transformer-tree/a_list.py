predicted_tree = [(8, 8), (6, 8)]
