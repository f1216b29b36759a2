predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "finite", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
