outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="wrong", F="fails", G="fails", H="right")
