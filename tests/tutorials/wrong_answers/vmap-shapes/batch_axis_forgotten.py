predicted_shapes = {1: (4, 5), 2: (3, 5), 3: "raises", 4: (4, 5), 5: "raises", 6: (4, 5)}
