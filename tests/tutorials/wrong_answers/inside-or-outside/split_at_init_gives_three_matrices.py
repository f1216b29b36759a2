outcomes = dict(A="wrong", B="right", C="wrong", D="wrong", E="right", F="wrong", G="fails", H="right")
