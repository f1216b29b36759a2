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
