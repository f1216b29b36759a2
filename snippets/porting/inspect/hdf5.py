"""HDF5, as Keras writes it, where the package h5py is installed."""

import importlib
import io
from typing import Any

from .budget import Budget, StoppedError
from .records import Array, Contents, Dtype, Record, Told, dtype_by_code, mapping

MAGIC = b"\x89HDF\r\n\x1a\n"


def read_hdf5(data: bytes, budget: Budget) -> Contents:
    """The datasets of an HDF5 file. Links to other files are not followed."""
    try:
        h5py = importlib.import_module("h5py")
    except ImportError:
        raise StoppedError(
            "is an HDF5 file; install the package h5py to see what is in it."
        ) from None
    root = mapping(())
    groups: dict[str, Record] = {"": root}

    def visit(path: str, node: Any) -> None:
        budget.step(20)
        above, _, name = path.rpartition("/")
        held: Any = mapping(())
        if isinstance(node, h5py.Dataset):
            held = Told("text") if node.dtype.hasobject else _array(node, budget)
        else:
            groups[path] = held
        groups[above].items.append((name, held))

    try:
        file = h5py.File(data if hasattr(data, "readline") else io.BytesIO(data), "r")
        file.visititems(visit)
        told = [f"{key}: {str(file.attrs[key])[:100]}" for key in list(file.attrs)[:9]]
    except StoppedError as stopped:
        return Contents("HDF5", root, str(stopped))
    except Exception as problem:  # of the library, in C
        told = f"is an HDF5 file, and damaged; is it whole? ({str(problem)[:80]})"
        raise StoppedError(told) from problem
    return Contents("HDF5", root, "", tuple(told))


def _array(dataset: Any, budget: Budget) -> Array:
    code = dataset.dtype.str
    dtype = dtype_by_code(code) or Dtype(f"{code[:20]} of HDF5", dataset.dtype.itemsize)
    shape = tuple(dataset.shape or ())

    def data() -> bytes | None:
        if dataset.external or dataset.is_virtual:
            return None  # its bytes are in another file
        budget.take(dataset.nbytes)
        return bytes(dataset[()].tobytes())

    return Array(shape, dtype, data)
