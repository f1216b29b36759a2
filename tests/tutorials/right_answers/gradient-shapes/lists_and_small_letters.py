predicted = dict(
    a={"w": [3, 2], "b": [3], "mask": None}, b=[2], c=[[2]], d="Error", e=[[], [2]], f="TypeError", g=[2], h=[3, 2],
)
