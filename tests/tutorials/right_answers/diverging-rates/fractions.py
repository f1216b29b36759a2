rates = {
    "limits": {"rows twice": 1 / 5, "y times 10": 1 / 5, "x times 10": 1 / 500, "sum": 1 / 10, "as it is": 1 / 5},
    "factors": {0.25: -3 / 2, 0.15: -1 / 2, 0.05: 1 / 2},
}
