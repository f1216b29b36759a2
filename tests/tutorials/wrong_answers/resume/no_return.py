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
