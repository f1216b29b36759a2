fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "runs"}
