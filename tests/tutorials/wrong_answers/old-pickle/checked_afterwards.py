def load_old_pickle(data):
    tree = pickle.loads(data)
    for leaf in jax.tree.leaves(tree):
        if not hasattr(leaf, "shape"):
            raise ValueError("there is something else in it")
    return jax.tree.map(np.asarray, tree)
