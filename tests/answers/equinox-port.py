# %% right: lists, in another order
paths = ["score.kernel", "hidden.kernel", "norm.mean", "norm.scale", "attend.out.kernel", "attend.query.kernel"]
entries = "linear/w linear_1/w batch_norm/~/mean_ema/average batch_norm/scale".split()
entries += [f"multi_head_attention/{name}/w" for name in ("linear", "query")]
shapes = [6, 1], [6, 6], [6], [6], [2, 3, 6], [6, 2, 3]
ported = {"shapes": dict(zip(paths, shapes)), "sources": dict(zip(paths, entries))}

# %% wrong: dots left
ported = dict.fromkeys(("sources", "shapes"), dict.fromkeys(("attend.query.kernel", "attend.out.kernel", "norm.scale", "norm.mean", "hidden.kernel", "score.kernel"), ...))

# %% wrong: layers in the order in which they run
ported = {
    "sources": {"attend.query.kernel": "multi_head_attention/query/w", "attend.out.kernel": "multi_head_attention/linear/w", "norm.scale": "batch_norm/scale", "norm.mean": "batch_norm/~/mean_ema/average", "hidden.kernel": "linear/w", "score.kernel": "linear_1/w"},
    "shapes": {"attend.query.kernel": (6, 2, 3), "attend.out.kernel": (2, 3, 6), "norm.scale": (6,), "norm.mean": (6,), "hidden.kernel": (6, 6), "score.kernel": (6, 1)},
}

# %% wrong: the shapes of Haiku
ported = {
    "sources": {"attend.query.kernel": "multi_head_attention/query/w", "attend.out.kernel": "multi_head_attention/linear/w", "norm.scale": "batch_norm/scale", "norm.mean": "batch_norm/~/mean_ema/average", "hidden.kernel": "linear_1/w", "score.kernel": "linear/w"},
    "shapes": {"attend.query.kernel": (6, 6), "attend.out.kernel": (6, 6), "norm.scale": (1, 6), "norm.mean": (1, 6), "hidden.kernel": (6, 6), "score.kernel": (6, 1)},
}

# %% wrong: the names of NNX
ported = {
    "sources": {"attend.query.kernel": "attend/query/kernel", "attend.out.kernel": "attend/out/kernel", "norm.scale": "norm/scale", "norm.mean": "norm/mean", "hidden.kernel": "hidden/kernel", "score.kernel": "score/kernel"},
    "shapes": {"attend.query.kernel": (6, 2, 3), "attend.out.kernel": (2, 3, 6), "norm.scale": (6,), "norm.mean": (6,), "hidden.kernel": (6, 6), "score.kernel": (6, 1)},
}

# %% wrong: the raw average
ported = {
    "sources": {"attend.query.kernel": "multi_head_attention/query/w", "attend.out.kernel": "multi_head_attention/linear/w", "norm.scale": "batch_norm/scale", "norm.mean": "batch_norm/~/mean_ema/hidden", "hidden.kernel": "linear_1/w", "score.kernel": "linear/w"},
    "shapes": {"attend.query.kernel": (6, 2, 3), "attend.out.kernel": (2, 3, 6), "norm.scale": (6,), "norm.mean": (6,), "hidden.kernel": (6, 6), "score.kernel": (6, 1)},
}

# %% wrong: kernels as in PyTorch
ported = {
    "sources": {"attend.query.kernel": "multi_head_attention/query/w", "attend.out.kernel": "multi_head_attention/linear/w", "norm.scale": "batch_norm/scale", "norm.mean": "batch_norm/~/mean_ema/average", "hidden.kernel": "linear_1/w", "score.kernel": "linear/w"},
    "shapes": {"attend.query.kernel": (2, 3, 6), "attend.out.kernel": (6, 2, 3), "norm.scale": (6,), "norm.mean": (6,), "hidden.kernel": (6, 6), "score.kernel": (1, 6)},
}

# %% wrong: the class of NNX gives the name
ported = {
    "sources": {"attend.query.kernel": "multi_head_attention/query/w", "attend.out.kernel": "multi_head_attention/out/w", "norm.scale": "batch_norm/scale", "norm.mean": "batch_norm/~/mean_ema/average", "hidden.kernel": "linear_1/w", "score.kernel": "linear/w"},
    "shapes": {"attend.query.kernel": (6, 2, 3), "attend.out.kernel": (2, 3, 6), "norm.scale": (6,), "norm.mean": (6,), "hidden.kernel": (6, 6), "score.kernel": (6, 1)},
}
