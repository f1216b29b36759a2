def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.reshape(gate.shape[::-1])},
        "block/value": {"w": value.reshape(value.shape[::-1])},
        "block/out": {"w": saved["out.weight"].T},
    }
