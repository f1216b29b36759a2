outcomes = dict(A="wrong", B="right", C="wrong", D="right", E="right", F="fails", G="fails", H="right")
