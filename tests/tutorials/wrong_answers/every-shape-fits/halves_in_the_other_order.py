def convert(saved):
    gate, value = np.split(saved["both.weight"], 2)
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }
