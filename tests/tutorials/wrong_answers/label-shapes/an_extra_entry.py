predictions = {
    "((f >= 0) == column).shape": (4, 1),
    "((f >= 0) == row).shape": (4, 4),
    "(f[:, 0] * row).shape": (4,),
    "((f >= 0) == row).mean()": 10 / 16,
    "regularised(50.0, 1)": -25.0,
    "regularised(150.0, 1)": 75.0,
    "1 - 2 * small[0, 0]": 255,
    "mine": 3
}
