# %% right: by running them
predicted_traces = {}
for sequence in (shapes, rates, powers, trees, keywords, fresh_lambdas, same_function, decaying_rate):
    runs = count_traces(update)
    sequence(runs)
    predicted_traces[sequence.__name__] = runs.traces

# %% right: key by key
predicted_traces = dict.fromkeys(["shapes", "rates", "powers", "trees"], 3)
predicted_traces["same_function"] = 1
predicted_traces["decaying_rate"] = predicted_traces["keywords"] = 2
predicted_traces["fresh_lambdas"] = 4

# %% right: numpy numbers
names = ["shapes", "rates", "powers", "trees", "keywords", "fresh_lambdas", "same_function", "decaying_rate"]
predicted_traces = dict(zip(names, np.array([3, 3, 3, 3, 2, 4, 1, 2])))

# %% wrong: each jit compiles
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 4,
    "decaying_rate": 2,
}

# %% wrong: every call traces
predicted_traces = {
    "shapes": 5,
    "rates": 5,
    "powers": 5,
    "trees": 4,
    "keywords": 3,
    "fresh_lambdas": 4,
    "same_function": 4,
    "decaying_rate": 5,
}

# %% wrong: every value of the rate
predicted_traces = {
    "shapes": 3,
    "rates": 5,
    "powers": 3,
    "trees": 3,
    "keywords": 3,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 5,
}

# %% wrong: functions as names
predicted_traces = {shapes: 3, rates: 3, powers: 3, trees: 3, keywords: 2, fresh_lambdas: 4, same_function: 1, decaying_rate: 2}

# %% wrong: keywords do not count
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 1,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: lambdas of one line are one function
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 1,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: order of names counts
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 4,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: static values do not count
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 1,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: structure does not count
predicted_traces = {
    "shapes": 3,
    "rates": 3,
    "powers": 3,
    "trees": 1,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: texts for numbers
predicted_traces = {
    "shapes": "3",
    "rates": 3,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: traces are one for each change
predicted_traces = {
    "shapes": 4,
    "rates": 5,
    "powers": 5,
    "trees": 4,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 2,
}

# %% wrong: true for traced again
predicted_traces = {
    "shapes": True,
    "rates": True,
    "powers": True,
    "trees": True,
    "keywords": True,
    "fresh_lambdas": True,
    "same_function": False,
    "decaying_rate": True,
}

# %% wrong: types but not weak types
predicted_traces = {
    "shapes": 3,
    "rates": 2,
    "powers": 3,
    "trees": 3,
    "keywords": 2,
    "fresh_lambdas": 4,
    "same_function": 1,
    "decaying_rate": 1,
}
