rates = {
    "factors": {0.05: 0, 0.15: -2, 0.25: -4},
    "limits": {"as it is": 0.1, "sum": 0.1, "x times 10": 0.001, "y times 10": 0.1, "rows twice": 0.05},
}
