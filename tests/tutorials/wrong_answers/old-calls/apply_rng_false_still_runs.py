fates = {"A": "runs", "B": "fails", "C": "runs", "D": "runs", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}
