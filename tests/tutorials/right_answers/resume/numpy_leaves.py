def save_pytree(path, tree):
    numbers = jax.tree.map(
        lambda x: jax.random.key_data(x) if jax.dtypes.issubdtype(x.dtype, jax.dtypes.prng_key) else x, tree
    )
    with path.open("wb") as file:
        np.savez(file, **{f"{i:04}": x for i, x in enumerate(jax.tree.leaves(numbers))})


def restore_pytree(path, like):
    file = np.load(str(path))
    arrays = iter([file[name] for name in sorted(file.files)])

    def put(leaf):
        array = next(arrays)
        if jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            return jax.random.wrap_key_data(array, impl=jax.random.key_impl(leaf))
        return array

    return jax.tree.map(put, like)
