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
