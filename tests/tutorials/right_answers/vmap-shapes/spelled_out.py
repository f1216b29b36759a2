predicted_shapes = {}
predicted_shapes[1] = (3, 4, 5)
predicted_shapes[2] = (4, 3, 5)
predicted_shapes[3] = "raises"
predicted_shapes[4] = (4, 5, 3)
predicted_shapes[5] = "raises"
predicted_shapes[6] = (3, 6, 4, 5)
