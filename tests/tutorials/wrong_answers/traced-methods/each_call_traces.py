traces_of = {"a": 2, "b": 3, "c": 3, "d": 3, "e": 3}
