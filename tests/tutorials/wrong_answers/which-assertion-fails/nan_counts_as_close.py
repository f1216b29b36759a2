predicted_failures = {
    "naive": {"finite"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
