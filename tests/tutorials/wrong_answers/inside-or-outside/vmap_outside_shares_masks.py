outcomes = dict(A="wrong", B="wrong", C="wrong", D="wrong", E="right", F="fails", G="fails", H="right")
