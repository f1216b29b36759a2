"""Files of safetensors: a header in JSON, and the arrays."""

import json
from typing import Any

from .budget import Budget, StoppedError
from .records import Array, Contents, Dtype, array_of, dtype_by_code, is_shape, mapping

MOST_HEADER = 2**24  # bytes: about 150,000 arrays
_DTYPES = {
    "BOOL": Dtype("bool", 1),
    "BF16": Dtype("bfloat16", 2),
    "F8_E4M3": Dtype("float8_e4m3fn", 1),
    "F8_E5M2": Dtype("float8_e5m2", 1),
    "F8_E8M0": Dtype("float8_e8m0fnu", 1),
    "C64": Dtype("complex64", 8),
}
_LONG = {"F": "float", "I": "int", "U": "uint"}


def is_safetensors(start: bytes) -> bool:
    """Whether a file begins with the size of a header, and a header in JSON."""
    return start[8:9] == b"{" and 2 <= int.from_bytes(start[:8], "little") < 2**32


def read_safetensors(data: bytes, budget: Budget) -> Contents:
    """The arrays of a safetensors file by their names."""
    size = int.from_bytes(data[:8], "little")
    if size > len(data) - 8:
        raise StoppedError("ends within its header; is it whole?")
    if size > MOST_HEADER:
        raise StoppedError(f"has a header of {size} bytes, more than {MOST_HEADER}.")
    try:
        header = json.loads(bytes(data[8 : 8 + size]))
        said = header.pop("__metadata__", {})
        entries = list(header.items())
    except (AttributeError, RecursionError, ValueError):
        raise StoppedError("has a header that is not that of safetensors.") from None
    view, pairs, cut = memoryview(data)[8 + size :], [], False
    for name, entry in entries:
        budget.step(3)
        array = _array(name, entry, view)
        cut = cut or array.problem == "cut"
        pairs.append((name, array))
    told = "ends too early; is it whole?" if cut else ""
    notes = [f"{key}: {value}" for key, value in said.items()] if said else []
    return Contents(
        "safetensors", mapping(pairs), told, tuple(note[:200] for note in notes[:9])
    )


def _array(name: str, entry: Any, view: memoryview) -> Array:
    try:
        code, shape = entry["dtype"], entry["shape"]
        start, end = entry["data_offsets"]
        dtype = _DTYPES.get(code) or dtype_by_code(_LONG[code[0]] + code[1:])
        good = dtype and is_shape(shape) and is_shape([start, end]) and start <= end
    except (KeyError, IndexError, TypeError, ValueError):
        good = False
    if not good:
        raise StoppedError(f"has an entry that is not an array: {name[:60]!r}.")
    if end > len(view):
        return Array(tuple(shape), dtype, problem="cut")
    return array_of(shape, dtype, view[start:end])
