local_shapes = {"A": (8, 6), "B": "fails", ...: ...}
