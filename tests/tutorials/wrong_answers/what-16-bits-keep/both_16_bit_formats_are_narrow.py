kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": False, "g": False, "h": False},
    "dtype": {"i": "bfloat16", "j": "float32", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}
