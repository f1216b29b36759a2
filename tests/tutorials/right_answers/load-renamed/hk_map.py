def load_renamed(saved, params, names):
    kinds = {"w": "weight", "b": "bias"}
    wanted = {f"{names[module]}.{kinds[name]}" for module, name, _ in hk.data_structures.traverse(params)}
    if left := saved.keys() - wanted:
        raise ValueError(f"Nothing takes {left}.")

    def load(module, name, old):
        array = saved[f"{names[module]}.{kinds[name]}"]
        array = array.swapaxes(0, 1) if array.ndim == 2 else array
        if array.shape != old.shape:
            raise ValueError(f"{module}/{name}: {array.shape}, not {old.shape}")
        return array

    return hk.data_structures.map(load, params)
