predicted_failures = {
    "naive": {"finite", "close"},
    "flat": {"assert_shape", "assert_trees_all_close"},
    "rounded": {"type", "close"},
    "half": set(),
    "traced": {"finite", "close"},
}
