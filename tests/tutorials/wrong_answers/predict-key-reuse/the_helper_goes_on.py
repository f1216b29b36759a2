key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": False, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}
