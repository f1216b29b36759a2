key_reuse = {
    "equal_draws": {"A": False, "B": False, "C": True, "D": False, "E": True, "F": True, "G": False},
    "complaints": {"A": False, "B": True, "C": False, "D": False, "E": True, "F": False, "G": True},
}
