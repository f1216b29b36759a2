predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "traced": {"finite", "close"},
}
