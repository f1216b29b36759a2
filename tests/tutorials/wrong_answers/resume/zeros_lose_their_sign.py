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
