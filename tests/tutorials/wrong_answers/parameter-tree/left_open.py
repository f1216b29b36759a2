predicted_tree = {"linear": ..., "linear_1": ..., "gate": ..., "linear_2": ...}
