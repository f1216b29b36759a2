kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "float32", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "float32"},
}
