steps, batch, lstm, gru = 7, 2, 5, 3
prediction = dict(
    flags=(steps, batch),
    outs=(steps, batch, gru),
    hidden=(batch, lstm),
    cells=(steps, batch, lstm),
    modules=frozenset(["gru", "linear", "lstm/linear"]),
)
prediction["lstm w"] = (6 + lstm, 4 * lstm)
prediction["gru w_h"] = (gru, 3 * gru)
