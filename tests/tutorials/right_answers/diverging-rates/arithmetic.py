lam = 2 * (1**2 + 3**2) / 2
factors = {rate: 1 - rate * lam for rate in (0.05, 0.15, 0.25)}
limits = {"as it is": 2 / lam, "sum": 2 / (2 * lam), "x times 10": 2 / (100 * lam), "y times 10": 2 / lam, "rows twice": 2 / lam}
