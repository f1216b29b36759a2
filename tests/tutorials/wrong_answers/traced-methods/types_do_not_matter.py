traces_of = {"a": 1, "b": 3, "c": 1, "d": 2, "e": 2}
