told = compare(in_file, in_network)
predicted_comparison = dict(
    fits=told.fits,
    missing=set(told.missing),
    extra=told.extra,
)
predicted_comparison["other shape"] = list(told.shapes)
predicted_comparison["other dtype"] = frozenset(told.dtypes)
predicted_comparison["new name of net/scale"] = "net/" + "gate"
predicted_comparison["ema/linear stops apply"] = bool(np.False_)
