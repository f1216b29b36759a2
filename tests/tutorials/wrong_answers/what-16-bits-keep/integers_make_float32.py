kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "float32", "l": "float32", "m": "float32", "n": "bfloat16"},
}
