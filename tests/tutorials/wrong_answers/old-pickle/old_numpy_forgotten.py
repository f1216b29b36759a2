def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if full not in known:
                raise pickle.UnpicklingError(f"The file wants {full}.")
            return known[full]

    return Old(io.BytesIO(data)).load()
