outcomes = ["wrong", "right", "wrong", "wrong", "right", "fails", "fails", "right"]
