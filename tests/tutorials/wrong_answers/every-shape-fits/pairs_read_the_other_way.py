def convert(saved):
    value, gate = saved["both.weight"].reshape(2, -1, saved["both.weight"].shape[1])
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }
