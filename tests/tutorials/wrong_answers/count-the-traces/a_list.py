predicted_traces = [3, 3, 3, 3, 2, 4, 1, 2]
