rates = {
    "factors": {0.05: 0.75, 0.15: 0.25, 0.25: -0.25},
    "limits": {"as it is": 0.4, "sum": 0.2, "x times 10": 0.004, "y times 10": 0.4, "rows twice": 0.4},
}
