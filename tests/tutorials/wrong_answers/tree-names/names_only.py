predicted_names = ["compare/tower/~/embed", "compare/tower/linear", "compare/~score/linear", "compare/~score/linear_1"]
