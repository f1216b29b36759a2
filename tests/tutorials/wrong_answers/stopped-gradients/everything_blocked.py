derivatives = dict.fromkeys("ABCDEFGH", 0.0)
