predicted_traces = dict.fromkeys(["shapes", "rates", "powers", "trees"], 3)
predicted_traces["same_function"] = 1
predicted_traces["decaying_rate"] = predicted_traces["keywords"] = 2
predicted_traces["fresh_lambdas"] = 4
