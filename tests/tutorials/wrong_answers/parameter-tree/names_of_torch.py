predicted_tree = {
    "linear": {"weight": (3, 16), "bias": (16,)},
    "linear_1": {"weight": (16, 8), "bias": (8,)},
    "gate": {"weight": (8, 8)},
    "linear_2": {"weight": (16, 1), "bias": (1,)},
}
