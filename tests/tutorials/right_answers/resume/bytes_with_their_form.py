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
