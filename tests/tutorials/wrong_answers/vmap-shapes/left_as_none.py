predicted_shapes = {1: None, 2: None, 3: None, 4: None, 5: None, 6: None}
