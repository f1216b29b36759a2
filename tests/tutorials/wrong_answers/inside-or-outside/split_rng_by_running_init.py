outcomes = dict(A="wrong", B="right", C="right", D="wrong", E="right", F="fails", G="fails", H="right")
