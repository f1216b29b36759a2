# %% right: bytes with their form
import json


def save_pytree(path, tree):
    arrays, forms = [], []
    for leaf in jax.tree.leaves(tree):
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        array = np.asarray(leaf)
        forms.append([array.dtype.name, array.shape])
        arrays.append(np.frombuffer(array.tobytes(), np.uint8))
    np.savez(path, *arrays, forms=np.frombuffer(json.dumps(forms).encode(), np.uint8))


def restore_pytree(path, like):
    file, new = np.load(path), []
    forms = json.loads(file["forms"].tobytes())
    for i, (leaf, (dtype, shape)) in enumerate(zip(jax.tree.leaves(like), forms)):
        array = jnp.asarray(np.frombuffer(file[f"arr_{i}"].tobytes(), dtype).reshape(shape))
        is_key = jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        new.append(jax.random.wrap_key_data(array) if is_key else array)
    return jax.tree.unflatten(jax.tree.structure(like), new)

# %% right: keys by their name in the file
def save_pytree(path, tree):
    arrays = {}
    for i, leaf in enumerate(jax.tree.leaves(tree)):
        try:
            arrays[f"leaf {i}"] = np.asarray(leaf)
        except TypeError:
            arrays[f"key {i}"] = np.asarray(jax.random.key_data(leaf))
    np.savez(path, **arrays)


def restore_pytree(path, like):
    with np.load(path, allow_pickle=False) as file:
        found = {}
        for name in file.files:
            kind, i = name.split()
            found[int(i)] = jax.random.wrap_key_data(file[name]) if kind == "key" else jnp.array(file[name])
    return jax.tree.structure(like).unflatten([found[i] for i in range(len(found))])

# %% right: numpy leaves
def save_pytree(path, tree):
    numbers = jax.tree.map(
        lambda x: jax.random.key_data(x) if jax.dtypes.issubdtype(x.dtype, jax.dtypes.prng_key) else x, tree
    )
    with path.open("wb") as file:
        np.savez(file, **{f"{i:04}": x for i, x in enumerate(jax.tree.leaves(numbers))})


def restore_pytree(path, like):
    file = np.load(str(path))
    arrays = iter([file[name] for name in sorted(file.files)])

    def put(leaf):
        array = next(arrays)
        if jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            return jax.random.wrap_key_data(array, impl=jax.random.key_impl(leaf))
        return array

    return jax.tree.map(put, like)

# %% wrong: dtypes of like
def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    is_key = [jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) for leaf in leaves]
    np.savez(path, *[jax.random.key_data(x) if key else x for x, key in zip(leaves, is_key)])


def restore_pytree(path, like):
    file, new = np.load(path), []
    for i, old in enumerate(jax.tree.leaves(like)):
        is_key = jnp.issubdtype(old.dtype, jax.dtypes.prng_key)
        array = jnp.asarray(file[f"arr_{i}"])
        new.append(jax.random.wrap_key_data(array) if is_key else array.astype(old.dtype))
    return jax.tree.unflatten(jax.tree.structure(like), new)

# %% wrong: key from like
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [o if is_key(o) else n for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: key left as numbers
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [n for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: key not converted
def save_pytree(path, tree):
    np.savez(path, *jax.tree.leaves(tree))


def restore_pytree(path, like):
    file = np.load(path)
    return jax.tree.unflatten(jax.tree.structure(like), [file[name] for name in file.files])

# %% wrong: keys told by their dtype
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [jax.random.wrap_key_data(n) if n.dtype == jnp.uint32 else n for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: like returned
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [jax.random.wrap_key_data(n) if is_key(o) else n for n, o in zip(new, old)]
    return like

# %% wrong: names sorted
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[name]) for name in sorted(file.files)]
    new = [jax.random.wrap_key_data(n) if is_key(o) else n for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: no return
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [jax.random.wrap_key_data(n) if is_key(o) else n for n, o in zip(new, old)]
    jax.tree.unflatten(structure, new)

# %% wrong: only floats restored
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(path, *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(path) as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [jax.random.wrap_key_data(n) if is_key(o) else n for n, o in zip(new, old)]
    new = [n if n.dtype == jnp.float32 else o for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: parameters only
def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree.params if hasattr(tree, "params") else tree["large"])
    np.savez(path, *leaves)


def restore_pytree(path, like):
    file = np.load(path)
    params = jax.tree.unflatten(jax.tree.structure(like.params), [file[name] for name in file.files])
    return like._replace(params=params)

# %% wrong: pickled
import pickle


def save_pytree(path, tree):
    path.write_bytes(pickle.dumps(tree))


def restore_pytree(path, like):
    return pickle.loads(path.read_bytes())

# %% wrong: shapes and dtypes of like
def save_pytree(path, tree):
    arrays = []
    for leaf in jax.tree.leaves(tree):
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        arrays.append(np.frombuffer(np.asarray(leaf).tobytes(), np.uint8))
    np.savez(path, *arrays)


def restore_pytree(path, like):
    file, new = np.load(path), []
    for i, leaf in enumerate(jax.tree.leaves(like)):
        is_key = jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        old = jax.random.key_data(leaf) if is_key else leaf
        array = jnp.asarray(np.frombuffer(file[f"arr_{i}"].tobytes(), old.dtype).reshape(old.shape))
        new.append(jax.random.wrap_key_data(array) if is_key else array)
    return jax.tree.unflatten(jax.tree.structure(like), new)

# %% wrong: suffix twice
def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    np.savez(str(path) + ".npz", *[jax.random.key_data(x) if is_key(x) else x for x in leaves])


def restore_pytree(path, like):
    old, structure = jax.tree.flatten(like)
    with np.load(str(path) + ".npz") as file:
        new = [jnp.asarray(file[f"arr_{i}"]) for i in range(len(old))]
    new = [jax.random.wrap_key_data(n) if is_key(o) else n for n, o in zip(new, old)]
    return jax.tree.unflatten(structure, new)

# %% wrong: tree as one array
def save_pytree(path, tree):
    np.savez(path, tree=np.array([tree], dtype=object))


def restore_pytree(path, like):
    return np.load(path, allow_pickle=True)["tree"][0]

# %% wrong: zeros lose their sign
def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree)
    is_key = [jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) for leaf in leaves]
    numbers = [jax.random.key_data(x) if key else x for x, key in zip(leaves, is_key)]
    np.savez(path, *[np.asarray(x) + np.zeros((), x.dtype) for x in numbers])


def restore_pytree(path, like):
    file = np.load(path)
    leaves, structure = jax.tree.flatten(like)
    for i, old in enumerate(leaves):
        is_key = jnp.issubdtype(old.dtype, jax.dtypes.prng_key)
        leaves[i] = jax.random.wrap_key_data(file[f"arr_{i}"]) if is_key else jnp.asarray(file[f"arr_{i}"])
    return jax.tree.unflatten(structure, leaves)
