predicted_names = {
    "Compare/Tower/~/embed": {"w": (6, 7), "b": (7,)},
    "Compare/Tower/linear": {"w": (7, 2), "b": (2,)},
    "Compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "Compare/~score/linear_1": {"w": (5, 1)},
}
