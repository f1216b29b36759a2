predicted_gradients = {"A": (), "B": (), "C": ((),), "D": (3,), "E": (), "F": (), "G": (), "H": (3,)}
