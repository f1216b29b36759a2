def load_renamed(saved, params, names):
    loaded = {}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        loaded.setdefault(layer, {})[kind] = array.T
    return loaded
