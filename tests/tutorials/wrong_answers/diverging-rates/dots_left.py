rates = {
    "factors": {0.05: ..., 0.15: ..., 0.25: ...},
    "limits": {"as it is": ..., "sum": ..., "x times 10": ..., "y times 10": ..., "rows twice": ...},
}
