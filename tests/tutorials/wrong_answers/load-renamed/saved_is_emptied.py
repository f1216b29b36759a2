def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved.pop(path)
            array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if saved:
        raise ValueError("left over")
    return loaded
