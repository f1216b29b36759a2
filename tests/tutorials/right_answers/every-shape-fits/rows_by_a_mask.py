def convert(saved):
    is_gate = np.arange(len(saved["both.weight"])) % 2 == 1
    rows = {"gate": saved["both.weight"][is_gate], "value": saved["both.weight"][~is_gate], "out": saved["out.weight"]}
    tree = {f"block/{name}": {"w": matrix.T.copy()} for name, matrix in rows.items()}
    norm = {"scale": saved["norm.weight"].copy(), "offset": saved["norm.bias"].copy()}
    return {**tree, "block/norm": norm}
