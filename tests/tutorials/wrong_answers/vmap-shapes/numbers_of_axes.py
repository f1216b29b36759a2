predicted_shapes = {1: 3, 2: 3, 3: "raises", 4: 3, 5: "raises", 6: 4}
