predicted_tree = {"linear/w": (3, 16), "linear/b": (16,)}
