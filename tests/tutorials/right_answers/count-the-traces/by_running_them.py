predicted = {}
for sequence in (shapes, rates, powers, trees, keywords, fresh_lambdas, same_function, decaying_rate):
    runs = count_traces(update)
    sequence(runs)
    predicted[sequence.__name__] = runs.traces
