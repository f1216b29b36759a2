"""PyTorch's files: the tensors of a pickle, and their storages beside or behind it."""

import math
import re
import zipfile
from collections.abc import Callable
from typing import Any, BinaryIO

from .budget import Budget
from .records import (
    Array,
    Contents,
    Dtype,
    Name,
    Record,
    dtype_by_code,
    is_shape,
    short,
)

MAGIC = 0x1950A86A20F9469CFC6C  # with which torch.save began, before it wrote zips
_STORAGES = {
    "Double": "float64",
    "Float": "float32",
    "Half": "float16",
    "BFloat16": "bfloat16",
    "Long": "int64",
    "Int": "int32",
    "Short": "int16",
    "Char": "int8",
    "Byte": "uint8",
    "Bool": "bool",
    "ComplexFloat": "complex64",
    "ComplexDouble": "complex128",
    "QInt8": "int8",
    "QUInt8": "uint8",
    "QInt32": "int32",
}
_REBUILD = re.compile(
    r"torch\._utils\._rebuild_(tensor(_v2|_v3)?|parameter\w*|qtensor)"
)
Find = Callable[[str], bytes | None]  # the bytes of a storage, by its key


def tensor(record: Record, find: Find) -> Record | Array:
    """The array that a record of a tensor means; the record itself if it is none."""
    match = _REBUILD.fullmatch(record.of) if isinstance(record.of, Name) else None
    if not match:
        return record
    arguments = record.arguments
    if match[1].startswith("parameter"):
        inner = arguments[0] if arguments else None
        return inner if isinstance(inner, Array) else record
    if len(arguments) < 4 or not isinstance(arguments[0], Record):
        return record
    storage, offset, shape, strides = arguments[:4]
    place = storage_of(storage)
    dtype = place and place[1]
    if match[2] == "_v3" and len(arguments) > 6 and isinstance(arguments[6], Name):
        dtype = dtype_by_code(arguments[6].removeprefix("torch."))
    good = dtype and is_shape(shape) and is_shape(strides) and is_shape([offset])
    if not good or len(shape) != len(strides):
        return record
    return _array(tuple(shape), dtype, offset, strides, lambda: find(place[0]))


def storage_of(record: Record) -> tuple[str, Dtype | None] | None:
    """The key of a storage and the dtype of its items, of a persistent id."""
    place = record.arguments[0] if record.arguments else ()
    if type(place) is not tuple or len(place) < 5 or place[0] != "storage":
        return None
    kind = short(place[1]).rpartition(".")[2].removesuffix("Storage")
    code = "uint8" if kind == "Untyped" else _STORAGES.get(kind, "")
    return short(place[2]), dtype_by_code(code)


def read_zip(archive: zipfile.ZipFile, budget: Budget, pickled: Callable) -> Contents:
    """What a zip of torch.save or of TorchScript holds; `pickled` reads its pickle."""
    names = set(archive.namelist())
    main = next(name for name in archive.namelist() if name.endswith("data.pkl"))
    folder = main.removesuffix("data.pkl")
    kept: dict[str, bytes | None] = {}

    def find(key: str) -> bytes | None:
        name = f"{folder}data/{key}"
        if key not in kept:
            kept.clear()  # one at a time: a file may be larger than the memory
            if name in names:
                budget.take(archive.getinfo(name).file_size)
            kept[key] = archive.read(name) if name in names else None
        return kept[key]

    found = pickled(archive.read(main), find)
    notes = list(found.notes)
    if f"{folder}constants.pkl" in names:
        notes.append("TorchScript: it has code besides the weights.")
    order = f"{folder}byteorder"
    if order in names and archive.read(order) == b"big":
        notes.append("Its numbers have the most significant byte first.")
    return found._replace(kind="zip of PyTorch", notes=tuple(notes))


def read_storages(
    keys: Any, file: BinaryIO, dtypes: dict[str, Dtype | None]
) -> tuple[dict[str, bytes], str]:
    """What follows the pickles of torch.save in its older form: storages in a row.

    Returns the bytes by key, and what is wrong with them, if anything.
    """
    storages: dict[str, bytes] = {}
    for key in keys.elements if isinstance(keys, Record) else ():
        dtype, count = dtypes.get(short(key)), file.read(8)
        if dtype is None:
            return storages, "has a storage that no tensor is in."
        size = int.from_bytes(count, "little") * dtype.size
        if size >= 2**62 or len(data := file.read(size)) < size:
            return storages, "ends too early; is it whole?"
        storages[short(key)] = data
    return storages, ""


def _array(
    shape: tuple, dtype: Dtype, offset: int, strides: tuple, storage: Callable
) -> Array:
    """A view of a storage: its bytes are those from its first item to its last."""
    in_a_row = tuple(math.prod(shape[place + 1 :]) for place in range(len(shape)))
    some = [place for place, size in enumerate(shape) if size > 1]
    plain = all(strides[place] == in_a_row[place] for place in some)
    extent = 1 + sum((shape[place] - 1) * strides[place] for place in some)
    count = math.prod(shape) if plain or 0 in shape else extent

    def data() -> memoryview | None:
        start, size = offset * dtype.size, count * dtype.size
        held = storage()
        view = memoryview(held)[start : start + size] if held is not None else None
        return view if view is not None and len(view) == size else None

    return Array(shape, dtype, data, strides=None if plain else tuple(strides))
