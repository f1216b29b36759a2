predicted_shapes = {1: [3, 4, 5], 2: [4, 3, 5], 3: "Raises", 4: [4, 5, 3], 5: "RAISES", 6: [3, 6, 4, 5]}
