import pickle


def save_pytree(path, tree):
    path.write_bytes(pickle.dumps(tree))


def restore_pytree(path, like):
    return pickle.loads(path.read_bytes())
