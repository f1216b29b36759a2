key_reuse = {
    "complaints": dict(a=False, b=True, c=False, d=False, e=True, f=False, g=True),
    "equal_draws": dict(g=False, f=True, e=True, d=False, c=True, b=False, a=False),
}
