def save_pytree(path, tree):
    arrays = {}
    for where, leaf in jax.tree.flatten_with_path(tree)[0]:
        if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            leaf = jax.random.key_data(leaf)
        arrays[jax.tree_util.keystr(where)] = np.asarray(leaf)
    np.savez_compressed(path, **arrays)


def restore_pytree(path, like):
    file = np.load(path)

    def read(where, leaf):
        array = jnp.asarray(file[jax.tree_util.keystr(where)])
        is_key = jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        return jax.random.wrap_key_data(array) if is_key else array

    return jax.tree_util.tree_map_with_path(read, like)
