from jax.flatten_util import ravel_pytree


def save_pytree(path, tree):
    tree = jax.tree.map(lambda x: jax.random.key_data(x) if jnp.issubdtype(x.dtype, jax.dtypes.prng_key) else x, tree)
    np.savez(path, np.concatenate([np.ravel(x).astype(np.float32) for x in jax.tree.leaves(tree)]))


def restore_pytree(path, like):
    numbers, new = np.load(path)["arr_0"], []
    for leaf in jax.tree.leaves(like):
        key = jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)
        old = jax.random.key_data(leaf) if key else leaf
        part, numbers = numbers[: old.size].astype(old.dtype).reshape(old.shape), numbers[old.size :]
        new.append(jax.random.wrap_key_data(part) if key else jnp.asarray(part))
    return jax.tree.unflatten(jax.tree.structure(like), new)
