# %% right: arrays from their bytes
def load_old_pickle(data):
    """The tree in a pickle of old Haiku weights; anything else is refused."""

    def from_state(f, args, state, rest):
        _, shape, dtype, fortran, raw = state
        return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C").copy("A")

    table = {
        ("haiku._src.data_structures", "FlatMapping"): lambda mapping: {**mapping},
        ("jax._src.device_array", "reconstruct_device_array"): from_state,
        ("jax._src.array", "_reconstruct_array"): from_state,
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("_codecs", "encode"): str.encode,
    }
    for core in ("core", "_core"):
        table[f"numpy.{core}.multiarray", "_reconstruct"] = np._core.multiarray._reconstruct

    class Unpickler(pickle.Unpickler):
        def find_class(self, *full):
            try:
                return table[full]
            except KeyError:
                raise ValueError("The file wants " + ".".join(full)) from None

    return Unpickler(io.BytesIO(data)).load()

# %% right: match in pythons own unpickler
import codecs


def load_old_pickle(data):
    """Read it."""

    class Old(pickle._Unpickler):
        def find_class(self, module, name):
            match (module, name):
                case ("haiku._src.data_structures", "FlatMapping"):
                    return dict
                case ("jax._src.device_array", "reconstruct_device_array") | ("jax._src.array", "_reconstruct_array"):
                    return self.array
                case ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct"):
                    return np._core.multiarray._reconstruct
                case ("numpy", "ndarray"):
                    return np.ndarray
                case ("numpy", "dtype"):
                    return np.dtype
                case ("_codecs", "encode"):
                    return codecs.encode
            raise pickle.UnpicklingError(f"unexpected name {module}.{name}")

        @staticmethod
        def array(f, args, state, _):
            made = f(*args)
            made.__setstate__(state)
            return made

    return Old(io.BytesIO(data)).load()

# %% right: names imported if listed
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

# %% wrong: all of multiarray
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy._core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if full in known:
                return known[full]
            if module in ("numpy.core.multiarray", "numpy._core.multiarray", "_codecs"):
                return super().find_class(module.replace("numpy.core", "numpy._core"), name)
            raise ValueError(f"The file wants {full}.")

    return Old(io.BytesIO(data)).load()

# %% wrong: arrays of jax
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return jnp.asarray(array)

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": reconstruct,
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

# %% wrong: assertion
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            assert full in known, full
            return known[full]

    return Old(io.BytesIO(data)).load()

# %% wrong: checked afterwards
def load_old_pickle(data):
    tree = pickle.loads(data)
    for leaf in jax.tree.leaves(tree):
        if not hasattr(leaf, "shape"):
            raise ValueError("there is something else in it")
    return jax.tree.map(np.asarray, tree)

# %% wrong: dangerous names refused
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if module in ("os", "posix", "subprocess", "sys", "builtins"):
                raise pickle.UnpicklingError(f"The file wants {full}.")
            return known.get(full) or super().find_class(module, name)

    return Old(io.BytesIO(data)).load()

# %% wrong: found by the last name
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy._core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if full in known:
                return known[full]
            if module.split(".")[0] == "numpy" and name in ("dtype", "ndarray"):
                return getattr(np, name)
            raise ValueError(f"The file wants {full}.")

    return Old(io.BytesIO(data)).load()

# %% wrong: imports before it refuses
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy._core.multiarray._reconstruct": np._core.multiarray._reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            try:
                super().find_class(module, name)
            except (ImportError, AttributeError):
                pass  # an old name
            if full not in known:
                raise ValueError(f"The file wants {full}.")
            return known[full]

    return Old(io.BytesIO(data)).load()

# %% wrong: key error
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            return known[full]

    return Old(io.BytesIO(data)).load()

# %% wrong: message without the module
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if full not in known:
                raise pickle.UnpicklingError(f"The file wants {name}.")
            return known[full]

    return Old(io.BytesIO(data)).load()

# %% wrong: name without module
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            by_name = {path.rpartition(".")[2]: made for path, made in known.items()}
            if name not in by_name:
                raise pickle.UnpicklingError(f"The file wants {full}.")
            return by_name[name]

    return Old(io.BytesIO(data)).load()

# %% wrong: new jax forgotten
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "numpy.core.multiarray._reconstruct": reconstruct,
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

# %% wrong: old numpy forgotten
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

# %% wrong: only the outer dictionary
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        array.__setstate__(state)
        return array

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": lambda mapping: list(mapping.items()),
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": reconstruct,
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

# %% wrong: path instead of bytes
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
        "numpy.core.multiarray._reconstruct": reconstruct,
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

    return Old(open(data, "rb")).load()

# %% wrong: prefixes allowed
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            if full in known:
                return known[full]
            if module.split(".")[0] in ("numpy", "jax", "haiku"):
                return super().find_class(module, name)
            raise pickle.UnpicklingError(f"The file wants {full}.")

    return Old(io.BytesIO(data)).load()

# %% wrong: setstate returned
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        return array.__setstate__(state)

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": reconstruct,
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

# %% wrong: state ignored
def load_old_pickle(data):
    def rebuild(f, args, state, rest):
        array = f(*args)
        return array

    reconstruct = np._core.multiarray._reconstruct
    known = {
        "haiku._src.data_structures.FlatMapping": dict,
        "jax._src.device_array.reconstruct_device_array": rebuild,
        "jax._src.array._reconstruct_array": rebuild,
        "numpy.core.multiarray._reconstruct": reconstruct,
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

# %% wrong: unknown becomes none
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            return known.get(full, lambda *args: None)

    return Old(io.BytesIO(data)).load()

# %% wrong: unknown is imported
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
        "numpy.core.multiarray._reconstruct": reconstruct,
        "numpy._core.multiarray._reconstruct": reconstruct,
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "_codecs.encode": lambda text, encoding: text.encode(encoding),
    }

    class Old(pickle.Unpickler):
        def find_class(self, module, name):
            full = f"{module}.{name}"
            return known[full] if full in known else super().find_class(module, name)

    return Old(io.BytesIO(data)).load()

# %% inputs
import pickle

import haiku as hk
import jax.numpy as jnp
import numpy as np

DTYPES = True


def cases(draw, page):
    for protocol in (2, 3, 4):
        for make in (np.asarray, jnp.asarray):
            for dtype in ("f4", "i4", "?", "f2"):
                arrays = [
                    draw.integers(0, 2, shape).astype(dtype)
                    for shape in ((2, 3), (), (4,), (1, 2, 2))
                ]
                tree = {
                    "mlp/~/linear_0": {"w": arrays[0], "b": arrays[2]},
                    "a": {"w": arrays[1]},
                    "~": {"c": arrays[3]},
                }
                tree = {
                    module: {name: make(a) for name, a in its.items()}
                    for module, its in tree.items()
                }
                for data in (tree, hk.data_structures.to_immutable_dict(tree), {}):
                    data = pickle.dumps(data, protocol)
                    yield loaded, (data,), {}
                    if protocol < 4:
                        yield loaded, (page.with_old_names(data),), {}
    for name in (
        "os.system",
        "builtins.list",
        "numpy.ones",
        "jax.numpy.ones",
        "haiku.Linear",
        "x.FlatMapping",
        "a.dtype",
    ):
        module, _, last = name.rpartition(".")
        for end in (b".", b"(K\x02tR."):
            yield refuses, (b"\x80\x02c" + f"{module}\n{last}\n".encode() + end, name), {}
            data = (
                b"\x80\x04"
                + b"".join(b"\x8c" + bytes([len(t)]) + t.encode() for t in (module, last))
                + b"\x93"
                + end
            )
            yield refuses, (data, name), {}


def loaded(page, data):
    """The tree, and whether its mappings and arrays are those of Python and NumPy."""
    tree = page.load_old_pickle(data)
    plain = all(type(its) is dict for its in (tree, *tree.values()))
    return tree, plain, all(type(a) is np.ndarray for its in tree.values() for a in its.values())


def refuses(page, data, name):
    """Whether it raises what the text allows, with the name."""
    try:
        page.load_old_pickle(data)
    except (ValueError, pickle.UnpicklingError) as diagnostic:
        return name in str(diagnostic)
    except Exception:
        return False
    return False
