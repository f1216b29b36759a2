outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="fails", G="right", H="right")
