"""Folders: the metadata of orbax and of zarr arrays, and what else may be in there."""

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from . import ocdbt
from .budget import Budget, StoppedError
from .records import (
    Array,
    Contents,
    Dtype,
    Record,
    Told,
    dtype_by_code,
    is_shape,
    mapping,
)

UNKNOWN = Dtype("?", 0)  # of arrays in a database that cannot be read here
WEIGHTS = re.compile(
    r".*\.(npz|npy|pkl|pickle|ckpt|msgpack|safetensors|h5|hdf5|keras|pt|pth|bin|joblib"
    r"|zst|gz|xz|tar|zip|index|gguf|onnx|pb)"
)
_READ = re.compile(
    r"(.*/)?(_METADATA|_CHECKPOINT_METADATA|\.zarray|zarr\.json|array_metadatas/process_\d+"
    r"|metadata)|((?!ocdbt\.process_)[^/]+/)*d/[0-9a-f]{32}"
)
Files = Mapping[str, bytes | None]  # by their paths in the folder; None: not read


def is_wanted(path: str) -> bool:
    """Whether `read_folder` needs the bytes of a file in a folder."""
    return bool(_READ.fullmatch(path))


def read_folder(files: Files, budget: Budget) -> Contents:
    """What a folder says that it holds."""
    budget.step(len(files))
    zarrs = {
        posixpath.dirname(path): _zarr(path, data)
        for path, data in files.items()
        if data is not None and posixpath.basename(path) in (".zarray", "zarr.json")
    }
    trees = [path for path in files if posixpath.basename(path) == "_METADATA"]
    if trees:
        return _orbax(sorted(trees), files, zarrs, budget)
    if zarrs:
        return Contents("folder of zarr arrays", mapping(sorted(zarrs.items())))
    names = sorted(path for path in files if WEIGHTS.fullmatch(path.lower()))
    if any(name.endswith("saved_model.pb") for name in names):
        raise StoppedError(
            "is a SavedModel of TensorFlow; open it with tf.saved_model."
        )
    if not names:
        raise StoppedError("is a folder without files of weights.")
    more = f", and {len(names) - 8} more" if len(names) > 8 else ""
    raise StoppedError(
        f"is a folder; name one of its files: {', '.join(names[:8])}{more}"
    )


def _orbax(trees: list[str], files: Files, zarrs: dict, budget: Budget) -> Contents:
    pairs = []
    in_database, notes = _database(files)
    zarrs |= in_database
    for path in trees:
        folder = posixpath.dirname(path)
        metadata = _json(path, files[path])
        entries = metadata.get("tree_metadata")
        root = mapping(())
        for entry in entries.values() if isinstance(entries, dict) else ():
            budget.step(5)
            keys = [str(key.get("key")) for key in _dicts(entry, "key_metadata")]
            value = entry.get("value_metadata") or {}
            name = posixpath.join(folder, ".".join(keys))
            _put(root, keys, zarrs.get(name) or _value(value))
        pairs.append((folder, root))
    for path, data in files.items():
        if posixpath.basename(path) == "_CHECKPOINT_METADATA" and data:
            handlers = _json(path, data).get("item_handlers")
            notes.append(
                f"{posixpath.dirname(path) or 'it'} was saved by {handlers}"[:300]
            )
    one = len(pairs) == 1 and pairs[0][0] == ""
    if not notes and any(dtype is UNKNOWN for dtype in _dtypes(pairs)):
        notes.append("The dtypes (?) are in a database that was not read.")
    return Contents(
        "folder of orbax", pairs[0][1] if one else mapping(pairs), "", (*notes,)
    )


def _database(files: Files) -> tuple[dict[str, Any], list[str]]:
    """The arrays that orbax's database describes, by path, and why others are not."""
    found: dict[str, Any] = {}
    notes: list[str] = []
    budget = Budget(sum(len(data or b"") for data in files.values()))
    for path, data in files.items():
        if not (data or b"").startswith(ocdbt.MAGIC):
            continue
        folder = posixpath.dirname(posixpath.dirname(path))
        try:
            values = dict(ocdbt.values_in(data, budget))
        except (StoppedError, ValueError) as problem:
            notes.append(f"The dtypes (?) are in {path}: {problem}")
            continue
        for key, value in values.items():
            name, _, kind = key.rpartition("/")
            if kind in (".zarray", "zarr.json"):
                found[posixpath.join(folder, name)] = _zarr(path, value)
    return found, notes


def _dtypes(pairs: list) -> list[Dtype]:
    """The dtypes of all arrays in some trees."""
    left, found = [root for _, root in pairs], []
    while left:
        node = left.pop()
        left += [value for _, value in node.items] if isinstance(node, Record) else []
        found += [node.dtype] if isinstance(node, Array) else []
    return found


def _dicts(entry: Any, key: str) -> list[dict]:
    found = entry.get(key) if isinstance(entry, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise StoppedError("has metadata that are not those of orbax.")
    return found


def _value(value: dict) -> Any:
    """What is known of an array by the metadata of the tree."""
    shape, kind = value.get("write_shape"), str(value.get("value_type"))
    if is_shape(shape):
        return Array(tuple(shape), UNKNOWN)
    return Told(f"{kind[:40]}, which is not described further")


def _put(root: Record, keys: list[str], value: Any) -> None:
    """Put a value into a tree of dictionaries."""
    for key in keys[:-1]:
        inside = dict(root.items[-1:]).get(key)  # those of one branch are in a row
        if not isinstance(inside, Record):
            inside = mapping(())
            root.items.append((key, inside))
        root = inside
    root.items.append((keys[-1] if keys else "", value))


def _zarr(path: str, data: bytes | None) -> Array | str:
    """The array that a file of metadata of zarr describes."""
    about = _json(path, data)
    shape, code = about.get("shape"), about.get("dtype", about.get("data_type"))
    dtype = dtype_by_code(code[:40]) if isinstance(code, str) else None
    if not is_shape(shape) or dtype is None:
        return Told("an array of zarr")
    return Array(tuple(shape), dtype)


def _json(path: str, data: bytes | None) -> dict:
    try:
        found = json.loads(data or b"")
    except (RecursionError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise StoppedError(f"has metadata that are damaged: {path[:80]}.")
    return found
