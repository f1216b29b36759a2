predicted_tree = {
    "linear": {"w": (20, 16), "b": (16,)},
    "linear_1": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (16, 1), "b": (1,)},
}
