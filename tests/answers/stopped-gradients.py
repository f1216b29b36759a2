# %% right: another order
derivatives = {"H": 6.0, "G": 1.0, "E": 1.0, "C": 9.0, "A": 3.0, "B": 0.0, "D": 0.0, "F": -0.0}

# %% right: whole numbers
derivatives = dict(A=3, B=0, C=9, D=0, E=1, F=0, G=1, H=6)

# %% wrong: as without hold
derivatives = {"A": 6.0, "B": 6.0, "C": 27.0, "D": 0.0, "E": 0.0, "F": 2.0, "G": 0.0, "H": 18.0}

# %% wrong: everything blocked
derivatives = dict.fromkeys("ABCDEFGH", 0.0)

# %% wrong: rounding blocks all
derivatives = {"A": 3.0, "B": 0.0, "C": 9.0, "D": 0.0, "E": 1.0, "F": 0.0, "G": 0.0, "H": 6.0}

# %% wrong: second derivative goes on
derivatives = {"A": 3.0, "B": 0.0, "C": 9.0, "D": 0.0, "E": 1.0, "F": 0.0, "G": 1.0, "H": 12.0}

# %% wrong: the other branch
derivatives = {"A": 3.0, "B": 0.0, "C": 9.0, "D": 0.0, "E": 1.0, "F": 1.0, "G": 1.0, "H": 6.0}
