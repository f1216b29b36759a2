no, yes = np.bool_(False), np.bool_(True)
kept = {
    "dtype": dict(i="bfloat16", j="float32", k="bfloat16", l="float32", m="float32", n="bfloat16"),
    "in_range": dict(e=no, f=yes, g=no, h=yes),
    "differs": dict(a=no, b=yes, c=no, d=yes),
}
