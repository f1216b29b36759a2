kept_arrays = {
    **dict.fromkeys(["sum", "stopped", "scaled"], 0),
    **dict.fromkeys(["sine", "checkpointed"], 1),
    **dict.fromkeys(["product", "two sines", "sine of sine"], 2),
}
