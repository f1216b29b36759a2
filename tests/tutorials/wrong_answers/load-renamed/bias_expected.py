def load_renamed(saved, params, names):
    loaded = {}
    for module in params:
        layer = names[module]
        loaded[module] = {
            "w": saved[layer + ".weight"].T,
            "b": saved[layer + ".bias"],
        }
    return loaded
