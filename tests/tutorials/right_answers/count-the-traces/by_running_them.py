predicted_traces = {}
for sequence in (shapes, rates, powers, trees, keywords, fresh_lambdas, same_function, decaying_rate):
    runs = count_traces(update)
    sequence(runs)
    predicted_traces[sequence.__name__] = runs.traces
