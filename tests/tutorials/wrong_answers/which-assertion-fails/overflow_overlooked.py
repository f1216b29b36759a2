predicted_failures = {
    "naive": set(),
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
