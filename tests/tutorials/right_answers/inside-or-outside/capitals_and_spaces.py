outcomes = {k: v.title() + " " for k, v in zip("ABCDEFGH", "wrong right wrong wrong right fails fails right".split())}
