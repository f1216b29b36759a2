def load_renamed(saved, params, names):
    return load_by_order(saved, params)
