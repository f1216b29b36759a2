LISTED = """haiku._src.data_structures.FlatMapping jax._src.device_array.reconstruct_device_array
jax._src.array._reconstruct_array numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct
numpy.ndarray numpy.dtype _codecs.encode""".split()


def to_numpy(f, args, state, rest):
    out = f(*args)
    out.__setstate__(state)
    return out


class Reader(pickle.Unpickler):
    def find_class(self, module, name):
        if module + "." + name not in LISTED:
            raise ValueError(module + "." + name + " is not on the list")
        if name == "FlatMapping":
            return lambda mapping: dict(mapping)
        if module.startswith("jax"):
            return to_numpy
        return super().find_class(module.replace("numpy.core", "numpy._core"), name)


def load_old_pickle(data):
    with io.BytesIO(data) as file:
        return Reader(file).load()
