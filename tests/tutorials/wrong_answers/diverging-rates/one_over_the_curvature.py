rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.1, "sum": 0.05, "x times 10": 0.001, "y times 10": 0.1, "rows twice": 0.1},
}
