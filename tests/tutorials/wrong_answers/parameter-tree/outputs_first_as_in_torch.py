predicted_tree = {
    "linear": {"w": (16, 3), "b": (16,)},
    "linear_1": {"w": (8, 16), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_2": {"w": (1, 16), "b": (1,)},
}
