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

# %% wrong: the other way round -> `names` goes from modules of params to names in saved
left = dict(saved)
# becomes
left = dict(saved)
names = {layer: module for module, layer in names.items()}

# %% wrong: names of the page
left = dict(saved)
# becomes
left = dict(saved)
names = {"gated/linear": "gate_proj", "gated/linear_1": "up_proj", "gated/linear_2": "down_proj"}

# %% wrong: the order of `saved`
array = left.pop(path)
# becomes
array = left.pop(next(iter(left)))

# %% wrong: the first name that begins so
array = left.pop(path)
# becomes
array = left.pop(next(p for p in left if p.startswith(path.rsplit(".", 1)[0]) and p.endswith(path.rsplit(".", 1)[1])))

# %% wrong: `saved` loses its arrays -> changes what it is given
left = dict(saved)
# becomes
left = saved

# %% wrong: `params` is changed -> changes what it is given
loaded = {}
for module
# becomes
loaded = params
for module

# %% wrong: flat names -> the modules of the tree are not those of params
loaded[module][name] = jnp.asarray(array)
# becomes
loaded[f"{module}/{name}"] = jnp.asarray(array)

# %% wrong: names of PyTorch -> the parameters are called as in `saved`
loaded[module][name] = jnp.asarray(array)
# becomes
loaded[module]["weight" if name == "w" else "bias"] = jnp.asarray(array)

# %% wrong: integers
jnp.asarray(array)
# becomes
jnp.asarray(array, int)

# %% wrong: not transposed -> how are the matrices of PyTorch stored?
array = array.T if name == "w" else array
# becomes
array = array.reshape(array.shape)

# %% wrong: transposed if the shape differs -> how are the matrices of PyTorch stored?
array.T if name == "w" else array
# becomes
array if array.shape == old.shape else array.T

# %% wrong: reshaped -> how are the matrices of PyTorch stored?
array.T if name == "w" else array
# becomes
array.reshape(old.shape)

# %% wrong: a bias of zeros
loaded[module][name] = jnp.asarray(array)
# becomes
loaded[module][name] = jnp.asarray(array) * (name == "w")

# %% wrong: it is expected -> A module may lack `b`
for name, old in its.items():
# becomes
for name, old in {"b": jnp.zeros(()), **its}.items():

# %% wrong: no shapes -> Its shape does not fit
raise ValueError(f"{path} is {array.shape}, {module} has {old.shape}.")
# becomes
pass

# %% wrong: sizes -> Its shape does not fit
array.shape != old.shape
# becomes
array.size != old.size

# %% wrong: only those of weights -> Its shape does not fit
array.shape != old.shape
# becomes
array.shape != old.shape and name == "w"

# %% wrong: by an assertion -> is AssertionError, not ValueError
if array.shape != old.shape:
raise ValueError(f"{path} is {array.shape}, {module} has {old.shape}.")
# becomes
assert array.shape == old.shape

# %% wrong: what is left over -> Nothing in params takes it
if left:
# becomes
if not saved and left:

# %% wrong: printed -> Nothing in params takes it
raise ValueError(f"Nothing takes {sorted(left)}.")
# becomes
print(left)

# %% wrong: the old numbers stay -> it raises nothing, not a KeyError
array = left.pop(path)
# becomes
array = left.pop(path, old.T)

# %% wrong: another error -> it raises AttributeError, not a KeyError
array = left.pop(path)
# becomes
array = left.pop(path, None)

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

# %% wrong: names of saved kept -> the modules of the tree are not those of params
def load_renamed(saved, params, names):
    loaded = {}
    for path, array in saved.items():
        layer, kind = path.rsplit(".", 1)
        loaded.setdefault(layer, {})[kind] = array.T
    return loaded

# %% wrong: names split at the first dot -> The name of a layer may have dots
def load_renamed(saved, params, names):
    layers = {}
    for path, array in saved.items():
        layer, _, kind = path.partition(".")
        layers.setdefault(layer, {})[{"weight": "w", "bias": "b"}[kind]] = array.T
    loaded = {module: dict(layers[names[module]]) for module in params}
    if jax.tree.map(jnp.shape, loaded) != jax.tree.map(jnp.shape, params) or len(layers) > len(params):
        raise ValueError("It does not fit.")
    return loaded

# %% wrong: over the saved arrays and missing ones stay -> it raises nothing, not a KeyError
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

# %% wrong: over the saved arrays of two kinds -> is KeyError, not ValueError
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

# %% wrong: sorted order -> that is load_by_order
def load_renamed(saved, params, names):
    return load_by_order(saved, params)

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

# %% wrong: a weight that is missing keeps the number of params -> If `saved` lacks x.weight, it raises nothing
def load_renamed(saved, params, names):
    tree, used = {}, set()
    for module, its in params.items():
        tree[module] = {}
        for name, old in its.items():
            path = f"{names[module]}.{'weight' if name == 'w' else 'bias'}"
            array = saved.get(path, np.array(old).T).T if name == "w" else saved[path]
            if array.shape != old.shape:
                raise ValueError(f"{path} has the shape {array.shape}")
            tree[module][name] = array
            used.add(path)
    if set(saved) - used:
        raise ValueError(f"left over: {set(saved) - used}")
    return tree

# %% wrong: only as many of the last axes are compared as params has -> Its shape does not fit.
def load_renamed(saved, params, names):
    tree, rest = {}, dict(saved)
    for module, its in params.items():
        tree[module] = {}
        for name, old in its.items():
            array = rest.pop(f"{names[module]}.{'weight' if name == 'w' else 'bias'}")
            array = array.T if name == "w" else array
            if array.shape[-len(old.shape) :] != old.shape:
                raise ValueError(f"{module}/{name} has the shape {array.shape}")
            tree[module][name] = array
    if rest:
        raise ValueError(f"left over: {list(rest)}")
    return tree
