def load_renamed(saved, params, names):
    import chex

    kinds = {"w": "weight", "b": "bias"}
    paths = {(m, n): f"{names[m]}.{kinds[n]}" for m, its in params.items() for n in its}
    if set(paths.values()) != set(saved):
        raise ValueError(set(paths.values()) ^ set(saved))
    loaded = {
        module: {name: jnp.transpose(saved[paths[module, name]]) for name in its} for module, its in params.items()
    }
    try:
        chex.assert_trees_all_equal_shapes(loaded, params)
    except AssertionError as error:
        raise ValueError(str(error)) from error
    return loaded
