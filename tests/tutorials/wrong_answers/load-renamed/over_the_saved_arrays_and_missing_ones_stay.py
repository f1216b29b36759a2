def load_renamed(saved, params, names):
    modules = {layer: module for module, layer in names.items()}
    loaded = {module: dict(its) for module, its in params.items()}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        name = {"weight": "w", "bias": "b"}.get(kind)
        if layer not in modules or name not in loaded[modules[layer]]:
            raise ValueError(f"Nothing takes {path}.")
        array = array.T
        if array.shape != loaded[modules[layer]][name].shape:
            raise ValueError(f"{path} has shape {array.shape}.")
        loaded[modules[layer]][name] = array
    return loaded
