outcomes = dict(A="right", B="right", C="wrong", D="wrong", E="right", F="fails", G="fails", H="right")
