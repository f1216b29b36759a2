predicted_shapes = {0: (3, 4, 5), 1: (4, 3, 5), 2: "raises", 3: (4, 5, 3), 4: "raises", 5: (3, 6, 4, 5)}
