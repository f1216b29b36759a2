key_reuse = {"equal_draws": {"a": False, "b": False, "c": True, "d": False, "e": True, "f": True, "g": False}}
