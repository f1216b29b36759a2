outcomes = {"A": "right", "B": "wrong", "C": "fails", ...: ...}
