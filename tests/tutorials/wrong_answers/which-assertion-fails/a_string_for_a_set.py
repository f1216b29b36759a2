predicted_failures = {
    "naive": {"finite", "close"},
    "flat": "shape",
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
