derivatives = dict(A=3, B=0, C=9, D=0, E=1, F=0, G=1, H=6)
