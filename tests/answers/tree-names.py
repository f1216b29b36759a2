# %% right: another order and lists
predicted_names = {
    "compare/~score/linear_1": {"w": [5, 1]},
    "compare/~score/linear": {"b": [5], "w": [4, 5]},
    "compare/tower/linear": {"b": [2], "w": [7, 2]},
    "compare/tower/~/embed": {"b": [7], "w": [6, 7]},
}

# %% right: arrays
predicted_names = hk.transform(lambda x: Compare()(x)).init(key, x)

# %% right: built up
from collections import defaultdict

predicted_names = defaultdict(dict)
for module, inputs, outputs in (
    ("tower/~/embed", 6, 7),
    ("tower/linear", 7, 2),
    ("~score/linear", 4, 5),
    ("~score/linear_1", 5, 1),
):
    predicted_names[f"compare/{module}"]["w"] = (inputs, outputs)
    if outputs > 1:
        predicted_names[f"compare/{module}"]["b"] = (outputs,)

# %% wrong: bias as a number
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": 5},
    "compare/~score/linear_1": {"w": (5, 1)},
}

# %% wrong: bias in the last layer
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1), "b": (1,)},
}

# %% wrong: method leaves no mark
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/linear": {"w": (4, 5), "b": (5,)},
    "compare/linear_1": {"w": (5, 1)},
}

# %% wrong: method without a tilde
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/score/linear": {"w": (4, 5), "b": (5,)},
    "compare/score/linear_1": {"w": (5, 1)},
}

# %% wrong: modules without parameters too
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
    "compare": {},
    "compare/tower": {},
}

# %% wrong: nested dictionaries
predicted_names = {
    "compare": {
        "tower": {"embed": {"w": (6, 7), "b": (7,)}, "linear": {"w": (7, 2), "b": (2,)}},
        "score": {"linear": {"w": (4, 5), "b": (5,)}, "linear_1": {"w": (5, 1)}},
    }
}

# %% wrong: no tilde for the constructor
predicted_names = {
    "compare/tower/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
}

# %% wrong: one missing
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
}

# %% wrong: outputs first
predicted_names = {
    "compare/tower/~/embed": {"w": (7, 6), "b": (7,)},
    "compare/tower/linear": {"w": (2, 7), "b": (2,)},
    "compare/~score/linear": {"w": (5, 4), "b": (5,)},
    "compare/~score/linear_1": {"w": (1, 5)},
}

# %% wrong: second call numbered
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
    "compare/tower/linear_1": {"w": (7, 2), "b": (2,)},
}

# %% wrong: tilde for the call
predicted_names = {
    "compare/tower/~/embed": {"w": (6, 7), "b": (7,)},
    "compare/tower/~/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
}

# %% wrong: whole input for the tower
predicted_names = {
    "compare/tower/~/embed": {"w": (12, 7), "b": (7,)},
    "compare/tower/linear": {"w": (7, 2), "b": (2,)},
    "compare/~score/linear": {"w": (4, 5), "b": (5,)},
    "compare/~score/linear_1": {"w": (5, 1)},
}
