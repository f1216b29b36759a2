predicted_tree = dict(
    linear=dict(w=[3, 16], b=[16]),
    linear_1=dict(w=[16, 8], b=[8]),
    linear_2=dict(w=[16, 1], b=[1]),
    gate=dict(w=[8, 8]),
)
