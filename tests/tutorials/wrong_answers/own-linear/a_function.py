def MyLinear(output_size, name=None):
    return hk.Linear(output_size, name=name)
