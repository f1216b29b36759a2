traces_of = {"a": 2, "b": 3, "c": 1, "d": 2, "e": 3}
