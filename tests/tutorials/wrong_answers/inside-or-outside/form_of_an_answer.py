predicted = {"A": "right", "B": "wrong", "C": "fails", ...: ...}
