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
