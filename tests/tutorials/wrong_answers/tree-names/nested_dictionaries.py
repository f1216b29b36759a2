predicted_names = {
    "compare": {
        "tower": {"embed": {"w": (6, 7), "b": (7,)}, "linear": {"w": (7, 2), "b": (2,)}},
        "score": {"linear": {"w": (4, 5), "b": (5,)}, "linear_1": {"w": (5, 1)}},
    }
}
