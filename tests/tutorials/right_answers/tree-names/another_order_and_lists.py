predicted_names = {
    "compare/~score/linear_1": {"w": [5, 1]},
    "compare/~score/linear": {"b": [5], "w": [4, 5]},
    "compare/tower/linear": {"b": [2], "w": [7, 2]},
    "compare/tower/~/embed": {"b": [7], "w": [6, 7]},
}
