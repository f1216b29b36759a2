def load_renamed(saved, params, names):
    modules = {layer: module for module, layer in names.items()}
    loaded = {module: {} for module in params}
    for path, array in saved.items():
        layer, name = path.replace("weight", "w").replace("bias", "b").rsplit(".", 1)
        if layer not in modules or name not in params[modules[layer]]:
            raise ValueError(path)
        if array.T.shape != params[modules[layer]][name].shape:
            raise ValueError(path)
        loaded[modules[layer]][name] = array.T
    if jax.tree.structure(loaded) != jax.tree.structure(params):
        raise ValueError("missing")
    return loaded
