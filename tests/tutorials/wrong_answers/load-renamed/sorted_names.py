def load_renamed(saved, params, names):
    loaded = {}
    for module, layer in zip(sorted(params), sorted(set(names.values()))):
        loaded[module] = {}
        for name in params[module]:
            array = saved[f"{layer}.{'weight' if name == 'w' else 'bias'}"]
            loaded[module][name] = array.T
    return loaded
