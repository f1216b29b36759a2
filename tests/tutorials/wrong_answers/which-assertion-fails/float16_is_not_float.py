predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": {"type", "close"},
    "traced": {"finite", "close"},
}
