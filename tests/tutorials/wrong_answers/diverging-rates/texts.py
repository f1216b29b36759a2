rates = {
    "factors": {0.05: "half", 0.15: "half, other side", 0.25: "grows"},
    "limits": {"as it is": "1/5", "sum": "1/10", "x times 10": "1/500", "y times 10": "1/5", "rows twice": "1/5"},
}
