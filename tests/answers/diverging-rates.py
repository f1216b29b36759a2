# %% right: fractions
rates = {
    "limits": {"rows twice": 1 / 5, "y times 10": 1 / 5, "x times 10": 1 / 500, "sum": 1 / 10, "as it is": 1 / 5},
    "factors": {0.25: -3 / 2, 0.15: -1 / 2, 0.05: 1 / 2},
}

# %% right: numbers of numpy
rates = {
    "factors": {0.05: np.float32(0.5), 0.15: jnp.array(-0.5), 0.25: np.array([-1.5])},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 2e-3, "y times 10": 2e-1, "rows twice": 2e-1},
}

# %% right: rounded
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.00201, "y times 10": 0.2, "rows twice": 0.199},
}

# %% wrong: curvature linear in x
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.02, "y times 10": 0.2, "rows twice": 0.2},
}

# %% wrong: derivative of the square forgotten
rates = {
    "factors": {0.05: 0.75, 0.15: 0.25, 0.25: -0.25},
    "limits": {"as it is": 0.4, "sum": 0.2, "x times 10": 0.004, "y times 10": 0.4, "rows twice": 0.4},
}

# %% wrong: dots left
rates = {
    "factors": {0.05: ..., 0.15: ..., 0.25: ...},
    "limits": {"as it is": ..., "sum": ..., "x times 10": ..., "y times 10": ..., "rows twice": ...},
}

# %% wrong: lists
rates = {"factors": [0.5, -0.5, -1.5], "limits": [0.2, 0.1, 0.002, 0.2, 0.2]}

# %% wrong: more rows more curvature
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.002, "y times 10": 0.2, "rows twice": 0.1},
}

# %% wrong: one over the curvature
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.1, "sum": 0.05, "x times 10": 0.001, "y times 10": 0.1, "rows twice": 0.1},
}

# %% wrong: signs dropped
rates = {
    "factors": {0.05: 0.5, 0.15: 0.5, 0.25: 1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.002, "y times 10": 0.2, "rows twice": 0.2},
}

# %% wrong: sum allows more
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.4, "x times 10": 0.002, "y times 10": 0.2, "rows twice": 0.2},
}

# %% wrong: sum for mean
rates = {
    "factors": {0.05: 0, 0.15: -2, 0.25: -4},
    "limits": {"as it is": 0.1, "sum": 0.1, "x times 10": 0.001, "y times 10": 0.1, "rows twice": 0.05},
}

# %% wrong: targets matter
rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.002, "y times 10": 0.02, "rows twice": 0.2},
}

# %% wrong: texts
rates = {
    "factors": {0.05: "half", 0.15: "half, other side", 0.25: "grows"},
    "limits": {"as it is": "1/5", "sum": "1/10", "x times 10": "1/500", "y times 10": "1/5", "rows twice": "1/5"},
}
