key_reuse = {
    "equal_draws": {"a": 0, "b": 0, "c": 1, "d": 0, "e": 1, "f": 1, "g": 0},
    "complaints": {"a": 0, "b": 1, "c": 0, "d": 0, "e": 1, "f": 0, "g": 1},
}
