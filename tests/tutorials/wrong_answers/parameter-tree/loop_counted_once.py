predicted_tree = {
    "linear": {"w": (3, 16), "b": (16,)},
    "gate": {"w": (8, 8)},
    "linear_1": {"w": (16, 1), "b": (1,)},
}
