predicted_failures = {
    "naive": ("finite", "close"),
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": {},
    "traced": frozenset(["close", "finite"]),
}
