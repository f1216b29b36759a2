key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": False, "d": False, "e": False, "f": False, "g": False},
    "complaints": {"a": False, "b": False, "c": False, "d": False, "e": False, "f": False, "g": False},
}
