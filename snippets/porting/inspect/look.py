"""Say what is in a file of weights, whatever it is, and run nothing of it."""

import hashlib
import math
from collections.abc import Mapping
from typing import Any

from ..kinds import other_kind, packing, unpacked
from .archives import read_archive, read_tar
from .budget import Budget, StoppedError
from .danger import classes_in, imports, warnings
from .folders import read_folder
from .hdf5 import MAGIC as HDF5
from .hdf5 import read_hdf5
from .msgpack import may_be_msgpack, read_msgpack
from .npy import MAGIC as NPY
from .npy import read_npy
from .parts import PARAMETERS, STEP, is_step, library_of, part_of
from .pickles import holds_something, read_pickles
from .records import Array, Contents, Told, text_of
from .safetensors import is_safetensors, read_safetensors
from .tree import Row, Same, digests, rows_of

UNKNOWN = "unknown"
MOST_LAYERS = 4  # of packed files in packed files
Data = bytes | Mapping[str, bytes | None]  # of a file, or of the files in a folder


def look(name: str, data: Data) -> dict[str, Any]:
    """Say what is in a file of weights, without running or importing what it names.

    Args:
      name: the file's name, for the result alone; the kind is told by the bytes.
      data: the bytes of the file; for a folder, the bytes of the files in it by their
        paths, with None for those that `folders.is_wanted` does not ask for.

    Returns:
      Plain data, as for JSON: `file`, `bytes`, `sha256`, `kind`, `packed` (by what,
      from the outside in), `library` (whose names the arrays have, or ""), `parts` (by
      what arrays look like, their number, and that of their entries and bytes),
      `arrays` and `values` (a list of dictionaries each), `classes` (that a pickle
      names), `notes` and `warnings` (sentences), and `problem` (a sentence if not all
      could be read, or "").

    Raises:
      Nothing for what a file holds; a file that cannot be read has a `problem`.

    Examples:
      >>> import pickle
      >>> found = look("step.pkl", pickle.dumps({"step": 3, "w": [0.5, 1.5]}))
      >>> found["values"][0]
      {'path': 'step', 'kind': 'int', 'value': '3', 'part': 'step'}
    """
    size = size_of(data)
    budget = Budget(size)
    contents, packed = read(data, budget)
    nothing = contents.kind == UNKNOWN and contents.root is None
    rows, stopped = ([], "") if nothing else rows_of(contents.root, budget)
    problem = contents.problem or stopped
    arrays = [row for row in rows if isinstance(row.value, Array)]
    slash = "//" if any("/" in key for row in rows for key in row.keys) else "/"
    paths = [slash.join(row.keys) for row in arrays]
    listed = [
        _array(row, path, digest)
        for row, path, digest in zip(
            arrays, paths, digests(arrays, budget), strict=True
        )
    ]
    values = [_value(row, slash) for row in rows if not isinstance(row.value, Array)]
    return {
        "file": name,
        "bytes": size,
        "sha256": "" if isinstance(data, Mapping) else hashlib.sha256(data).hexdigest(),
        "kind": contents.kind,
        "packed": packed,
        "library": library_of(paths) if paths else "",
        "parts": _parts(listed),
        "arrays": listed,
        "values": values,
        "classes": classes_in(contents.names),
        "notes": [*contents.notes, *_of_bfloat16(listed), *imports(contents.names)],
        "warnings": warnings(contents.names),
        "problem": f"{name} {problem}" if problem else "",
    }


def size_of(data: Data) -> int:
    """The bytes that there are to read.

    Examples:
      >>> size_of({"_METADATA": b"{}", "d/0": None})
      2
    """
    if isinstance(data, Mapping):
        return sum(len(each or b"") for each in data.values())
    return len(data)


def read(data: Data, budget: Budget) -> tuple[Contents, list[str]]:
    r"""What a file or folder holds, as records, and by what it is packed.

    What cannot be read has a kind of "unknown" and says why in its `problem`.

    Examples:
      >>> contents, packed = read(b"K\x07.", Budget(3))
      >>> contents.kind, contents.root, packed
      ('pickle of protocol 0 or 1', 7, [])
    """
    packed: list[str] = []
    return _read(data, budget, packed), packed


def _read(data: Data, budget: Budget, packed: list[str]) -> Contents:
    try:
        if isinstance(data, Mapping):
            return read_folder(data, budget)
        while by := packing(bytes(data[:8])):
            if len(packed) == MOST_LAYERS:
                raise StoppedError(f"is packed more than {MOST_LAYERS} times.")
            packed.append(by)
            data = _unpack(data, budget)
        return _kind(data, budget)
    except StoppedError as stopped:
        return Contents(UNKNOWN, stopped.partial, str(stopped))
    except RecursionError:
        return Contents(UNKNOWN, None, "is nested too deeply for weights.")
    except Exception as problem:  # a fault here, which must not hide the other files
        told = f"is damaged, or of a kind that is not known ({type(problem).__name__})."
        return Contents(UNKNOWN, None, told)


def _unpack(data: bytes, budget: Budget) -> bytes:
    try:
        data = unpacked(data, name="", most_bytes=budget.bytes)
    except ValueError as problem:
        raise StoppedError(str(problem).strip()) from problem
    budget.take(len(data))
    return data


def _kind(data: bytes, budget: Budget, depth: int = 0) -> Contents:
    """Read a file of the kind that its first bytes tell."""
    start = bytes(data[:600])

    def inner(name: str, inside: bytes) -> Contents:
        """A file in an archive."""
        if depth == MOST_LAYERS:
            return Contents(UNKNOWN, Told("an archive in archives"))
        while packing(bytes(inside[:8])):
            inside = _unpack(inside, budget)
        return _kind(inside, budget, depth + 1)

    def pickled(inside: bytes, find: Any = None) -> Contents:
        return read_pickles(inside, budget, find)

    if not start:
        raise StoppedError("is empty.")
    if start.startswith((b"PK\3\4", b"PK\5\6")):
        return read_archive(data, budget, inner, pickled)
    if start.startswith(NPY):
        return read_npy(data, pickled)
    if start.startswith(HDF5):
        return read_hdf5(data, budget)
    if start[257:262] == b"ustar":
        return read_tar(data, budget, inner)
    if is_safetensors(start):
        return read_safetensors(data, budget)
    return _others(data, start, budget)


def _others(data: bytes, start: bytes, budget: Budget) -> Contents:
    """Read MessagePack or a pickle, or say what the file is instead."""
    if may_be_msgpack(start):
        try:
            return read_msgpack(data, budget)
        except StoppedError as stopped:
            return Contents("MessagePack of Flax", stopped.partial, str(stopped))
    if told := other_kind(start + bytes(data[-8:])):
        raise StoppedError(told)
    found = read_pickles(data, budget)
    if found.problem and not holds_something(found.root):
        raise StoppedError(_not_a_pickle(start, found.problem))
    return found


def _not_a_pickle(start: bytes, problem: str) -> str:
    """Say why a file that is of no other kind cannot be read as a pickle."""
    if start[:1] == b"\x80" or problem.startswith("holds"):
        return problem
    try:
        text = start[:500].decode()
    except UnicodeDecodeError:
        return f"is of no kind that is known here; it begins with {start[:8].hex(' ')}."
    return f"is text and not weights; it begins with {text.strip()[:40]!r}."


def _array(row: Row, path: str, digest: str) -> dict[str, Any]:
    """What is said of an array."""
    array: Any = row.value
    is_number = array.shape == () and array.dtype.name.startswith(("int", "uint"))
    part = STEP if is_number else PARAMETERS
    part = part_of(row.keys, row.classes, part)
    found = {
        "path": path,
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "bytes": array.nbytes,
        "digest": digest,
        "part": part,
        "value": None,
        "classes": list(row.classes),
        "problem": array.problem,
    }
    value = array.single() if array.shape == () and digest else None
    return found if value is None else found | {"value": text_of(value)}


def _of_bfloat16(arrays: list[dict]) -> list[str]:
    if not any(array["dtype"] == "V2" for array in arrays):
        return []
    return ["V2 is how NumPy saves bfloat16, whose name its files cannot hold."]


def _value(row: Row, slash: str) -> dict[str, str]:
    """What is said of something that is not an array."""
    value = row.value
    if isinstance(value, Same):
        value = f"the same as {slash.join(value) or 'the whole'}"
    part = STEP if row.kind == "int" and is_step(row.keys) else ""
    path = slash.join(row.keys)
    return {"path": path, "kind": row.kind, "value": str(value), "part": part}


def _parts(arrays: list[dict]) -> dict[str, dict[str, int]]:
    """How many arrays, numbers and bytes each part has."""
    parts: dict[str, dict[str, int]] = {}
    for array in arrays:
        sums = parts.setdefault(array["part"], {"arrays": 0, "numbers": 0, "bytes": 0})
        sums["arrays"] += 1
        sums["numbers"] += math.prod(array["shape"])
        sums["bytes"] += array["bytes"]
    return parts
