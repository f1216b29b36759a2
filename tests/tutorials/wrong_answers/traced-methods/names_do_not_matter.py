traces_of = {"a": 1, "b": 3, "c": 1, "d": 1, "e": 3}
