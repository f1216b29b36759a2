fates = {"A": "runs", "B": "fails", "C": "fails", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}
