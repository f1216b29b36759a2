def convert(saved):
    value, gate = saved["both.weight"].T.reshape(2, -1, len(saved["out.weight"]))
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }
