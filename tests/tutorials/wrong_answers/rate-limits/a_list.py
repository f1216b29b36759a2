largest_rate = [2 * limits["mean"], limits["mean"] / 6, limits["mean"], limits["sum"] / 2, limits["norm"] / 2**0.5]
