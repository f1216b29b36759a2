def load_renamed(saved, params, names):
    return {
        f"{module}/{name}": saved[f"{names[module]}.{'weight' if name == 'w' else 'bias'}"].T
        for module, its in params.items()
        for name in its
    }
