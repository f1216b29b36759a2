answers = {  # equal, complaint
    "a": (False, False), "b": (False, True), "c": (True, False), "d": (False, False),
    "e": (True, True), "f": (True, False), "g": (False, True),
}
equal_draws = {name for name, (equal, _) in answers.items() if equal}
complaints = frozenset(name for name, (_, complaint) in answers.items() if complaint)
