traces_of = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3}
