predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
    "compare": {},
    "compare/tower": {},
}
