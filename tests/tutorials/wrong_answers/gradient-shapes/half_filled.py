predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,)}
