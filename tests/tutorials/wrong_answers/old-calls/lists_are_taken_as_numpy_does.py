fates = {"A": "runs", "B": "runs", "C": "runs", "D": "fails", "E": "fails", "F": "fails", "G": "runs", "H": "fails"}
