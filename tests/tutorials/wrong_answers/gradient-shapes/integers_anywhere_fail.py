predicted_gradients = {"A": {"w": (3, 2), "b": (3,), "mask": None}, "B": (2,), "C": ((2,),), "D": "fails", "E": ((), (2,)), "F": "fails", "G": "fails", "H": (3, 2)}
