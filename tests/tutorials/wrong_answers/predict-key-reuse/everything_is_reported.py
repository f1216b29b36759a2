key_reuse = {
    "equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False},
    "complaints": {"a": True, "b": True, "c": True, "d": True, "e": True, "f": True, "g": True},
}
