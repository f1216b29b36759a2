predicted_gradients = dict(
    A={"w": [3, 2], "b": [3], "mask": None}, B=[2], C=[[2]], D="Fails", E=[[], [2]], F="fails", G=[2], H=[3, 2],
)
