predicted_failures = {
    "naive": ["close", "finite"],
    "flat": ["close", "shape"],
    "rounded": {"type", "close"},
    "half": [],
    "traced": {"finite", "close"},
}
