def load_renamed(saved, params, names):
    left = list(saved.values())
    loaded = {}
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            index = next(i for i, a in enumerate(left) if a.T.shape == old.shape)
            loaded[module][name] = left.pop(index).T
    return loaded
