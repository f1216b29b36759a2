fates = dict(zip("ABCDEFGH", ["runs", "fails", "runs", "fails", "fails", "fails", "runs", "fails"]))
