local_shapes = {
    "A": (2, 6),
    "B": (8, 3),
    "C": "fails",
    "D": (1, 6),
    "E": (6,),
    "F": (8, 6),
    "G": "fails",
    "H": "fails",
}
