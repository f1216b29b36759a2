traces_of = {"e": 3, "d": 2, "c": 1, "b": 3, "a": 1}
