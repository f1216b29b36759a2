def convert(saved):
    pairs = saved["both.weight"].reshape(-1, 2, saved["both.weight"].shape[1])
    params = {f"block/{name}": {"w": pairs[:, i].T} for i, name in enumerate(["value", "gate"])}
    params["block/out"] = dict(w=np.transpose(saved["out.weight"]))
    params["block/norm"] = dict(offset=saved["norm.bias"], scale=saved["norm.weight"])
    return params
