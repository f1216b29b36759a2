"""Files of one pickle or of several, also those of PyTorch before its zips."""

import io
from collections import Counter
from typing import Any, BinaryIO

from .budget import Budget, StoppedError
from .machine import Machine
from .records import Contents, Dtype, Record, sequence
from .torch import MAGIC, Find, read_storages

PADDING = b"\0\r\n "


def read_pickles(data: bytes, budget: Budget, find: Find | None = None) -> Contents:
    """All pickles in some bytes, one after the other.

    `find` has the storages of PyTorch's tensors, where they lie in other files.
    """
    file = as_file(data)
    storages: dict[str, bytes] = {}
    roots: list[Any] = []
    names: Counter[str] = Counter()
    dtypes: dict[str, Dtype | None] = {}
    protocols, problem = [], ""
    while not problem:
        start = file.tell()
        machine = Machine(file, budget, find or storages.get)
        machine.names = names
        try:
            root = machine.run()
        except StoppedError as stopped:
            if roots:
                problem = f"has {len(data) - start} bytes after its last pickle."
                break
            problem, root = str(stopped), machine.partial()
        protocols.append(machine.protocol)
        roots.append(root)
        dtypes |= machine.storages
        if type(roots[0]) is int and roots[0] == MAGIC and len(roots) == 5:
            found, problem = read_storages(roots[4], file, dtypes)
            storages.update(found)
            kind = "PyTorch, in its form before zips"
            return Contents(kind, roots[3], problem, names=names)
        if not _more(file, len(data)):
            break
    kind = f"pickle of protocol {max(protocols) or '0 or 1'}"
    if len(roots) > 1:
        kind = kind.replace("pickle", f"{len(roots)} pickles", 1)
    root = sequence(roots) if len(roots) > 1 else roots[0]
    return Contents(kind, root, problem, names=names)


def as_file(data: bytes) -> BinaryIO:
    """A file to read some bytes from, without a copy."""
    if not hasattr(data, "readline"):
        return io.BytesIO(data)
    file: Any = data  # mapped into memory
    file.seek(0)
    return file


def _more(file: BinaryIO, size: int) -> bool:
    """Whether something is left besides padding."""
    place = file.tell()
    while place < size:
        rest = file.read(2**16)
        if rest.strip(PADDING):
            file.seek(place)
            return True
        place += len(rest)
    return False


def holds_something(root: Any) -> bool:
    """Whether a pickle that stopped early made anything but plain values."""
    return isinstance(root, Record) or (type(root) is tuple and bool(root))
