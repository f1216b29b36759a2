fates = {"A": "fails", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}
