def load_renamed(saved, params, names):
    arrays = iter(saved.values())
    return {module: {name: next(arrays).T for name in its} for module, its in params.items()}
