predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"shape", "close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
predicted_failures["naiv"] = predicted_failures.pop("naive")
