def entry():
    return dict(average=[1, 3], counter=[], hidden=[1, 3])


h_b = 0.5 * 0 + 0.5 * 4
h_c = 0.5 * h_b + 0.5 * 8
predicted = dict(
    shapes={"norm/~/var_ema": entry(), "norm/~/mean_ema": entry(), "~": {"calls": []}},
    calls={"a": 0, "b": 1, "c": 2, "d": 3, "e": 2},
    counter={"a": 0, "b": 1, "c": 2, "d": 2, "e": 2},
    hidden=[0, h_b, h_c, h_c, 0.5 * h_b + 0.5 * 4],
)
