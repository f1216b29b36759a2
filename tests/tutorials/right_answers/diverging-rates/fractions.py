from fractions import Fraction as F
factors = {0.05: F(1, 2), 0.15: -F(1, 2), 0.25: -F(3, 2)}
limits = dict(zip(["as it is", "sum", "x times 10", "y times 10", "rows twice"], [F(1,5), F(1,10), F(1,500), F(1,5), F(1,5)]))
