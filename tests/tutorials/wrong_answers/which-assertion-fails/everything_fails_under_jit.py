predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"shape", "type", "finite", "close"},
}
