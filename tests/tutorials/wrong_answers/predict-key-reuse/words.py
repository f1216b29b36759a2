key_reuse = {
    "equal_draws": {"a": "no", "b": "no", "c": "yes", "d": "no", "e": "yes", "f": "yes", "g": "no"},
    "complaints": {"a": "no", "b": "yes", "c": "no", "d": "no", "e": "yes", "f": "no", "g": "yes"},
}
