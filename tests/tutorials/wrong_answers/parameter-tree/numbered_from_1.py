predicted_tree = {
    "linear_1": {"w": (3, 16), "b": (16,)},
    "linear_2": {"w": (16, 8), "b": (8,)},
    "gate": {"w": (8, 8)},
    "linear_3": {"w": (16, 1), "b": (1,)},
}
