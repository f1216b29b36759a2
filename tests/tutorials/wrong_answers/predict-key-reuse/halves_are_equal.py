key_reuse = {
    "equal_draws": {"a": True, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": True},
}
