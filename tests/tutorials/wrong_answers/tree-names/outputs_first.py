predicted_names = {
    "compare/tower/~/embed": {"w": (7, 6), "b": (7,)},
    "compare/tower/linear": {"w": (2, 7), "b": (2,)},
    "compare/~score/linear": {"w": (5, 4), "b": (5,)},
    "compare/~score/linear_1": {"w": (1, 5)},
}
