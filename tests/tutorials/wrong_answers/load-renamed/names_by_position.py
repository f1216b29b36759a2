def load_renamed(saved, params, names):
    saved, loaded = dict(saved), {}
    for (module, its), layer in zip(params.items(), names.values()):
        loaded[module] = {}
        for name, old in its.items():
            array = saved.pop(f"{layer}.{'weight' if name == 'w' else 'bias'}").T
            if array.shape != old.shape:
                raise ValueError(layer)
            loaded[module][name] = array
    if saved:
        raise ValueError("left over")
    return loaded
