fates = dict.fromkeys("ABCDEFGH", "fails")
