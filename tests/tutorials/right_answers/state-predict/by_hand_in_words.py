def entry():
    return dict(average=[1, 3], counter=[], hidden=[1, 3])


h_b = 0.5 * 0 + 0.5 * 4
h_c = 0.5 * h_b + 0.5 * 8
predicted_state = dict(
    shapes={"norm/~/var_ema": entry(), "norm/~/mean_ema": entry(), "~": {"calls": []}},
    calls=[0, 1, 2, 3, 2],
    counter=[0, 1, 2, 2, 2],
    hidden=[0, h_b, h_c, h_c, 0.5 * h_b + 0.5 * 4],
)
