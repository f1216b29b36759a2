key_reuse = {"equal_draws": {"c", "e", "f"}, "complaints": {"b", "e", "g"}}
