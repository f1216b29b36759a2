traces_of = dict(zip("abcde", (1, 3, 1, 2, 3)))
