predictions = dict.fromkeys([], 0)
predictions["((f >= 0) == column).shape"] = (4, 1)
predictions["((f >= 0) == row).shape"] = (4, 4)
predictions["(f[:, 0] * row).shape"] = (4,)
predictions["((f >= 0) == row).mean()"] = 10 / 16
predictions["regularised(50.0, 1)"] = -25.0
predictions["regularised(150.0, 1)"] = 75.0
predictions["1 - 2 * small[0, 0]"] = 255
