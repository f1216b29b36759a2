def save_pytree(path, tree):
    np.savez(path, *jax.tree.leaves(tree))


def restore_pytree(path, like):
    file = np.load(path)
    return jax.tree.unflatten(jax.tree.structure(like), [file[name] for name in file.files])
