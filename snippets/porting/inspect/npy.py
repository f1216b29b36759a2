"""NumPy's files of one array."""

import ast
import re
from collections.abc import Callable

from .budget import StoppedError
from .records import Array, Contents, Dtype, array_of, dtype_by_code, is_shape

MAGIC = b"\x93NUMPY"
MOST_HEADER = 10_000  # bytes, as in NumPy


def header_of(start: bytes) -> tuple[Array, int]:
    """The array that the header of an npy file describes, and where its bytes begin.

    `start` is the beginning of the file. Raises a StoppedError if it is no such header.
    """
    wide = start[6:7] != b"\1"  # the version
    size = int.from_bytes(start[8 : 12 if wide else 10], "little")
    end = (12 if wide else 10) + size
    if size > MOST_HEADER:
        raise StoppedError(f"has a header of {size} bytes, too long for an array.")
    if len(start) < end:
        raise StoppedError("ends too early; is it whole?")
    text = start[12 if wide else 10 : end].decode("latin1").strip()
    try:
        fields = ast.literal_eval(re.sub(r"(\d)L\b", r"\1", text))  # Python 2 wrote 3L
        shape, code, order = (fields[n] for n in ("shape", "descr", "fortran_order"))
    except (KeyError, MemoryError, RecursionError, SyntaxError, TypeError, ValueError):
        raise StoppedError("has a header that is not NumPy's; is it whole?") from None
    dtype = dtype_by_code(code) if type(code) is str else _structured(code)
    if dtype is None and re.fullmatch(r"\|?O8?", str(code)):
        dtype = Dtype("object", 8)
    if dtype is None or not is_shape(shape):
        raise StoppedError(f"has an array of {str(code)[:40]} and {str(shape)[:40]}.")
    return Array(tuple(shape), dtype, None, order is True and len(shape) > 1), end


def read_npy(data: bytes, pickled: Callable[[bytes], Contents]) -> Contents:
    """The array in an npy file; if it holds objects, what `pickled` reads of them."""
    array, start = header_of(bytes(data[: MOST_HEADER + 12]))
    if array.dtype.name == "object":
        inside = pickled(data[start:])
        return inside._replace(kind=f"npy with a {inside.kind}")
    view = memoryview(data)[start:]
    made = array_of(array.shape, array.dtype, view, array.column_major)
    cut = len(view) < array.nbytes
    return Contents("npy", made, "ends too early; is it whole?" if cut else "")


def _structured(code: list) -> Dtype | None:
    """The dtype of an array whose items have fields."""
    names, size = [], 0
    for field in code if isinstance(code, list) else ():
        dtype = dtype_by_code(field[1]) if type(field[1]) is str else None
        if dtype is None or len(field) > 2:
            return None
        names.append(str(field[0])[:40])
        size += dtype.size
    return Dtype(f"V{size} with the fields {', '.join(names[:8])}", size)
