rates = {
    "factors": {0.05: 0.5, 0.15: -0.5, 0.25: -1.5},
    "limits": {"as it is": 0.2, "sum": 0.1, "x times 10": 0.002, "y times 10": 0.02, "rows twice": 0.2},
}
