fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "fails", "H": "fails"}
