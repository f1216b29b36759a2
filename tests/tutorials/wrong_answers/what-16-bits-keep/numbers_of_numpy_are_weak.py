kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {"i": "bfloat16", "j": "bfloat16", "k": "bfloat16", "l": "float32", "m": "float32", "n": "bfloat16"},
}
