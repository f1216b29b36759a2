predicted_shapes = [(3, 4, 5), (4, 3, 5), "raises", (4, 5, 3), "raises", (3, 6, 4, 5)]
