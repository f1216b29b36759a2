def load_renamed(saved, params, names):
    layers = {}
    for path, array in saved.items():
        layer, _, kind = path.partition(".")
        layers.setdefault(layer, {})[{"weight": "w", "bias": "b"}[kind]] = array.T
    loaded = {module: dict(layers[names[module]]) for module in params}
    if jax.tree.map(jnp.shape, loaded) != jax.tree.map(jnp.shape, params) or len(layers) > len(params):
        raise ValueError("It does not fit.")
    return loaded
