def load_renamed(saved, params, names):
    modules = {layer: module for module, layer in names.items()}
    loaded = {module: dict.fromkeys(its) for module, its in params.items()}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        name = {"weight": "w", "bias": "b"}.get(kind)
        if layer not in modules or name not in loaded[modules[layer]]:
            raise ValueError(f"Nothing takes {path}.")
        array = array.T
        if array.shape != params[modules[layer]][name].shape:
            raise ValueError(f"{path} has shape {array.shape}.")
        loaded[modules[layer]][name] = array
    if any(array is None for its in loaded.values() for array in its.values()):
        raise ValueError("An array is missing.")
    return loaded
