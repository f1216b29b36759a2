def load_renamed(saved, params, names):
    used = []

    def load(path, old):
        module, name = (entry.key for entry in path)
        found = names[module] + {"w": ".weight", "b": ".bias"}[name]
        used.append(found)
        array = np.asarray(saved[found]).T
        if array.shape != old.shape:
            raise ValueError(f"{found}: {array.shape}, not {old.shape}")
        return jnp.asarray(array)

    loaded = jax.tree_util.tree_map_with_path(load, params)
    if len(used) != len(saved):
        raise ValueError(f"left over: {saved.keys() - set(used)}")
    return loaded
