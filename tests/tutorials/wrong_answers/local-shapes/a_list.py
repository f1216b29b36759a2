local_shapes = [(2, 6), (8, 3), "fails", (1, 6), (6,), (8, 6), "fails", (4, 2, 6)]
