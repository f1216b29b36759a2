fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "fails", "F": "runs", "G": "runs", "H": "fails"}
