fates = {"A": "runs", "B": "fails", "C": "runs", "D": "fails", "E": "runs", "F": "fails", "G": "runs", "H": "fails"}
