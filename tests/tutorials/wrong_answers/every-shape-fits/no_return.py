def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    params = {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }
