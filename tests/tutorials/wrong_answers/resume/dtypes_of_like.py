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
