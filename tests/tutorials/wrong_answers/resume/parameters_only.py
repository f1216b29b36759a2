def save_pytree(path, tree):
    leaves = jax.tree.leaves(tree.params if hasattr(tree, "params") else tree["large"])
    np.savez(path, *leaves)


def restore_pytree(path, like):
    file = np.load(path)
    params = jax.tree.unflatten(jax.tree.structure(like.params), [file[name] for name in file.files])
    return like._replace(params=params)
