def convert(saved):
    value, gate = saved["both.weight"][0:12:2], saved["both.weight"][1:12:2]
    gate, value = gate[:6, :6].reshape(6, 6), value[:6, :6].reshape(6, 6)
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }
