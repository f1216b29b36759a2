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

# %% wrong: beside the path -> there is no file at `path`
beside.replace(path)  # in one step: there is never half a file
# becomes

# %% wrong: the first leaves
for leaf in jax.tree.leaves(tree)
]
# becomes
for leaf in jax.tree.leaves(tree)[:24]
]

# %% wrong: the ending twice -> there is no file at `path`, with its folder and its ending.
beside.replace(path)
# becomes
beside.replace(f"{path}.npz")

# %% wrong: in the current folder -> there is no file at `path`, with its folder and its ending.
beside.replace(path)
# becomes
beside.replace(path.name)

# %% wrong: with pickle -> Object arrays cannot be loaded
np.savez(beside, *leaves)
# becomes
np.savez(beside, *[np.array([leaf], object) for leaf in leaves])

# %% wrong: `like` itself -> that is `like`.
return jax.tree.unflatten(structure, leaves)
# becomes
return like

# %% wrong: a list -> the structure is not that of `like`
return jax.tree.unflatten(structure, leaves)
# becomes
return leaves

# %% wrong: a key is told by its form -> a leaf has another type: an array, or a key?
jnp.issubdtype(old_leaf.dtype, jax.dtypes.prng_key)
# becomes
leaf.dtype == jnp.uint32 and leaf.shape[-1:] == (2,)

# %% wrong: the key of `like` -> keys are those of `like`.
jax.random.wrap_key_data(leaf)
# becomes
old_leaf

# %% wrong: its dtypes -> has the dtype int32, not float32
else leaf
for leaf, old_leaf
# becomes
else leaf.astype(old_leaf.dtype)
for leaf, old_leaf

# %% wrong: its shapes -> Which shape a leaf has says the file, not `like`.
else leaf
for leaf, old_leaf
# becomes
else leaf.ravel()[: old_leaf.size].reshape(old_leaf.shape)
for leaf, old_leaf

# %% wrong: sorted by name -> Sorted by name, arr_10 comes before arr_2.
file[f"arr_{i}"]
# becomes
file[sorted(file.files)[i]]

# %% wrong: -0.0 loses its sign
else leaf
for leaf in
# becomes
else leaf + jnp.zeros((), leaf.dtype)
for leaf in

# %% wrong: a nan is a nan -> the bits of a nan or of -0.0 are others.
else leaf
for leaf in
# becomes
else jnp.where(leaf == leaf, leaf, jnp.nan).astype(leaf.dtype)
for leaf in

# %% wrong: a single key -> may be an array of keys.
jax.random.wrap_key_data(leaf)
# becomes
jax.random.wrap_key_data(leaf.ravel()[:2])

# %% wrong: floats alone -> has the dtype float32, not int32
jnp.asarray(file[f"arr_{i}"])
# becomes
jnp.asarray(file[f"arr_{i}"], "float32")

# %% wrong: names sorted -> Sorted by name, arr_10 comes before arr_2.
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

# %% wrong: pickled -> This file contains pickled (object) data.
import pickle


def save_pytree(path, tree):
    path.write_bytes(pickle.dumps(tree))


def restore_pytree(path, like):
    return pickle.loads(path.read_bytes())

# %% wrong: shapes and dtypes of like -> Which shape a leaf has says the file, not `like`.
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

# %% wrong: two leaves of one name -> Is each leaf in its own place
def named(tree):
    paths, structure = jax.tree_util.tree_flatten_with_path(tree)
    name = functools.partial(jax.tree_util.keystr, simple=True, separator="/")
    return [("leaf/" + name(path), leaf) for path, leaf in paths], structure


def is_key(leaf):
    return jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)


def save_pytree(path, tree):
    arrays = {
        name: np.asarray(jax.random.key_data(leaf) if is_key(leaf) else leaf)
        for name, leaf in named(tree)[0]
    }
    np.savez(path, **arrays)


def restore_pytree(path, like):
    leaves, structure = named(like)
    with np.load(path) as file:
        arrays = [
            jax.random.wrap_key_data(file[name], impl=jax.random.key_impl(leaf))
            if is_key(leaf)
            else jnp.asarray(file[name])
            for name, leaf in leaves
        ]
    return jax.tree.unflatten(structure, arrays)
