# %% right: jax and even columns
def convert(saved):
    """By columns of the transposed matrix."""
    turned = jnp.asarray(saved["both.weight"]).swapaxes(0, 1)
    even = jnp.arange(0, turned.shape[1], 2)
    return {
        "block/gate": {"w": jnp.take(turned, even + 1, axis=1)},
        "block/value": {"w": jnp.take(turned, even, axis=1)},
        "block/norm": {"scale": jnp.array(saved["norm.weight"]), "offset": jnp.array(saved["norm.bias"])},
        "block/out": {"w": jnp.einsum("oi->io", saved["out.weight"])},
    }

# %% right: reshaped as in the program
def convert(saved):
    pairs = saved["both.weight"].reshape(-1, 2, saved["both.weight"].shape[1])
    params = {f"block/{name}": {"w": pairs[:, i].T} for i, name in enumerate(["value", "gate"])}
    params["block/out"] = dict(w=np.transpose(saved["out.weight"]))
    params["block/norm"] = dict(offset=saved["norm.bias"], scale=saved["norm.weight"])
    return params

# %% right: rows by a mask
def convert(saved):
    is_gate = np.arange(len(saved["both.weight"])) % 2 == 1
    rows = {"gate": saved["both.weight"][is_gate], "value": saved["both.weight"][~is_gate], "out": saved["out.weight"]}
    tree = {f"block/{name}": {"w": matrix.T.copy()} for name, matrix in rows.items()}
    norm = {"scale": saved["norm.weight"].copy(), "offset": saved["norm.bias"].copy()}
    return {**tree, "block/norm": norm}

# %% wrong: columns for rows
def convert(saved):
    value, gate = saved["both.weight"].T.reshape(2, -1, len(saved["out.weight"]))
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: gate first
def convert(saved):
    gate, value = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: halves
def convert(saved):
    value, gate = np.split(saved["both.weight"], 2)
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: halves in the other order
def convert(saved):
    gate, value = np.split(saved["both.weight"], 2)
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: nothing transposed
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate},
        "block/value": {"w": value},
        "block/out": {"w": saved["out.weight"]},
    }

# %% wrong: only out transposed
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate},
        "block/value": {"w": value},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: other names
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/linear": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: out not transposed
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"]},
    }

# %% wrong: reshaped for transposed
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.reshape(gate.shape[::-1])},
        "block/value": {"w": value.reshape(value.shape[::-1])},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: saved is emptied
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved.pop("out.weight").T},
    }

# %% wrong: scale and offset exchanged
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.bias"], "offset": saved["norm.weight"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: sizes of the page
def convert(saved):
    value, gate = saved["both.weight"][0:12:2], saved["both.weight"][1:12:2]
    gate, value = gate[:6, :6].reshape(6, 6), value[:6, :6].reshape(6, 6)
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value.T},
        "block/out": {"w": saved["out.weight"].T},
    }

# %% wrong: value not transposed
def convert(saved):
    value, gate = saved["both.weight"][0::2], saved["both.weight"][1::2]
    return {
        "block/norm": {"scale": saved["norm.weight"], "offset": saved["norm.bias"]},
        "block/gate": {"w": gate.T},
        "block/value": {"w": value},
        "block/out": {"w": saved["out.weight"].T},
    }
