# %% right: comprehension and chex
def load_renamed(saved, params, names):
    import chex

    kinds = {"w": "weight", "b": "bias"}
    paths = {(m, n): f"{names[m]}.{kinds[n]}" for m, its in params.items() for n in its}
    if set(paths.values()) != set(saved):
        raise ValueError(set(paths.values()) ^ set(saved))
    loaded = {
        module: {name: jnp.transpose(saved[paths[module, name]]) for name in its} for module, its in params.items()
    }
    try:
        chex.assert_trees_all_equal_shapes(loaded, params)
    except AssertionError as error:
        raise ValueError(str(error)) from error
    return loaded

# %% right: copies that are changed
def load_renamed(saved, params, names):
    saved, loaded = dict(saved), hk.data_structures.merge(params)
    used = set()
    for module, its in params.items():
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

# %% right: tree_map with path
def load_renamed(saved, params, names):
    used = []

    def load(path, old):
        module, name = (entry.key for entry in path)
        found = names[module] + {"w": ".weight", "b": ".bias"}[name]
        used.append(found)
        array = np.asarray(saved[found]).T
        if array.shape != old.shape:
            raise ValueError(f"{found}: {array.shape}, not {old.shape}")
        return jnp.asarray(array)

    loaded = jax.tree_util.tree_map_with_path(load, params)
    if len(used) != len(saved):
        raise ValueError(f"left over: {saved.keys() - set(used)}")
    return loaded

# %% wrong: assertion instead of value error
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            assert array.shape == old.shape
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: bias expected
def load_renamed(saved, params, names):
    loaded = {}
    for module in params:
        layer = names[module]
        loaded[module] = {
            "w": saved[layer + ".weight"].T,
            "b": saved[layer + ".bias"],
        }
    return loaded

# %% wrong: by shape
def load_renamed(saved, params, names):
    left = list(saved.values())
    loaded = {}
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            index = next(i for i, a in enumerate(left) if a.T.shape == old.shape)
            loaded[module][name] = left.pop(index).T
    return loaded

# %% wrong: changed in place
def load_renamed(saved, params, names):
    loaded = params
    used = set()
    for module, its in params.items():
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: flat
def load_renamed(saved, params, names):
    return {
        f"{module}/{name}": saved[f"{names[module]}.{'weight' if name == 'w' else 'bias'}"].T
        for module, its in params.items()
        for name in its
    }

# %% wrong: left over ignored
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    return loaded

# %% wrong: names of saved kept
def load_renamed(saved, params, names):
    loaded = {}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        loaded.setdefault(layer, {})[kind] = array.T
    return loaded

# %% wrong: names of the page
def load_renamed(saved, params, names):
    loaded = {}
    names = {"gated/linear": "gate_proj", "gated/linear_1": "up_proj", "gated/linear_2": "down_proj"}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: names split at the first dot
def load_renamed(saved, params, names):
    layers = {}
    for path, array in saved.items():
        layer, _, kind = path.partition(".")
        layers.setdefault(layer, {})[{"weight": "w", "bias": "b"}[kind]] = array.T
    loaded = {module: dict(layers[names[module]]) for module in params}
    if jax.tree.map(jnp.shape, loaded) != jax.tree.map(jnp.shape, params) or len(layers) > len(params):
        raise ValueError("It does not fit.")
    return loaded

# %% wrong: names the other way
def load_renamed(saved, params, names):
    loaded = {}
    names = {layer: module for module, layer in names.items()}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: no check of shapes
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: not transposed
def load_renamed(saved, params, names):
    new = {"w": "weight", "b": "bias"}
    return {module: {name: saved[f"{names[module]}.{new[name]}"] for name in its} for module, its in params.items()}

# %% wrong: order of saved
def load_renamed(saved, params, names):
    arrays = iter(saved.values())
    return {module: {name: next(arrays).T for name in its} for module, its in params.items()}

# %% wrong: over the saved arrays and missing ones stay
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

# %% wrong: over the saved arrays of two kinds
def load_renamed(saved, params, names):
    modules = {layer: module for module, layer in names.items()}
    loaded = {module: dict(its) for module, its in params.items()}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        name = {"weight": "w", "bias": "b"}[kind]
        if layer not in modules or name not in loaded[modules[layer]]:
            raise ValueError(f"Nothing takes {path}.")
        array = array.T
        if array.shape != loaded[modules[layer]][name].shape:
            raise ValueError(f"{path} has shape {array.shape}.")
        loaded[modules[layer]][name] = array
    return loaded

# %% wrong: prints instead
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.T
            if array.shape != old.shape:
                print(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        print("left over")
    return loaded

# %% wrong: reshaped
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            array = array.reshape(old.shape)
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: sorted names
def load_renamed(saved, params, names):
    loaded = {}
    for module, layer in zip(sorted(params), sorted(set(names.values()))):
        loaded[module] = {}
        for name in params[module]:
            array = saved[f"{layer}.{'weight' if name == 'w' else 'bias'}"]
            loaded[module][name] = array.T
    return loaded

# %% wrong: sorted order
def load_renamed(saved, params, names):
    return load_by_order(saved, params)

# %% wrong: transposed if the shape differs
def load_renamed(saved, params, names):
    loaded = {}
    used = set()
    for module, its in params.items():
        loaded[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved[path]
            if array.shape != old.shape:
                array = array.T
            if array.shape != old.shape:
                raise ValueError(path)
            loaded[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError("left over")
    return loaded

# %% wrong: words replaced anywhere
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
