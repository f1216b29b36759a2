def save_pytree(path, tree):
    np.savez(path, tree=np.array([tree], dtype=object))


def restore_pytree(path, like):
    return np.load(path, allow_pickle=True)["tree"][0]
