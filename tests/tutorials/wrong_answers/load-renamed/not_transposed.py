def load_renamed(saved, params, names):
    new = {"w": "weight", "b": "bias"}
    return {module: {name: saved[f"{names[module]}.{new[name]}"] for name in its} for module, its in params.items()}
